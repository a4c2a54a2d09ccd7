"""JSON read strictly: repeated keys, deep nesting and characters that belong in no text are refused by their place."""

import json
import re
from collections.abc import Iterator
from typing import Any

from app.errors import Fault, InvalidInput

MAX_DEPTH = 64
MAX_FAULTS = 100
_MAX_DIGITS = 400
_SUSPICIOUS = re.compile(r"\\u(?:00[01]|007[fF]|[dD][89a-fA-F])|\\[bf]|\x7f")
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Json = Any  # Any: a document of JSON before it is read as a model


def parse_json(body: bytes) -> Json:
    """The document of a body. Raises InvalidInput naming line and column, or the pointer, of what is wrong."""
    if not body.strip():
        raise InvalidInput(Fault("body_missing"))
    try:
        text = body.decode("utf-8-sig")
        document = _decoded(text)
    except UnicodeDecodeError as error:
        raise InvalidInput(Fault("json_not_utf8", params={"position": error.start + 1})) from None
    except json.JSONDecodeError as error:
        raise InvalidInput(syntax_fault(error, line=error.lineno, column=error.colno)) from None
    except RecursionError:
        raise InvalidInput(too_deep()) from None
    refuse_faults(text, document)
    return document


def parse_value(text: str, start: int) -> tuple[Json, int]:
    """The value that begins at a place of a text, and where it ends.

    Raises JSONDecodeError, RecursionError, and InvalidInput for a repeated key. What `refuse_faults` finds is not
    looked for.
    """
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number of more digits than Python converts
        return _BOUNDED_DECODER.raw_decode(text, start)


def refuse_faults(text: str, document: Json) -> None:
    """Refuse a document, read from the text, that is too deep or holds bad characters. Raises InvalidInput."""
    faults = tuple(_depth_faults(text, document)) or tuple(_text_faults(text, document))
    if faults:
        raise InvalidInput(*faults[:MAX_FAULTS])


def syntax_fault(error: json.JSONDecodeError, *, line: int, column: int) -> Fault:
    """What is wrong with the text, at a line and column."""
    seen = error.doc[error.pos : error.pos + 20]
    return Fault("json_invalid", "", seen, {"problem": error.msg, "line": line, "column": column})


def too_deep() -> Fault:
    """The fault of what is nested too deeply to be read."""
    return Fault("json_too_deep", params={"limit": MAX_DEPTH})


def _decoded(text: str) -> Json:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # as above
        return _BOUNDED_DECODER.decode(text)


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


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys)
_BOUNDED_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_int=_bounded_int)


def _depth_faults(text: str, document: Json) -> Iterator[Fault]:
    """Brackets are counted first: only a text with many of them can be deep."""
    if text.count("[") + text.count("{") > MAX_DEPTH and _deeper_than(document, MAX_DEPTH):
        yield too_deep()


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


def _text_faults(text: str, document: Json) -> Iterator[Fault]:
    if _SUSPICIOUS.search(text):
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
