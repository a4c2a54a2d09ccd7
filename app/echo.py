"""Values seen in the input, made fit to be shown in an answer: finite, short, and valid as JSON in UTF-8."""

import math
from collections.abc import Mapping
from datetime import date

from pydantic import JsonValue

MAX_TEXT_LENGTH = 200
MAX_ITEMS = 10
MAX_DEPTH = 4
MAX_SAFE_INTEGER = 2**53


def echo(value: object, depth: int = 0) -> JsonValue:
    """`value` as JSON can hold it; what is too long, too deep or not a number is shown as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= MAX_SAFE_INTEGER else _whole_number_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else _not_finite_text(value)
    if isinstance(value, Mapping):
        return _echo_mapping(value, depth)
    if isinstance(value, list | tuple):
        return "[…]" if depth >= MAX_DEPTH else [echo(item, depth + 1) for item in value[:MAX_ITEMS]]
    return echo_text(value)


def echo_text(value: object) -> str:
    """`value` as short text without lone surrogates or control characters."""
    if isinstance(value, bytes):
        value = value[: 4 * MAX_TEXT_LENGTH].decode("utf-8", "replace")
    text = value if isinstance(value, str) else value.isoformat() if isinstance(value, date) else f"{value}"
    shown = text if len(text) <= MAX_TEXT_LENGTH else text[:MAX_TEXT_LENGTH] + "…"
    return "".join(_visible(character) for character in shown)


def _echo_mapping(value: Mapping[object, object], depth: int) -> JsonValue:
    if depth >= MAX_DEPTH:
        return "{…}"
    items = [item for item, _ in zip(value.items(), range(MAX_ITEMS), strict=False)]
    return {echo_text(key): echo(item, depth + 1) for key, item in items}


def _whole_number_text(value: int) -> str:
    """Long integers are not written out: Python refuses more than a few thousand digits, and clients lose them."""
    return str(value) if value.bit_length() <= 128 else f"about 2^{value.bit_length() - 1}"


def _not_finite_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _visible(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x20 or code == 0x7F or 0xD800 <= code <= 0xDFFF else character
