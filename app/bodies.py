"""How the JSON body of a request is read: strictly, and so that no body can bring the service down."""

import json
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from app.errors import Fault, InvalidInput, UnsupportedMediaType

MAX_DEPTH = 64
_JSON_TYPES = ("application/json",)
_PATCH_TYPES = ("application/merge-patch+json", "application/json")
_MAX_DIGITS = 400
_SUSPICIOUS = re.compile(rb"\\u(?:00[01]|007[fF]|[dD][89a-fA-F])|\\[bf]|\x7f")
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Json = Any  # Any: a document of JSON before it is read as a model
Handler = Callable[[Request], Coroutine[Any, Any, Response]]  # Any: as in FastAPI's own signature


class JsonRequest(Request):
    """A request whose body has been read already."""

    document: Json = None

    async def json(self) -> Json:
        return self.document


class JsonRoute(APIRoute):
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


def parse_json(body: bytes) -> Json:
    """The document of a body. Raises InvalidInput naming line and column, or the pointer, of what is wrong."""
    if not body.strip():
        raise InvalidInput(Fault("body_missing"))
    try:
        text = body.decode("utf-8-sig")
        document = _loads(text)
    except UnicodeDecodeError as error:
        raise InvalidInput(Fault("json_not_utf8", params={"position": error.start + 1})) from None
    except json.JSONDecodeError as error:
        raise InvalidInput(_syntax_fault(error)) from None
    except RecursionError:
        raise InvalidInput(Fault("json_too_deep", params={"limit": MAX_DEPTH})) from None
    faults = tuple(_depth_faults(text, document)) or tuple(_text_faults(body, document))
    if faults:
        raise InvalidInput(*faults[:100])
    return document


def _check_type(content_type: str, accepted: tuple[str, ...]) -> None:
    seen = content_type.partition(";")[0].strip().lower()
    if seen not in accepted:
        raise UnsupportedMediaType(seen=seen or "of no stated type", expected=list(accepted))


def _loads(text: str) -> Json:
    try:
        return json.loads(text, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number of more digits than Python converts
        return json.loads(text, object_pairs_hook=_unique_keys, parse_int=_bounded_int)


def _bounded_int(digits: str) -> float | int:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Of a repeated key one value would be lost without a word."""
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise InvalidInput(Fault("duplicate_key", "", repeated, {"key": repeated}))
    return document


def _syntax_fault(error: json.JSONDecodeError) -> Fault:
    seen = error.doc[error.pos : error.pos + 20]
    params = {"problem": error.msg, "line": error.lineno, "column": error.colno}
    return Fault("json_invalid", "", seen, params)


def _depth_faults(text: str, document: Json) -> Iterator[Fault]:
    """Brackets are counted first: only a text with many of them can be deep."""
    if text.count("[") + text.count("{") > MAX_DEPTH and _deeper_than(document, MAX_DEPTH):
        yield Fault("json_too_deep", params={"limit": MAX_DEPTH})


def _deeper_than(document: Json, levels: int) -> bool:
    layer = [document]
    for _ in range(levels):
        layer = [child for item in layer for child in _children(item)]
        if not layer:
            return False
    return True


def _children(item: Json) -> list[Json]:
    children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return [child for child in children if isinstance(child, dict | list)]


def _text_faults(body: bytes, document: Json) -> Iterator[Fault]:
    if _SUSPICIOUS.search(body):
        yield from _bad_texts(document, "")


def _bad_texts(item: Json, pointer: str) -> Iterator[Fault]:
    if isinstance(item, str) and _BAD_CHARACTER.search(item):
        yield Fault("invalid_text", pointer, item)
    elif isinstance(item, dict):
        for key, value in item.items():
            yield from _bad_texts(key, pointer)
            yield from _bad_texts(value, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(item, list):
        for index, value in enumerate(item):
            yield from _bad_texts(value, f"{pointer}/{index}")
