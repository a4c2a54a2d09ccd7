"""The wheel and the source package hold all that the service reads at run time, not only its code."""

import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import app
from tests.package.answers import check_answers, free_port
from tests.package.stranger import Stranger

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("wheel", ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("sdist", ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(params=["wheel", "sdist"])
def built(request: pytest.FixtureRequest) -> Path:
    """The built file."""
    found: Path = request.getfixturevalue(request.param)
    return found


def test_built_file_holds_every_data_file_and_migration(built: Path) -> None:
    needed = {
        str(path.relative_to(ROOT))
        for folder in ("app", "migrations")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {Path(name).suffix for name in needed} >= {".py", ".toml", ".html", ".css"}
    assert needed - _names(built) == set()


def test_built_file_is_named_after_the_version(built: Path) -> None:
    assert built.name in {
        f"facility_standards-{app.__version__}-py3-none-any.whl",
        f"facility_standards-{app.__version__}.tar.gz",
    }


def test_source_package_gives_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert _build("wheel", source, tmp_path / "dist").read_bytes() == wheel.read_bytes()


def test_service_runs_from_the_built_file(built: Path, tmp_path: Path) -> None:
    environment_folder = tmp_path / "environment"
    program = _install(built, environment_folder)
    someone = Stranger(tmp_path, python=sys.executable)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    port = free_port()
    settings = {"DATABASE_URL": "sqlite:///here.db", "FACILITY_STANDARDS_PORT": str(port)}
    where = "import app, migrations; print(app.__file__, *migrations.__path__)"
    found = someone.run([program.with_name("python"), "-c", where], cwd=elsewhere, environment={})
    assert all(Path(place).is_relative_to(environment_folder) for place in found.split())
    assert someone.run([program, "--version"], cwd=elsewhere, environment={}).strip() == app.__version__
    someone.run([program, "migrate"], cwd=elsewhere, environment=settings)
    someone.run([program, "sample"], cwd=elsewhere, environment=settings)
    with someone.running([program, "serve"], cwd=elsewhere, environment=settings) as process:
        check_answers(port, process)
    assert (elsewhere / "here.db").exists()


def _build(target: str, source: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", folder]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def _names(built: Path) -> set[str]:
    if built.suffix == ".whl":
        return set(ZipFile(built).namelist())
    with tarfile.open(built) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def _install(built: Path, folder: Path) -> Path:
    """Install it into a new environment. Returns the program.

    What the service depends on comes from the environment of the tests: a path file gives that folder without
    following the path file in it which leads to the checkout.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--ignore-installed"]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", *options, built]
    Stranger(folder, python=sys.executable).run(pip, cwd=folder, environment={})
    return folder / "bin" / "facility-standards"
