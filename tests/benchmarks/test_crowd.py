"""Crowds of clients: bounded, on this machine only, and what they were answered is told apart."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.clients import MOST_CLIENTS, MOST_SECONDS, Answered, Load, LoadTooGreat, load_with
from benchmarks.crowd import COMMUNITIES, FACILITIES, ask, measure

ANSWERS = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 1\r\n\r\n!",
)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a server that gives the first request this answer, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("answer", "good", "sent_away", "others"),
    [
        (ANSWERS[0], 1, 0, set()),
        (ANSWERS[1], 1, 0, set()),
        (ANSWERS[2], 0, 1, set()),
        (ANSWERS[3], 0, 0, {"503"}),
        (ANSWERS[4], 0, 0, {"500"}),
    ],
)
def test_good_answers_are_told_from_others(answer: bytes, good: int, sent_away: int, others: set[str]) -> None:
    with answering(answer) as address:
        found = load_with(address, ask, Load(clients=1, seconds=0.5, grace_s=0.1))
    statuses = {what for what in found.others if what.isdigit()}
    assert (len(found.waits_s), found.sent_away, statuses) == (good, sent_away, others)


@pytest.mark.parametrize(
    ("address", "load"),
    [
        ("http://127.0.0.1:1", Load(clients=MOST_CLIENTS + 1, seconds=1)),
        ("http://127.0.0.1:1", Load(clients=1, seconds=MOST_SECONDS + 1)),
        ("http://192.0.2.1:80", Load(clients=1, seconds=1)),
        ("http://localhost.example:80", Load(clients=1, seconds=1)),
    ],
)
def test_only_a_bounded_load_on_this_machine_is_made(address: str, load: Load) -> None:
    with pytest.raises(LoadTooGreat):
        load_with(address, ask, load)


def test_share_of_the_answers_is_found_in_their_order() -> None:
    answered = Answered(seconds=2.0, waits_s=[float(number) for number in range(100, 0, -1)])
    assert (answered.per_second, answered.wait_s(0.5), answered.wait_s(0.95)) == (50.0, 51.0, 96.0)
    assert answered.wait_s(1.0) == 100.0


def test_all_that_is_asked_is_answered_well() -> None:
    assert FACILITIES == 4 * COMMUNITIES
    seen = measure("SQLite", crowds=(2,), seconds=2.0, rounds=1)
    [answered] = seen[2]
    assert answered.waits_s
    assert answered.others == {}
