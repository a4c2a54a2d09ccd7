"""How the JSON body of a request is read: strictly, and so that no body can bring the service down."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response

from app.errors import UnsupportedMediaType
from app.one_thread import OneThreadRoute
from app.schemas.strict_json import Json, parse_json

_JSON_TYPES = ("application/json",)
_PATCH_TYPES = ("application/merge-patch+json", "application/json")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]  # Any: as in FastAPI's own signature


class JsonRequest(Request):
    """A request whose body has been read already."""

    document: Json = None

    async def json(self) -> Json:
        return self.document


class JsonRoute(OneThreadRoute):
    """A route that checks type and text of a JSON body before its model sees it."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        accepted = _PATCH_TYPES if "PATCH" in (self.methods or ()) else _JSON_TYPES

        async def read_and_handle(request: Request) -> Response:
            checked = JsonRequest(request.scope, request.receive)
            body = await checked.body()
            _check_type(request.headers.get("content-type", ""), accepted)
            checked.document = parse_json(body)
            return await handle(checked)

        return read_and_handle


def _check_type(content_type: str, accepted: tuple[str, ...]) -> None:
    seen = content_type.partition(";")[0].strip().lower()
    if seen not in accepted:
        raise UnsupportedMediaType(seen=seen or "of no stated type", expected=list(accepted))
