"""What clients may send on one connection, and how long they may take: headers, bodies, answers left unread."""

import gzip
import json
import select
import selectors
import socket
import tracemalloc
from collections.abc import Iterator
from itertools import count

import httpx2
import pytest
from fastapi import FastAPI, Response

from app.main import create_app
from app.settings import Settings
from tests.live_server import serving
from tests.server.raw_client import (
    PATIENCE_SECONDS,
    PIECE,
    Answer,
    connected,
    is_closed,
    read_answer,
    request,
    send_until_cut_off,
)

HEADER_BYTES = 4096
BEAT_SECONDS = 0.02
"""The pace of clients that send a byte now and then."""
MEBIBYTE = 1024**2
JSON = "Content-Type: application/json"
POST = "POST /v1/communities HTTP/1.1"


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    bounded = settings.model_copy(update={"max_header_bytes": HEADER_BYTES, "max_body_bytes": MEBIBYTE})
    with serving(bounded) as running:
        yield running


@pytest.fixture
def hasty(settings: Settings) -> Iterator[str]:
    """A service that waits for nobody."""
    times = {"header_seconds": 0.3, "body_seconds": 0.3, "body_bytes_per_second": 100, "answer_seconds": 0.3}
    with serving(settings.model_copy(update=times)) as running:
        yield running


def ask(address: str, *pieces: bytes) -> Answer:
    """The answer to what is sent in these pieces, after which the connection must be closed."""
    with connected(address) as client:
        for piece in pieces:
            client.sendall(piece)
        answer = read_answer(client)
        assert answer.headers["connection"] == "close"
        assert is_closed(client)
    return answer


def filled(length: int) -> bytes:
    """A head of this length, as the limit counts it: address, and each header with its colon, space and end."""
    path = "/health/live"
    others = len(path) + len("Host: 127.0.0.1\r\n") + len("X: \r\n")
    return request(f"X: {'a' * (length - others)}", line=f"GET {path} HTTP/1.1")


def test_head_at_the_limit_is_read(address: str) -> None:
    with connected(address) as client:
        client.sendall(filled(HEADER_BYTES))
        assert read_answer(client).status == 200


def test_head_over_the_limit_is_refused(address: str) -> None:
    answer = ask(address, filled(HEADER_BYTES + 1))
    assert (answer.status, answer.code) == (431, "headers_over_limit")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("number", "status"), [(99, 200), (100, 431)])
def test_hundred_headers_are_read_with_host_and_no_more(address: str, number: int, status: int) -> None:
    with connected(address) as client:
        client.sendall(request(*(f"X{each}: 1" for each in range(number))))
        assert read_answer(client).status == status


def test_head_before_a_long_body_is_counted_alone(address: str) -> None:
    body = b" " * (PIECE - 2) + b"{}"
    with connected(address) as client:
        client.sendall(request(JSON, f"Content-Length: {len(body)}", line=POST) + body)
        assert read_answer(client).status == 422


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"GET / HTTP/1.1\r\n", b"X-A: b\r\n" * 8192),
        (b"GET / HTTP/1.1\r\nX: ", b"a" * PIECE),
        (b"GET / HTTP/1.1\r\n", b"a" * PIECE),
        (b"GET /", b"a" * PIECE),
        (b"", b"\r\n" * PIECE),
        (request(JSON, "Transfer-Encoding: chunked", line=POST) + b"1\r\n{\r\n0\r\nX: ", b"a" * PIECE),
        (request(JSON, "Transfer-Encoding: chunked", line=POST) + b"1;a=", b"a" * PIECE),
    ],
    ids=["headers", "one value", "one name", "address", "blank lines", "trailer", "extension of a chunk"],
)
def test_what_comes_without_end_is_refused_and_cut_off(address: str, start: bytes, piece: bytes) -> None:
    with connected(address) as client:
        client.sendall(start)
        sent = send_until_cut_off(client, piece, most=64 * MEBIBYTE)
        assert sent < 32 * MEBIBYTE
        answer = read_answer(client)
        assert (answer.status, answer.code) == (431, "headers_over_limit")


@pytest.mark.parametrize("piece", [b"X-A: b\r\n" * 8192, b"a" * PIECE], ids=["lines", "one line"])
def test_headers_without_end_take_no_memory(address: str, piece: bytes) -> None:
    with connected(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX-A: b")
        tracemalloc.start()
        try:
            send_until_cut_off(client, piece, most=60 * MEBIBYTE)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8 * MEBIBYTE


def test_trailers_are_no_headers_of_the_request(address: str) -> None:
    body = b"2\r\n{}\r\n0\r\nX-Request-ID: late\r\n\r\n"
    with connected(address) as client:
        client.sendall(request(JSON, "Transfer-Encoding: chunked", line=POST) + body)
        assert read_answer(client).headers["x-request-id"] != "late"


def test_refusal_is_in_the_clients_language(address: str) -> None:
    answer = ask(address, request("Accept-Language: zh", f"X: {'a' * HEADER_BYTES}"))
    assert answer.headers["content-language"] == "zh"
    assert "请求头" in answer.body.decode()


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n"])
def test_what_is_no_http_is_told_so(address: str, sent: bytes) -> None:
    answer = ask(address, sent)
    assert (answer.status, answer.code) == (400, "request_malformed")


def test_another_protocol_is_not_taken_up(address: str) -> None:
    with connected(address) as client:
        client.sendall(request("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"))
        assert read_answer(client).status == 200


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (request(JSON, f"Content-Length: {10**12}", line=POST), b" " * PIECE),
        (request(JSON, "Transfer-Encoding: chunked", line=POST), b"%x\r\n%s\r\n" % (PIECE, b" " * PIECE)),
    ],
    ids=["length stated", "length not stated"],
)
def test_body_too_large_is_not_read_on(address: str, start: bytes, piece: bytes) -> None:
    with connected(address) as client:
        client.sendall(start)
        sent = send_until_cut_off(client, piece, most=64 * MEBIBYTE)
        assert sent < 32 * MEBIBYTE
        answer = read_answer(client)
        assert (answer.status, answer.headers["connection"]) == (413, "close")


def test_connection_is_closed_after_a_body_too_large_even_when_nothing_more_comes(address: str) -> None:
    assert ask(address, request(JSON, f"Content-Length: {10**12}", line=POST)).status == 413


def test_body_that_nobody_asked_for_is_not_read_without_end(address: str) -> None:
    with connected(address) as client:
        client.sendall(request("Transfer-Encoding: chunked", line="POST /nowhere HTTP/1.1"))
        assert read_answer(client).status == 404
        assert send_until_cut_off(client, b"%x\r\n%s\r\n" % (PIECE, b" " * PIECE), most=64 * MEBIBYTE) < 32 * MEBIBYTE


def test_short_body_that_nobody_asked_for_leaves_the_connection_open(address: str) -> None:
    body = b" " * PIECE
    with connected(address) as client:
        client.sendall(request(f"Content-Length: {len(body)}", line="POST /nowhere HTTP/1.1"))
        assert read_answer(client).status == 404
        client.sendall(body + request())
        assert read_answer(client).status == 200


def test_requests_sent_ahead_are_answered_in_their_order(address: str) -> None:
    with connected(address) as client:
        client.sendall(request(line="GET /nowhere HTTP/1.1") + request() + filled(HEADER_BYTES + 1))
        assert [read_answer(client).status for _ in range(2)] == [404, 200]


@pytest.mark.parametrize("start", [b"GET /health/live HTTP/1.1\r\nHo", b"\r\n"], ids=["a part", "blank lines"])
def test_head_that_is_not_finished_is_given_up(hasty: str, start: bytes) -> None:
    answer = ask(hasty, start)
    assert (answer.status, answer.code) == (408, "request_unfinished")


def test_client_that_says_nothing_is_sent_nothing(hasty: str) -> None:
    with connected(hasty) as client:
        assert client.recv(1) == b""


@pytest.mark.parametrize("path", ["/v1/communities", "/v1/batches", "/v1/imports"])
def test_body_that_is_not_finished_is_given_up(hasty: str, path: str) -> None:
    form = "Content-Type: multipart/form-data; boundary=b"
    kind = JSON if path == "/v1/communities" else form
    answer = ask(hasty, request(kind, "Content-Length: 100", line=f"POST {path} HTTP/1.1"), b"--b")
    assert (answer.status, answer.code) == (408, "request_unfinished")


def test_body_that_keeps_coming_is_read_to_its_end(hasty: str) -> None:
    """A hundred bytes a second are asked for beside 0.3 s: 2,000 bytes, twenty at a time, take longer than that."""
    with connected(hasty) as client, selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ)
        client.sendall(request(JSON, "Content-Length: 2000", line=POST))
        for _ in range(99):
            client.sendall(b" " * 20)
            assert selector.select(BEAT_SECONDS) == []
        client.sendall(b" " * 20)
        assert read_answer(client).status == 422


def test_five_hundred_clients_that_send_a_byte_now_and_then_are_ended(hasty: str) -> None:
    url = httpx2.URL(hasty)
    with selectors.DefaultSelector() as selector:
        for number in range(500):
            client = socket.create_connection((url.host, url.port))
            client.sendall(request(JSON, "Content-Length: 99", line=POST) if number % 2 else b"GET / HTTP/1.1\r\n")
            selector.register(client, selectors.EVENT_READ)
        for beat in count():
            assert beat < 3000, "some are not ended"
            for key, _ in selector.select(BEAT_SECONDS):
                _end_where_closed(selector, key.fileobj)
            if not selector.get_map():
                break
            if beat % 10 == 0:
                _send_a_byte(selector)
    assert httpx2.get(f"{hasty}/health/live").status_code == 200


def _end_where_closed(selector: selectors.BaseSelector, client: socket.socket) -> None:
    try:
        if client.recv(PIECE):
            return
    except ConnectionError:
        pass
    selector.unregister(client)
    client.close()


def _send_a_byte(selector: selectors.BaseSelector) -> None:
    for key in list(selector.get_map().values()):
        try:
            key.fileobj.send(b"a")
        except ConnectionError:
            continue


def test_client_that_does_not_fetch_its_answers_is_cut_off(hasty: str) -> None:
    number = 100
    whole = len(httpx2.get(f"{hasty}/openapi.json", timeout=PATIENCE_SECONDS).content) * number
    assert whole > 16 * MEBIBYTE
    with connected(hasty, receive_bytes=4096) as client:
        client.sendall(request(line="GET /openapi.json HTTP/1.1") * number)
        poll = select.poll()
        poll.register(client, 0)
        assert poll.poll(1000 * PATIENCE_SECONDS) == [(client.fileno(), select.POLLERR | select.POLLHUP)]


def test_long_answer_that_is_being_fetched_may_take_its_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """12 MiB beside the at most 4 that the system takes: 64 KiB in 0.02 s are 3.8 s at least, and 2 s are given."""
    length = 16 * MEBIBYTE

    def with_a_long_answer(given: Settings) -> FastAPI:
        app = create_app(given)
        app.add_api_route("/long", lambda: Response(bytes(length)))
        return app

    monkeypatch.setattr("tests.live_server.create_app", with_a_long_answer)
    hasty = settings.model_copy(update={"answer_seconds": 2.0})
    with serving(hasty) as address, connected(address, receive_bytes=4096) as client:
        client.sendall(request("Connection: close", line="GET /long HTTP/1.1"))
        with selectors.DefaultSelector() as never:
            fetched = 0
            while piece := client.recv(PIECE):
                fetched += len(piece)
                never.select(BEAT_SECONDS * len(piece) / PIECE)
    assert fetched > length


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1", "127.0.0.1"], ["127.0.0.1", "evil.example"]])
def test_host_is_needed_once(address: str, hosts: list[str]) -> None:
    lines = ["GET /health/live HTTP/1.1", *(f"Host: {host}" for host in hosts), "", ""]
    with connected(address) as client:
        client.sendall("\r\n".join(lines).encode())
        answer = read_answer(client)
    assert (answer.status, answer.code) == (400, "host_not_once")


def test_programs_older_than_the_header_need_no_host(address: str) -> None:
    with connected(address) as client:
        client.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
        assert read_answer(client).status == 200


def test_body_coded_on_its_way_is_refused_with_its_coding(address: str) -> None:
    packed = gzip.compress(b"{}")
    with connected(address) as client:
        client.sendall(request(JSON, "Transfer-Encoding: gzip, chunked", line=POST))
        client.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed))
        answer = read_answer(client)
    assert (answer.status, answer.code) == (415, "body_coded")
    assert "gzip, chunked" in answer.body.decode()


OFFER = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA")
BODY = b'{"division_code": "522701001001", "households": 10}'
NEXT = request()


@pytest.mark.parametrize("offer", [OFFER, ("Connection: Upgrade", "Upgrade: websocket")], ids=["h2c", "websocket"])
@pytest.mark.parametrize(
    ("length", "body"),
    [
        (f"Content-Length: {len(BODY)}", BODY),
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)),
    ],
    ids=["length", "chunked"],
)
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_another_protocol_that_is_offered_keeps_the_body_and_what_comes_behind(
    address: str, offer: tuple[str, ...], length: str, body: bytes, piece: int
) -> None:
    sent = request(JSON, length, *offer, line="POST /v1/project-validations HTTP/1.1") + body + NEXT
    with connected(address) as client:
        for start in range(0, len(sent), piece):
            client.sendall(sent[start : start + piece])
        judged, alive = read_answer(client), read_answer(client)
    assert (judged.status, alive.status) == (200, 200)
    assert json.loads(judged.body)["results"][0]["status"] == "EVALUATED"


def test_another_protocol_that_is_offered_without_a_body_is_passed_over(address: str) -> None:
    with connected(address) as client:
        client.sendall(request(*OFFER) + NEXT)
        assert [read_answer(client).status, read_answer(client).status] == [200, 200]


@pytest.mark.parametrize(
    "host", ["localhost ", " localhost\t", "localhost:", "[0:0:0:0:0:0:0:1]:8200", "[::1]", "LOCALHOST"]
)
def test_every_way_to_write_a_host_of_this_machine_is_taken(address: str, host: str) -> None:
    with connected(address) as client:
        client.sendall(request(host=host))
        assert read_answer(client).status == 200
