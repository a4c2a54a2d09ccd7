"""A client generated from the OpenAPI document can be imported whole, and makes every kind of call."""

import json
import subprocess
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from tests.live_server import serving
from tests.missing_parts import CLIENT_GENERATOR

SESSION = Path(__file__).with_name("client_session.py")


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    """The folder with the generated package `client`; the generator must understand the whole document."""
    assert CLIENT_GENERATOR.exists(), "the client generator is missing: run make test"
    document = tmp_path / "openapi.json"
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'unused.db'}")
    document.write_text(json.dumps(create_app(settings).openapi()), encoding="utf-8")
    config = tmp_path / "generator.json"
    pictures = {"image/svg+xml": "application/octet-stream"}
    config.write_text(json.dumps({"post_hooks": [], "content_type_overrides": pictures}), encoding="utf-8")
    output = tmp_path / "generated" / "client"
    terms = ["--path", document, "--config", config, "--output-path", output, "--meta", "none", "--fail-on-warning"]
    _run([CLIENT_GENERATOR, "generate", *terms])
    return tmp_path / "generated"


def test_every_kind_of_call_is_answered_when_a_generated_client_makes_it(generated: Path, settings: Settings) -> None:
    with serving(settings.model_copy(update={"job_workers": 0})) as address:
        python = CLIENT_GENERATOR.with_name("python")
        told = json.loads(_run([python, SESSION, address], PYTHONPATH=str(generated)))
    assert told["modules"] == len(list(generated.rglob("*.py"))) - 1
    assert told["changed"] == ["Riverside", "Hillside", "Old town", "Old town", 204, "未找到"]
    assert told["uploaded"] == {
        "batch": ["projects.csv"],
        "mapped": ["own.csv"],
        "list": ["projects.json"],
        "import": ["communities.csv"],
        "streets": ["streets.csv"],
    }
    finding = told["finding"]
    assert finding["verdict"] == "FAIL"
    assert finding["basis"] == "BENCHMARK"
    assert finding["value"] == 28.0
    assert finding["target"] == 30.0
    assert (finding["shortfall"]["value"], finding["shortfall"]["unit"]) == (40.0, "m²")
    assert (told["template"], told["picture"]) == ("PK", 409)


def _run(command: list[str | Path], **environment: str) -> str:
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout
