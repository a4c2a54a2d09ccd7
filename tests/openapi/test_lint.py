"""The OpenAPI document passes a linter: /docs and generated clients are only as good as it is."""

import json
import subprocess
from pathlib import Path

from app.main import create_app
from app.settings import Settings
from tests.missing_parts import SPECTRAL

RULESET = Path(__file__).parent / ".spectral.yaml"


def test_openapi_document_passes_the_linter(tmp_path: Path) -> None:
    assert SPECTRAL.exists(), "the OpenAPI linter is missing: install nodejs and npm, then run make test"
    document = tmp_path / "openapi.json"
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'unused.db'}")
    document.write_text(json.dumps(create_app(settings).openapi()), encoding="utf-8")
    command = [SPECTRAL, "lint", document, "--ruleset", RULESET, "--fail-severity", "warn", "--format", "text"]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr
