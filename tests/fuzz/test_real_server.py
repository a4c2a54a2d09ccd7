"""The service as it is really run, uvicorn on a socket: clients write at once, and lists are read meanwhile."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from typing import Any

import httpx2
import pytest

from app.settings import Settings
from tests.api.calls import ANY_STATE
from tests.live_server import serving

ROUNDS = 25
WRITERS = 3
LASTING = 60


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with serving(settings) as address:
        yield address


def test_one_of_two_changes_of_one_state_wins_in_every_round(address: str) -> None:
    with httpx2.Client(base_url=address) as one, httpx2.Client(base_url=address) as other:
        made = one.post("/v1/communities", json=_community(1))
        place, state = made.headers["Location"], made.headers["ETag"]
        for number in range(ROUNDS):
            changes = [_renaming(client, place, state=state, name=f"{number}") for client in (one, other)]
            answers = _at_once(*changes)
            assert sorted(answer.status_code for answer in answers) == [200, 412]
            (won,) = [answer for answer in answers if answer.status_code == 200]
            state = won.headers["ETag"]
            assert one.get(place).headers["ETag"] == state
        assert one.get(place).json()["revision"] == ROUNDS + 1


@pytest.mark.parametrize("limit", [2, 7])
def test_pages_hold_what_lasts_exactly_once_while_others_write(address: str, limit: int) -> None:
    lasting = [_stored(address, number) for number in range(LASTING)]
    stop = Event()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(_write, address, stop, first=10_000 * (writer + 1)) for writer in range(WRITERS)]
        try:
            walks = [_walk(address, limit) for _ in range(3)]
        finally:
            stop.set()
        written = [writer.result() for writer in writers]
    assert all(written), "the writers did nothing meanwhile"
    for walk in walks:
        assert walk == sorted(set(walk)), "an item came twice, or out of order"
        assert set(lasting) <= set(walk), "an item was lost"


def _renaming(client: httpx2.Client, place: str, *, state: str, name: str) -> Callable[[], httpx2.Response]:
    return lambda: client.patch(place, json={"name": name}, headers={"If-Match": state})


def _at_once(*calls: Callable[[], httpx2.Response]) -> list[httpx2.Response]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def _write(address: str, stop: Event, *, first: int) -> int:
    """Store, rename and delete communities until it is time to stop: how many there were."""
    with httpx2.Client(base_url=address) as client:
        for number in count():
            if stop.is_set():
                return number
            place = client.post("/v1/communities", json=_community(first + number)).headers["Location"]
            assert client.patch(place, json={"name": "B"}, headers=ANY_STATE).status_code == 200
            if number % 2:
                assert client.delete(place, headers=ANY_STATE).status_code == 204
    raise AssertionError("numbers do not end")


def _walk(address: str, limit: int) -> list[int]:
    found: list[int] = []
    following: str | None = f"/v1/communities?limit={limit}"
    with httpx2.Client(base_url=address) as client:
        while following and len(found) < 3 * LASTING:
            page = client.get(following).json()
            found.extend(item["id"] for item in page["items"])
            following = page["next"]
    return found


def _stored(address: str, number: int) -> int:
    return int(httpx2.post(f"{address}/v1/communities", json=_community(number)).json()["id"])


def _community(number: int) -> dict[str, Any]:
    return {"code": f"5227{number:05}001", "name": f"A {number}"}
