"""A client of the whole service, on both databases."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.store.unit_of_work import Store
from tests.api.importing import Importer
from tests.forked_readers import forked_readers

__all__ = ["forked_readers"]


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def importer(client: TestClient, store: Store, settings: Settings) -> Importer:
    """Imports files within the test."""
    return Importer(client, store, settings)
