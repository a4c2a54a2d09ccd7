"""What every request passes through: HEAD, states that are known, checks of its body, an id, a line in the log."""

import re
import time
import uuid
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BodyTooLarge, Fault, UnsupportedCoding
from app.problems import Internal, problem_response
from app.schemas.etag import is_none_match
from app.uploads import is_json, is_upload

REQUEST_ID_HEADER = "X-Request-ID"
RETRY_SECONDS = "5"
_OF_THE_BODY = (b"content-length", b"content-type")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger("facility_standards.access")


class RequestLog:
    """Gives each request an id, logs how it ended, and answers 500 for what nothing else has caught."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                if status == 503:
                    headers.setdefault("Retry-After", RETRY_SECONDS)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            except ClientDisconnect:
                log.info("client_gone", method=scope["method"], path=scope["path"])
            except Exception:
                log.exception("unhandled_error", method=scope["method"], path=scope["path"])
                if status is not None:
                    raise
                await problem_response(Request(scope), Internal())(scope, receive, send_with_id)
            finally:
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                log.info("request", method=scope["method"], path=scope["path"], status=status, ms=milliseconds)


@dataclass(frozen=True)
class Uploads:
    """Where files are uploaded, how large an upload may be, and where JSON may be as large: it is kept in files too."""

    paths: frozenset[str]
    max_bytes: int
    json_paths: frozenset[str] = frozenset()


class BodyLimit:
    """Refuses a body over the limit, by its Content-Length or as soon as that much has come in."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, uploads: Uploads | None = None) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.uploads = uploads or Uploads(frozenset(), max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif self._declares_too_much(scope):
            await self._refuse(scope, receive, send)
        else:
            await self._count(scope, receive, send)

    def _limit(self, scope: Scope) -> int:
        """Only what is streamed to a file may be as large as an upload."""
        content_type = Headers(scope=scope).get("content-type", "")
        is_large = (scope["path"] in self.uploads.paths and is_upload(content_type)) or (
            scope["path"] in self.uploads.json_paths and is_json(content_type)
        )
        return self.uploads.max_bytes if is_large else self.max_body_bytes

    def _declares_too_much(self, scope: Scope) -> bool:
        declared = Headers(scope=scope).get("content-length", "")
        limit = self._limit(scope)
        return declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > limit)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nobody will read the rest of the body: the connection ends with the answer."""
        refusal = BodyTooLarge(limit=self._limit(scope))
        response = problem_response(Request(scope), refusal, headers={"Connection": "close"})
        await response(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app may turn the refusal into an answer of its own: whatever it says then, 413 is sent."""
        seen = 0
        limit = self._limit(scope)
        refused = False

        async def receive_counted() -> Message:
            nonlocal seen, refused
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                refused = True
                raise BodyTooLarge(limit=limit)
            return message

        async def send_unless_refused(message: Message) -> None:
            if not refused:
                await send(message)
            elif message["type"] == "http.response.start":
                await self._refuse(scope, receive, send)

        await self.app(scope, receive_counted, send_unless_refused)


class PlainBodies:
    """Refuses a body in a content coding (gzip), which would be read as if it were the content (RFC 9110, 8.4)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        header, coding = _coding(scope) if scope["type"] == "http" else ("", "")
        if not coding:
            await self.app(scope, receive, send)
            return
        refusal = UnsupportedCoding(Fault("body_coded", header, coding, {"seen": coding}), seen=coding)
        await problem_response(Request(scope), refusal, headers={"Accept-Encoding": "identity"})(scope, receive, send)


class NotModified:
    """Answers 304 where If-None-Match names the state that would be shown (RFC 9110, 13.1.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = Headers(scope=scope).getlist("if-none-match") if scope["type"] == "http" else ()
        if not known or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        is_known = False

        async def send_what_is_new(message: Message) -> None:
            nonlocal is_known
            if message["type"] == "http.response.start":
                tag = Headers(raw=message["headers"]).get("etag")
                is_known = message["status"] == 200 and tag is not None and is_none_match(", ".join(known), tag)
                if is_known:
                    kept = [pair for pair in message["headers"] if pair[0].lower() not in _OF_THE_BODY]
                    message = {**message, "status": 304, "headers": kept}
            elif is_known:
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, send_what_is_new)


class HeadAsGet:
    """Answers HEAD as GET is answered, without the body (RFC 9110, 9.3.2), wherever there is a GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
            elif not message.get("more_body", False):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


def _coding(scope: Scope) -> tuple[str, str]:
    """The coding of the request's body and the header that names it; empty where it has none, or there is no body."""
    headers = Headers(scope=scope)
    transfer = _listed(headers, "transfer-encoding")
    if not transfer and headers.get("content-length", "0") == "0":
        return "", ""
    if transfer not in ("", "chunked"):
        return "Transfer-Encoding", transfer
    coding = _listed(headers, "content-encoding")
    return "Content-Encoding", "" if set(coding.split(", ")) == {"identity"} else coding


def _listed(headers: Headers, name: str) -> str:
    return ", ".join(headers.getlist(name)).strip().lower()


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
