"""One request, one transaction, one thread: sessions are opened, used and ended where the endpoint runs."""

import inspect
import threading
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.main import ROUTERS, create_app
from app.one_thread import OneThreadRoute
from app.settings import Settings
from benchmarks.clients import Load, load_with
from benchmarks.crowd import ask
from tests.api.calls import ANY_STATE, CODE, INSIDE, SQUARE, community, facility
from tests.live_server import serving

MANY = 200
PLACES = {"boundary": SQUARE, "statistics": {"as_of": "2025-01-01", "households": 200}}


def dependencies(dependant: Dependant) -> Iterator[object]:
    for one in dependant.dependencies:
        yield one.call
        yield from dependencies(one)


@pytest.mark.parametrize("router", ROUTERS, ids=lambda router: router.prefix + "".join(router.tags))
def test_no_dependency_takes_a_turn_in_a_thread(router: object) -> None:
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    calls = {call for route in routes for call in dependencies(route.dependant)}
    assert calls
    assert {
        call for call in calls if not (inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call))
    } == set()


def test_every_operation_of_the_interface_runs_in_a_lane() -> None:
    """The first page and health do not: they are to answer whatever else waits."""
    others = {
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and not isinstance(route, OneThreadRoute)
    }
    assert others == {"/", "/docs", "/health/live", "/health/ready"}


class Turns:
    """In which thread each connection was taken, used and given back."""

    def __init__(self, client: TestClient) -> None:
        self.seen: list[tuple[str, int]] = []
        engine = client.app.state.store.engine
        event.listen(engine, "checkout", lambda *_: self.note("taken"))
        event.listen(engine, "begin", lambda *_: self.note("begun"))
        event.listen(engine, "commit", lambda *_: self.note("committed"))
        event.listen(engine, "checkin", lambda *_: self.note("given back"))

    def note(self, what: str) -> None:
        self.seen.append((what, threading.get_ident()))

    def of(self, client: TestClient, method: str, path: str, **given: object) -> list[str]:
        """What the request did, all in one thread."""
        self.seen.clear()
        answer = client.request(method, path, **given)
        assert answer.status_code < 300, answer.text
        assert len({thread for _, thread in self.seen}) == 1
        return [what for what, _ in self.seen]


READ = ["taken", "begun", "given back"]
CHANGED = ["taken", "begun", "committed", "given back"]


def test_a_request_takes_one_connection_in_one_thread(client: TestClient) -> None:
    key = community(client, **PLACES)["id"]
    facility(client, community_id=key)
    turns = Turns(client)
    for path in (
        "/v1/facilities",
        "/v1/facilities/1",
        f"/v1/communities/{key}/statistics",
        f"/v1/communities/{key}/metrics",
        f"/v1/assessments?division={CODE[:6]}",
        "/v1/standards",
        f"/v1/standards/applicable?division={CODE}",
        "/v1/exports/communities",
    ):
        assert (path, turns.of(client, "GET", path)) == (path, READ)
    body = {"name": "Station", "category": "kindergarten", "location": INSIDE}
    assert turns.of(client, "POST", "/v1/facilities", json=body) == CHANGED
    assert turns.of(client, "PATCH", "/v1/facilities/1", json={"name": "B"}, headers=ANY_STATE) == CHANGED
    assert turns.of(client, "DELETE", "/v1/facilities/1", headers=ANY_STATE) == CHANGED
    assert turns.of(client, "POST", "/v1/batches/items", json=[]) == CHANGED
    assert turns.of(client, "POST", "/v1/project-validations", json=[]) == READ


def test_two_hundred_clients_are_answered_or_sent_away_with_a_time_to_come_back(settings: Settings) -> None:
    """More than threads and connections together; whoever waits a second is sent away."""
    with serving(settings.model_copy(update={"database_wait_seconds": 1.0, "log_level": "ERROR"})) as address:
        with TestClient(create_app(settings)) as client:
            for number in range(1, 21):
                key = community(client, f"{CODE[:9]}{number:03}")["id"]
                facility(client, community_id=key)
        answered = load_with(address, ask_about_twenty, Load(clients=MANY, seconds=5.0))
    assert answered.others == {}
    assert answered.waits_s


def ask_about_twenty(chance: object) -> bytes:
    return ask(chance, communities=20, facilities=20)
