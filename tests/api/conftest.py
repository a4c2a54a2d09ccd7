"""A client of the whole service, on both databases; tests of jobs run with and without an Idempotency-Key."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.main import LIST_PATHS, UPLOAD_PATHS, create_app
from app.settings import Settings
from app.store.unit_of_work import Store
from tests.api.importing import Importer
from tests.forked_readers import forked_readers

__all__ = ["forked_readers"]

TESTS_OF_JOBS: Final = {
    *("test_batches", "test_batch_files", "test_batch_sites", "test_imports", "test_exports", "test_street_networks")
}


class KeyedClient(TestClient):
    """Gives every order that has no Idempotency-Key one of its own."""

    _numbers = itertools.count(1)

    def request(
        self, method: str, url: Any, *, headers: Mapping[str, str] | None = None, **given: Any
    ) -> Response:  # Any: as httpx takes them
        if method == "POST" and url in UPLOAD_PATHS | LIST_PATHS:
            headers = {"Idempotency-Key": f"order-{next(self._numbers)}", **(headers or {})}
        return super().request(method, url, headers=headers, **given)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    is_of_jobs = metafunc.module.__name__.rpartition(".")[2] in TESTS_OF_JOBS
    if is_of_jobs and "client_class" in metafunc.fixturenames:
        metafunc.parametrize("client_class", (TestClient, KeyedClient), ids=("unkeyed", "keyed"))


@pytest.fixture
def client_class() -> type[TestClient]:
    return TestClient


@pytest.fixture
def client(settings: Settings, client_class: type[TestClient]) -> Iterator[TestClient]:
    with client_class(create_app(settings)) as client:
        yield client


@pytest.fixture
def importer(client: TestClient, store: Store, settings: Settings) -> Importer:
    """Imports files within the test."""
    return Importer(client, store, settings)
