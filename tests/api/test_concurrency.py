"""Clients that write at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.api.calls import CODE, INSIDE, SQUARE, community, facility

CLIENTS = 8


def at_once(*calls: Callable[[], Response]) -> list[int]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(future.result().status_code for future in [pool.submit(call) for call in calls])


def test_one_of_many_changes_of_one_state_wins(client: TestClient) -> None:
    address = f"/v1/communities/{community(client)['id']}"

    def rename(number: int) -> Callable[[], Response]:
        return lambda: client.patch(address, json={"name": f"Name {number}"}, headers={"If-Match": '"1"'})

    assert at_once(*map(rename, range(CLIENTS))) == [200, *[412] * (CLIENTS - 1)]
    assert client.get(address).json()["revision"] == 2


def test_one_of_many_communities_takes_the_code(client: TestClient) -> None:
    def create() -> Response:
        return client.post("/v1/communities", json={"code": CODE, "name": "A"})

    assert at_once(*[create] * CLIENTS) == [201, *[409] * (CLIENTS - 1)]


def test_one_of_many_snapshots_takes_the_date(client: TestClient) -> None:
    def create() -> Response:
        return client.post("/v1/divisions/52/statistics", json={"as_of": "2025-06-30"})

    assert at_once(*[create] * CLIENTS) == [201, *[409] * (CLIENTS - 1)]


def test_facility_and_boundary_stored_at_once_find_each_other(client: TestClient) -> None:
    def bound() -> Response:
        return client.post("/v1/communities", json={"code": CODE, "name": "A", "boundary": SQUARE})

    def place() -> Response:
        body = {"name": "Station", "category": "kindergarten", "location": INSIDE}
        return client.post("/v1/facilities", json=body)

    assert at_once(bound, *[place] * (CLIENTS - 1)) == [201] * CLIENTS
    owners = {item["community_id"] for item in client.get("/v1/facilities").json()["items"]}
    assert owners == {client.get("/v1/communities").json()["items"][0]["id"]}


def test_deleted_or_changed_but_never_both(client: TestClient) -> None:
    address = f"/v1/facilities/{facility(client, division_code='522725001')['id']}"
    state = {"If-Match": '"1"'}
    statuses = at_once(
        lambda: client.delete(address, headers=state),
        lambda: client.patch(address, json={"name": "B"}, headers=state),
    )
    assert statuses in ([200, 412], [204, 404], [204, 412])
