"""The service with something in its database, described to schemathesis."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from schemathesis.config import SchemathesisConfig
from schemathesis.python.asgi import shutdown_lifespans
from schemathesis.schemas import BaseSchema

from app.main import create_app
from app.schemas.standard import STANDARD_EXAMPLE
from app.settings import Settings
from tests.api.calls import INSIDE, SQUARE, community, facility, stored
from tests.conftest import DATABASES
from tests.fuzz.bodies import Betterment, bettered_bodies
from tests.fuzz.checks import refused_only_for_what_no_schema_says, twins_keep_to_it_too

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
CODES = ("522725001001", "522725001002", "522725002001", "522725002201", "130824001001", "130824001201")
STATISTICS = {"as_of": "2023-01-01", "households": 2000, "population": 5000, "total_floor_area_m2": 90000}

schemathesis.check(refused_only_for_what_no_schema_says)
schemathesis.check(twins_keep_to_it_too)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return quiet(database_url)


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The OpenAPI document, made once: it is the same for every application."""
    return drawn_document()


def drawn_document() -> dict[str, Any]:
    """The description without the language that answers are asked for in, which touches nothing but their words.

    With it hypothesis takes schemathesis' own strategies for flaky here and there, and draws a single case.
    """
    document = create_app(Settings(database_url="sqlite:///unused.db")).openapi()
    for item in document["paths"].values():
        for operation in item.values():
            drawn = [one for one in operation.get("parameters", ()) if one["name"] != "Accept-Language"]
            operation.pop("parameters", None)
            operation.update({"parameters": drawn} if drawn else {})
    return document


@pytest.fixture
def app(settings: Settings, document: dict[str, Any]) -> FastAPI:
    """The service, whose database holds the ids, codes and states that schemathesis.toml names."""
    return filled(settings, document)


@pytest.fixture
def app_on_each_database(migrated: Callable[[str], str], document: dict[str, Any]) -> FastAPI:
    """The same on the first kind of database; its twins are those on the others."""
    first, *twins = (filled(quiet(migrated(database)), document) for database in DATABASES)
    first.state.twins = twins
    return first


@pytest.fixture(autouse=True)
def ended_services() -> Iterator[None]:
    """schemathesis starts a service and would keep it, with its connections, until all tests are over."""
    yield
    shutdown_lifespans()


@pytest.fixture(autouse=True)
def betterment() -> Iterator[Betterment]:
    """What is sent are bettered bodies."""
    with bettered_bodies() as betterment:
        yield betterment


@pytest.fixture
def whole_document(app: FastAPI) -> BaseSchema:
    """Every operation of the service."""
    return described(app)


@pytest.fixture
def empty_store(app: FastAPI, database: str, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Removes all rows while the service runs, and lets it count ids anew."""

    def empty() -> None:
        engine = app.state.store.engine
        engine.dispose()
        if database == "sqlite":
            shutil.copyfile(request.getfixturevalue("sqlite_template"), engine.url.database)
        else:
            request.getfixturevalue("cluster").empty(engine.url.database)

    return empty


def quiet(database_url: str) -> Settings:
    """A log of thousands of requests would bury what is found; nobody waits for what they order."""
    return Settings(database_url=database_url, job_workers=0, log_level="ERROR")


def filled(settings: Settings, document: dict[str, Any]) -> FastAPI:
    app = create_app(settings)
    app.openapi_schema = document
    with TestClient(app) as client:
        fill(client)
    return app


def described(app: FastAPI) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_path(CONFIGURATION))


def fill(client: TestClient) -> None:
    """Communities with a snapshot and a facility each; one with a boundary; a standard of a user's own."""
    for code in CODES:
        boundary = SQUARE if code == CODES[0] else None
        owner = community(client, code, statistics=STATISTICS, boundary=boundary)
        facility(client, community_id=owner["id"], floor_area_m2=560, resident_activity_area_m2=300)
    facility(client, location=INSIDE)
    facility(client, division_code="522725001", category="township_service_centre")
    for division in ("522725", "522725001"):
        stored(client.post(f"/v1/divisions/{division}/statistics", json=STATISTICS))
    stored(client.post("/v1/standards", json=STANDARD_EXAMPLE))
