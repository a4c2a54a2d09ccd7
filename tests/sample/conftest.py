"""Samples over HTTP, on both databases. The real codes and census lie beside the checkout, or are not tested with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.sample.folders import DATA, write_folder

collect_ignore = [] if (DATA / "codes").is_dir() and (DATA / "census").is_dir() else ["test_real_data.py"]
collect_ignore += [] if (DATA / "facilities").is_dir() else ["test_hexagons.py"]


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder of the tests' own, as `write_folder` describes it."""
    return write_folder(tmp_path / "data")
