"""Files in, verdicts out: the command as a whole, and reading by itself, beside what others need for the same files."""

import inspect
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pyogrio
from geopandas import GeoDataFrame
from python_calamine import CalamineWorkbook

from app.geometry.area import geodesic_areas_m2
from app.readers.child import carry_out
from app.readers.files import read_file
from app.readers.options import ReadLimits, ReadOptions, Task
from app.readers.projects import projects_of
from app.services.known_standards import Standards
from app.services.projects import DEFAULT_GROUPS, judge_projects
from app.services.terms import Terms
from app.services.wording import Wording
from app.standards.catalogues import load_catalogues
from app.standards.loader import load_builtin_standards
from app.standards.projects import ProjectResults
from benchmarks.batches_data import Tables, sites, two_sheets, wide_workbook
from benchmarks.process_memory import peak_of_command_mb
from benchmarks.report import Claim, Figure, Limit, Section, Sizes, Unit, at_most
from benchmarks.timing import Times, interleaved, seconds_of

METHOD = """\
Files of projects without faults, a quarter in each of the four divisions. `validate` and the polars script are timed as
whole processes, from their start to their end, each writing a CSV with a row per project; the script works out three
indicators for every project, the command all rules that apply, with targets, verdicts, reasons and shortfalls, after it
has looked for faults in every cell in a process of its own. The three indicators are compared: they are equal to
10 digits. A workbook is read in its process, start included, and judged; the peer merely reads the cells. A GeoPackage
is read and its polygons are checked, once as the work of the reading process beside pyogrio in this one, once as whole
processes. Wall clock, medians."""

INDICATORS = ("service_area_per_100_households", "commercial_and_service_ratio", "resident_activity_share")
SOME_FAIL = 1
LARGEST_MB = 1500
MOST_ROUNDS = 3
TOLERANCE = 1e-10
PEER = Path(__file__).with_name("batches_peer.py")
READ_ALONE = "import sys, pyogrio; pyogrio.read_dataframe(sys.argv[1])"
READ_AND_CHECK = """\
import sys
from pathlib import Path
from app.readers.files import read_file
read_file(Path(sys.argv[1]), form="projects")"""


def validate(tables: Tables) -> list[str]:
    start = [sys.executable, "-c", "from app.cli import main; main()"]
    return [*start, "validate", f"{tables.projects}", "--facilities", f"{tables.facilities}", "--out", f"{tables.out}"]


def by_script(tables: Tables) -> list[str]:
    out = tables.out.with_name("peer.csv")
    return [sys.executable, f"{PEER}", f"{tables.projects}", f"{tables.facilities}", f"{out}"]


def read_and_judge(workbook: Path) -> ProjectResults:
    reading = read_file(workbook, form="projects", options=ReadOptions(keep_raw=False))
    catalogues = load_catalogues()
    standards = Standards({standard.id: standard for standard in load_builtin_standards()})
    terms = Terms(date(2025, 12, 31), "effective", DEFAULT_GROUPS, standards, Wording(catalogues, "en"))
    return judge_projects(*projects_of(reading), terms)


def by_calamine(workbook: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(f"{workbook}").get_sheet_by_index(0).to_python()


def read_and_check(package: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        carry_out(Task(package, "projects", Path(folder), ReadOptions(keep_raw=False), ReadLimits()))


def by_pyogrio(package: Path) -> GeoDataFrame:
    return pyogrio.read_dataframe(package)


def check_equal(tables: Tables) -> None:
    """The three indicators are what the script says, wherever a rule asks for them."""
    _run(validate(tables))
    _run(by_script(tables))
    ours = pl.read_csv(tables.out, infer_schema_length=None)
    theirs = pl.read_csv(tables.out.with_name("peer.csv"))
    for indicator in INDICATORS:
        value = ours[f"{indicator}.value"]
        differing = ((value / theirs[indicator] - 1).abs() > TOLERANCE).sum()
        if differing or not value.is_not_null().any() or len(ours) != len(theirs):
            raise AssertionError(f"{indicator}: {differing} of {len(value)} differ")


def run(sizes: Sizes) -> Section:
    """Measure, after making sure that the indicators are the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_equal(two_sheets(folder / "checked", sizes.validated_projects[0]))
        growth = [_validated(folder / f"{count}", count, sizes.rounds) for count in sizes.validated_projects]
        middle = len(growth) // 2
        claims = (growth[middle][0], _workbook(folder, sizes), *_geopackages(folder, sizes))
        areas = _areas(folder / "sites.gpkg", sizes.read_rows)
    limits = tuple(limit for _, limit in growth[: middle + 1])
    notes = (_growth_table([claim for claim, _ in growth], [limit for _, limit in growth]), areas)
    libraries = ("polars", "python-calamine", "pyogrio", "pyarrow", "shapely")
    title = "Files of projects"
    return Section(title=title, method=METHOD, claims=claims, limits=limits, libraries=libraries, notes=notes)


def _validated(folder: Path, count: int, rounds: int) -> tuple[Claim, Limit]:
    """The whole command at one size, and its memory."""
    tables = two_sheets(folder, count)
    times = interleaved(
        {"ours": lambda: _run(validate(tables)), "peer": lambda: _run(by_script(tables))}, rounds=rounds
    )
    what = f"`validate` of {count:,} projects with {4 * count:,} facilities, CSV to CSV"
    peer = _figure("polars script", times["peer"], PEER.read_text(encoding="utf-8"))
    ours = _figure("validate", times["ours"], inspect.getsource(validate))
    peak = peak_of_command_mb(validate(tables), allowed=frozenset({0, SOME_FAIL}))
    memory = Figure(name="validate", value=peak, unit=Unit.MEGABYTES)
    claim = Claim(what=what, ours=ours, peers=(peer,), target=at_most(6))
    return claim, Limit(what=f"Peak memory of it and its reading process, {count:,}", ours=memory, largest=LARGEST_MB)


def _workbook(folder: Path, sizes: Sizes) -> Claim:
    path = wide_workbook(folder, sizes.read_rows)
    return _claim(
        f"Workbook of {sizes.read_rows:,} projects, read in its process and judged",
        ("read and judge", lambda: read_and_judge(path), inspect.getsource(read_and_judge)),
        ("python-calamine, reading", lambda: by_calamine(path), inspect.getsource(by_calamine)),
        target=3,
        rounds=sizes.rounds,
    )


def _geopackages(folder: Path, sizes: Sizes) -> tuple[Claim, Claim]:
    path = sites(folder, sizes.read_rows)
    what = f"GeoPackage of {sizes.read_rows:,} polygons, read and checked"
    inside = _claim(
        what,
        ("work of the reading process", lambda: read_and_check(path), inspect.getsource(read_and_check)),
        ("pyogrio, reading", lambda: by_pyogrio(path), inspect.getsource(by_pyogrio)),
        target=2,
        rounds=sizes.rounds,
    )
    whole = _claim(
        f"{what}, whole processes",
        ("read_file", lambda: _run([sys.executable, "-c", READ_AND_CHECK, f"{path}"]), READ_AND_CHECK),
        ("pyogrio alone", lambda: _run([sys.executable, "-c", READ_ALONE, f"{path}"]), READ_ALONE),
        target=2,
        rounds=sizes.rounds,
    )
    return inside, whole


def _areas(package: Path, count: int) -> str:
    shapes = by_pyogrio(package).geometry.to_numpy()
    seconds = seconds_of(lambda: geodesic_areas_m2(shapes))
    return f"Geodesic areas of the {count:,} polygons, worked out only where they are asked for: {seconds:.1f} s."


Named = tuple[str, Callable[[], object], str]


def _claim(what: str, ours: Named, peer: Named, *, target: float, rounds: int) -> Claim:
    times = interleaved({"ours": ours[1], "peer": peer[1]}, rounds=rounds)
    figures = {key: _figure(item[0], times[key], item[2]) for key, item in (("ours", ours), ("peer", peer))}
    return Claim(what=what, ours=figures["ours"], peers=(figures["peer"],), target=at_most(target))


def _figure(name: str, times: Times, code: str) -> Figure:
    return Figure(name=name, value=times.median, unit=Unit.SECONDS, how=code, language="python")


def _growth_table(claims: Sequence[Claim], limits: Sequence[Limit]) -> str:
    rows = [
        f"| {claim.what} | {claim.ours.value:.2f} s | {claim.best_peer.value:.2f} s | {limit.ours.value:,.0f} MB |"
        for claim, limit in zip(claims, limits, strict=True)
    ]
    return "\n".join(("| growth | ours | polars script | memory |", "|---|---|---|---|", *rows))


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in {0, SOME_FAIL}:
        raise subprocess.CalledProcessError(done.returncode, command)
