"""Samples over HTTP, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.sample.folders import write_folder


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder of the tests' own, as `write_folder` describes it."""
    return write_folder(tmp_path / "data")
