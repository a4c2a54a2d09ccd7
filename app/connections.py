"""What the server lets a client do on one connection before the application sees anything of it.

uvicorn bounds neither the headers of a request nor the time that a client takes. Here both are bounded, and so is what
is read on after an answer that did not wait for the end of the body.
"""

import asyncio
import math
import socket
import struct
import uuid
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, Final

import structlog
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.errors import FacilityStandardsError, Fault, HeadersTooLarge, MalformedRequest, RequestTooSlow
from app.problems import problem_response
from app.settings import Settings

LINGER_BYTES: Final = 256 * 1024
"""How much of a body that nobody will read is thrown away before the connection is closed."""
LINGER_SECONDS: Final = 2.0
"""How long the client may take to read a last answer: what it still sends at the end takes the answer from it."""
START_SECONDS: Final = 60
"""How long one of several processes may be silent: on a machine with much to do it loads its modules for that long."""
CHECK_SECONDS: Final = 1.0
FETCHED_BYTES: Final = 32 * 1024
"""A client that has fetched so much of a long answer is given its time anew."""
_LINE_BYTES: Final = 4
"""Of each header beside name and value: colon, space, end of line."""
_LENGTHS: Final = (b"content-length", b"transfer-encoding")
_NO_BODY: Final = (b"content-length", b"0")
_AT_ONCE: Final = struct.pack("ii", 1, 0)

log = structlog.get_logger("facility_standards.connections")


@dataclass(frozen=True)
class Limits:
    """What a client may send before the application is asked, and how long it may take; times in seconds."""

    header_bytes: int
    headers: int
    header_seconds: float
    body_seconds: float
    body_bytes_per_second: int
    answer_seconds: float


class Owed(Enum):
    """What the client has still to send of the request that it began."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


def server_options(settings: Settings) -> dict[str, Any]:  # Any: arguments of uvicorn.Config, each of a type of its own
    """How uvicorn is to serve, wherever the service is started."""
    limits = Limits(
        header_bytes=settings.max_header_bytes,
        headers=settings.max_headers,
        header_seconds=settings.header_seconds,
        body_seconds=settings.body_seconds,
        body_bytes_per_second=settings.body_bytes_per_second,
        answer_seconds=settings.answer_seconds,
    )
    return {
        # Several processes get it pickled: a class made here could not be.
        "http": partial(BoundedProtocol, limits),
        "ws": "none",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": settings.stop_seconds,
        "timeout_worker_healthcheck": START_SECONDS,
    }


class BoundedProtocol(HttpToolsProtocol):
    """One connection. A request over the limits is answered 431 or 408, and the connection closed."""

    def __init__(self, limits: Limits, **given: Any) -> None:  # Any: what uvicorn hands to its own protocol
        super().__init__(**given)
        self._limits = limits
        self._owed = Owed.HEAD
        self._owed_since = 0.0
        self._answers_due = 0
        self._body_bytes = 0
        self._undelivered = 0
        """Bytes that have come since the parser last gave something away: it keeps them."""
        self._framing = b""
        """How long the body of an upgrade that is not taken up is, as its headers say it; b"" for other requests."""
        self._is_reading_on = False
        self._refusal: FacilityStandardsError | None = None
        self._spare_bytes = LINGER_BYTES
        self._to_discard: int | None = None
        self._linger_until = math.inf
        self._stalled_since: float | None = None
        self._unfetched = 0
        self._watcher: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._lasting_transport = _LastingTransport(transport, self)
        self.on_message_begin()  # so that there is a request to refuse, whatever comes first
        self._owe(Owed.HEAD)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._to_discard is not None:
            self._discard(len(data))
            return
        if self._owed is Owed.NOTHING:
            self._owe(Owed.HEAD)
        self._undelivered += len(data)
        self._feed(data)
        if self._undelivered > self._limits.header_bytes and not self._is_ending():
            self._refuse(self._too_many_headers())

    def _feed(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._read_on(data[upgrade.args[0] :])
        except HttpParserError as error:
            self.send_400_response(str(error))

    def _read_on(self, rest: bytes) -> None:
        """Read the body of a request that offers another protocol, and what comes behind it (RFC 9110, 7.8).

        The parser leaves both to that protocol. A new one is told the length of the body, and goes on.
        """
        self.parser = HttpRequestParser(self)
        self._is_reading_on = True
        head, self._framing = b"POST / HTTP/1.1\r\n" + self._framing + b"\r\n", b""
        self._feed(head + rest)

    def on_message_begin(self) -> None:
        if not self._is_reading_on:
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._is_reading_on:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_reading_on:
            super().on_header(name, value.strip(b" \t"))

    def on_headers_complete(self) -> None:
        if self._is_reading_on:
            self._is_reading_on = False
            return
        if len(self.headers) > self._limits.headers or self._has_long_head():
            self._refusal = self._too_many_headers()
            raise self._refusal
        super().on_headers_complete()
        self._answers_due += 1
        self.cycle.transport = self._lasting_transport
        if self.parser.should_upgrade():
            lengths = [pair for pair in self.headers if pair[0] in _LENGTHS]
            self._framing = b"".join(b"%s: %s\r\n" % pair for pair in lengths or [_NO_BODY])
        # What comes behind a chunked body in the form of headers belongs to nothing that the application reads.
        self.headers = []
        self._body_bytes = self._undelivered = 0
        self._owe(Owed.BODY)

    def on_body(self, body: bytes) -> None:
        self._undelivered = 0
        self._body_bytes += len(body)
        if self.cycle.response_complete:
            self._spare_bytes -= len(body)
            if self._spare_bytes < 0:
                self.transport.abort()
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._framing:
            return
        self._undelivered = 0
        self._owed = Owed.NOTHING
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._answers_due -= 1
        self._spare_bytes = LINGER_BYTES
        if not self._is_ending():
            super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Called where the parser stops: at what is no HTTP, and at a refusal of ours."""
        self._refuse(self._refusal or MalformedRequest(Fault("request_malformed")))

    def pause_writing(self) -> None:
        self._stall(self.loop.time())
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stalled_since = None
        super().resume_writing()

    def hang_up(self) -> None:
        """Close when the client has had the chance to read the answer, also where it has more to send."""
        if self._owed is Owed.NOTHING or not self.transport.can_write_eof() or self.transport.is_closing():
            self.transport.close()
            return
        self._to_discard = LINGER_BYTES
        self._linger_until = self.loop.time() + LINGER_SECONDS
        self.flow.resume_reading()
        self.transport.write_eof()

    def _is_ending(self) -> bool:
        return self._to_discard is not None or self.transport.is_closing()

    def _owe(self, owed: Owed) -> None:
        self._owed = owed
        self._owed_since = self.loop.time()

    def _has_long_head(self) -> bool:
        """What came with the end of the head may be body: only then each header is counted."""
        if self._undelivered <= self._limits.header_bytes:
            return False
        size = len(self.url) + sum(len(name) + len(value) + _LINE_BYTES for name, value in self.headers)
        return size > self._limits.header_bytes

    def _too_many_headers(self) -> FacilityStandardsError:
        limits = {"bytes": self._limits.header_bytes, "headers": self._limits.headers}
        return HeadersTooLarge(Fault("headers_over_limit", params=limits), **limits)

    def _discard(self, byte_count: int) -> None:
        self._to_discard = (self._to_discard or 0) - byte_count
        if self._to_discard < 0:
            self.transport.abort()

    def _watch(self) -> None:
        """Look again when the client would be overdue, and now and then: what it owes may have changed meanwhile."""
        now = self.loop.time()
        if self.flow.read_paused:
            self._owed_since = now
        if self.transport.is_closing() and self._stalled_since is None:
            self._stall(now)
        if self._overdue_at() <= now:
            self._cut_off()
        self._watcher = self.loop.call_at(min(self._overdue_at(), now + CHECK_SECONDS), self._watch)

    def _overdue_at(self) -> float:
        """When the client will have taken too long; infinite while nothing is asked of it."""
        limits = self._limits
        if self._to_discard is not None:
            return self._linger_until
        if self._stalled_since is not None:
            return self._stalled_since + limits.answer_seconds
        if self._owed is Owed.HEAD:
            return self._owed_since + limits.header_seconds
        if self._owed is Owed.BODY:
            credit = self._body_bytes / limits.body_bytes_per_second
            return self._owed_since + limits.body_seconds + credit
        return math.inf

    def _cut_off(self) -> None:
        if self._to_discard is not None:
            self.transport.abort()
        elif self._stalled_since is not None:
            self._wait_or_give_up()
        elif self._owed is Owed.HEAD and not self._undelivered:
            self.transport.close()
        else:
            seconds = self._limits.header_seconds if self._owed is Owed.HEAD else self._limits.body_seconds
            self._refuse(RequestTooSlow(Fault("request_unfinished", params={"seconds": seconds}), seconds=seconds))

    def _stall(self, now: float) -> None:
        self._stalled_since = now
        self._unfetched = self.transport.get_write_buffer_size()

    def _wait_or_give_up(self) -> None:
        """A long answer that is being fetched may take as long as it is long."""
        if self.transport.get_write_buffer_size() <= self._unfetched - FETCHED_BYTES:
            self._stall(self.loop.time())
            return
        log.info("answer_not_fetched", client=self.client, seconds=self._limits.answer_seconds)
        # The system would keep what it has not sent for as long as the client likes.
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _refuse(self, error: FacilityStandardsError) -> None:
        """Answer in place of the application, where the client waits for nothing else, and hang up."""
        log.info("request_refused", code=error.code, client=self.client)
        if not self._may_answer():
            self.transport.abort()
            return
        if self._owed is Owed.BODY:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(self._answer(error))
        self.hang_up()

    def _may_answer(self) -> bool:
        """Not in the midst of an answer, nor before one that is due earlier."""
        if self._is_ending():
            return False
        if self._owed is Owed.BODY:
            return self._answers_due == 1 and not self.cycle.response_started
        return self._answers_due == 0

    def _answer(self, error: FacilityStandardsError) -> bytes:
        scope = {**self.scope, "path": self.scope.get("path", ""), "state": {"request_id": uuid.uuid4().hex}}
        response = problem_response(Request(scope), error, headers={"Connection": "close"})
        lines = [*self.server_state.default_headers, *response.raw_headers]
        head = b"".join(b"%s: %s\r\n" % (name, value) for name, value in lines)
        return STATUS_LINE[response.status_code] + head + b"\r\n" + bytes(response.body)


class _LastingTransport(asyncio.Transport):
    """The connection as answers see it: closing it does not take the last answer from the client.

    An answer that is still made when the client has gone is dropped.
    """

    def __init__(self, transport: asyncio.Transport, protocol: BoundedProtocol) -> None:
        super().__init__()
        self._transport = transport
        self._protocol = protocol

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:  # Any: as in asyncio
        if not self._transport.is_closing():
            self._transport.write(data)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._protocol.hang_up()
