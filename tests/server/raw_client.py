"""A client of the service that sends just the bytes it is told to."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 30
"""After so long a test that waits for an answer fails."""
PIECE = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """Status, headers in small letters, and body of an answer; of several headers of a name the last."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """Of a refusal: what is wrong."""
        document: Any = json.loads(self.body)
        return str(document["errors"][0]["code"])


@contextmanager
def connected(address: str, *, receive_bytes: int | None = None) -> Iterator[socket.socket]:
    """A connection to the service; with a receive buffer of this size."""
    with socket.socket() as client:
        if receive_bytes is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        client.settimeout(PATIENCE_SECONDS)
        url = urlsplit(address)
        client.connect((url.hostname, url.port))
        yield client


def request(*headers: str, line: str = "GET /health/live HTTP/1.1", host: str = "127.0.0.1") -> bytes:
    """The head of a request with a Host and these headers."""
    return "\r\n".join([line, f"Host: {host}", *headers, "", ""]).encode("latin-1")


def read_answer(client: socket.socket) -> Answer:
    """The next answer, whose length must be told by its Content-Length."""
    with client.makefile("rb", buffering=0) as stream:
        status = int(stream.readline().split()[1])
        lines = iter(lambda: stream.readline().strip().decode("latin-1"), "")
        pairs = (line.split(": ", maxsplit=1) for line in lines)
        headers = {name.lower(): value for name, value in pairs}
        body = b""
        while len(body) < int(headers.get("content-length", "0")):
            body += stream.read(int(headers["content-length"]) - len(body)) or b""
    return Answer(status, headers, body)


def is_closed(client: socket.socket) -> bool:
    """Whether nothing more comes; waits for the end."""
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def send_until_cut_off(client: socket.socket, piece: bytes, *, most: int) -> int:
    """Send the piece again and again until the service takes no more: bytes that it took, or its computer."""
    sent = 0
    try:
        while sent < most:
            sent += client.send(piece)
    except ConnectionError:
        return sent
    return sent
