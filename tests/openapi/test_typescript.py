"""The types that are generated from the OpenAPI document compile, with a client that makes every kind of call."""

import json
import subprocess
from pathlib import Path

from app.main import create_app
from app.settings import Settings
from tests.missing_parts import NODE_TOOLS, TYPES_GENERATOR, TYPESCRIPT

CLIENT = Path(__file__).with_name("client.ts")
TERMS = ("--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")


def test_typescript_client_compiles(tmp_path: Path) -> None:
    assert TYPES_GENERATOR.exists(), "the generator of types is missing: install nodejs and npm, then run make test"
    document = tmp_path / "openapi.json"
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'unused.db'}")
    document.write_text(json.dumps(create_app(settings).openapi()), encoding="utf-8")
    # What has a default may be left out of a body.
    terms = ["--default-non-nullable", "false", "--output", tmp_path / "schema.d.ts"]
    _run([TYPES_GENERATOR, document, *terms])
    client = tmp_path / CLIENT.name
    client.write_bytes(CLIENT.read_bytes())
    (tmp_path / "node_modules").symlink_to(NODE_TOOLS.parent)
    _run([TYPESCRIPT, *TERMS, "--lib", "es2022,dom,dom.iterable", client])


def _run(command: list[str | Path]) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
