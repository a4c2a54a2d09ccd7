"""While the database is away, or held by somebody, every operation says so: 503 with Retry-After, never 500."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, text

from app.main import create_app
from app.schemas.standard import STANDARD_EXAMPLE
from app.settings import Settings
from app.store.engine import make_engine
from app.store.every_table import METADATA
from app.store.migrate import upgrade
from tests.api.calls import ANY_STATE, CODE, INSIDE, community, facility
from tests.conftest import HAS_POSTGRESQL
from tests.jobs.kinds import PATIENCE_SECONDS
from tests.jobs.processes import wait_until
from tests.postgres import Cluster, running_cluster

WITHOUT_DATABASE = {
    "/",
    "/health/live",
    "/v1/batches/template",
    "/v1/circles",
    "/v1/facility-categories",
    "/v1/indicators",
}
JOB = "019ae0a4f3c0" + "0" * 20
CHANGERS = 30
FILE = {"file": ("rows.csv", b"name\nA\n")}
FACILITY = {"name": "Station", "category": "kindergarten", "location": INSIDE}
SNAPSHOT = {"as_of": "2025-01-01"}
COMMUNITY = {"code": CODE, "name": "A"}
CHANGES: dict[str, dict[str, Any]] = {
    "POST /v1/batches": {"files": FILE},
    "POST /v1/batches/items": {"json": []},
    "POST /v1/communities": {"json": COMMUNITY},
    "PUT /v1/communities/{community_id}": {"json": COMMUNITY},
    "PATCH /v1/communities/{community_id}": {"json": {"name": "B"}},
    "POST /v1/communities/{community_id}/statistics": {"json": SNAPSHOT},
    "POST /v1/coverage/what-if": {"json": {"division": CODE[:6], "remove": [1]}},
    "POST /v1/divisions/{code}/statistics": {"json": SNAPSHOT},
    "POST /v1/facilities": {"json": FACILITY},
    "PUT /v1/facilities/{facility_id}": {"json": FACILITY},
    "PATCH /v1/facilities/{facility_id}": {"json": {"name": "B"}},
    "POST /v1/imports": {"data": {"kind": "facilities"}, "files": FILE},
    "POST /v1/project-validations": {"json": {"division_code": CODE[:9], "households": 100}},
    "POST /v1/residences": {"json": {"location": INSIDE, "households": 1}},
    "POST /v1/standards": {"json": STANDARD_EXAMPLE},
    "PUT /v1/statistics/{statistics_id}": {"json": SNAPSHOT},
    "PATCH /v1/statistics/{statistics_id}": {"json": {"households": 1}},
    "POST /v1/street-networks": {"files": FILE},
}
PLACES = {"batch_id": JOB, "import_id": JOB, "job_id": JOB, "code": CODE[:6], "standard_id": "own"}


def operations(client: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation that asks the database, with what a client would send."""
    for path, item in client.get("/openapi.json").json()["paths"].items():
        for method, operation in item.items():
            if path not in WITHOUT_DATABASE:
                parameters = [one for one in operation.get("parameters", ()) if "$ref" not in one]
                yield method.upper(), path, given(method.upper(), path, parameters)


def given(method: str, path: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    names = {one["name"] for one in parameters if one["in"] == "query"}
    asked = {"division": CODE[:6]} if "division" in names else {}
    return {"params": asked, "headers": ANY_STATE, **CHANGES.get(f"{method} {path}", {})}


def filled(path: str) -> str:
    for name, value in PLACES.items():
        path = path.replace(f"{{{name}}}", value)
    return path.partition("{")[0] + "1" + path.partition("}")[2] if "{" in path else path


def unavailable(answer: Response) -> bool:
    return answer.status_code == 503 and int(answer.headers["retry-after"]) >= 1


def not_unavailable(client: TestClient) -> dict[str, tuple[int, str]]:
    """What is answered otherwise, by operation."""
    answers = {
        f"{method} {path}": client.request(method, filled(path), **given) for method, path, given in operations(client)
    }
    assert len(answers) > 50
    return {name: (answer.status_code, answer.text) for name, answer in answers.items() if not unavailable(answer)}


def asked_before(client: TestClient) -> None:
    """Connections are open, and answers are kept, before the trouble begins."""
    community(client)
    facility(client, community_id=1)
    for path in ("", "/assessment", "/metrics"):
        assert client.get(f"/v1/communities/1{path}").status_code == 200


@pytest.mark.parametrize("cluster_of_its_own", [running_cluster] if HAS_POSTGRESQL else [])
def test_every_operation_says_so_when_the_server_has_gone(
    cluster_of_its_own: Callable[[], AbstractContextManager[Cluster]],
) -> None:
    with ExitStack() as until_gone:
        cluster = until_gone.enter_context(cluster_of_its_own())
        cluster.create("away")
        with closing_engine(cluster.url("away")) as engine:
            upgrade(engine)
        settings = Settings(database_url=cluster.url("away"), job_workers=0, database_wait_seconds=1)
        with TestClient(create_app(settings)) as client:
            asked_before(client)
            until_gone.close()
            assert not_unavailable(client) == {}


def test_every_operation_says_so_when_the_tables_are_held(settings: Settings, database: str) -> None:
    hasty = settings.model_copy(update={"database_wait_seconds": 0.1})
    names = ", ".join(sorted(METADATA.tables))
    hold = "BEGIN EXCLUSIVE" if database == "sqlite" else f"BEGIN; LOCK TABLE {names}, alembic_version"
    with TestClient(create_app(hasty)) as client:
        asked_before(client)
        with closing_engine(settings.database_url) as engine, closing(engine.raw_connection()) as holder:
            holder.cursor().execute(hold)
            assert not_unavailable(client) == {}
            holder.rollback()
    with TestClient(create_app(settings)) as client:
        assert client.get("/v1/communities/1").json()["revision"] == 1
        assert [len(client.get(f"/v1/{name}").json()["items"]) for name in ("facilities", "batches", "imports")] == [
            1,
            0,
            0,
        ]


def test_a_locked_row_does_not_keep_readers_waiting(client: TestClient, settings: Settings) -> None:
    """More change the row than there are threads or connections, and none of them gets it before all was read."""
    asked_before(client)
    community(client, "522725001002")
    lanes = client.app.state.lanes
    with closing_engine(settings.database_url) as engine, ThreadPoolExecutor(CHANGERS) as pool:
        with engine.begin() as holder:
            holder.execute(text("UPDATE community SET name = 'held' WHERE id = 1"))
            changes = [pool.submit(rename(client)) for _ in range(CHANGERS)]
            wait_until(lambda: lanes.changes._waiting >= CHANGERS - lanes.changes._threads)
            paths = ("communities/2", "communities/2/assessment", "communities/1", "communities", "facilities/1")
            statuses = [client.get(f"/v1/{path}").status_code for path in (*paths, "assessments?division=52")]
            assert statuses == [200] * 6
            assert not any(change.done() for change in changes)
        statuses = [change.result(PATIENCE_SECONDS).status_code for change in changes]
    assert 200 in statuses
    assert set(statuses) <= {200, 412}


def rename(client: TestClient) -> Callable[[], Response]:
    return lambda: client.patch("/v1/communities/1", json={"name": "B"}, headers=ANY_STATE)


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    """An engine for the address, for as long as the block lasts."""
    engine = make_engine(url)
    yield engine
    engine.dispose()
