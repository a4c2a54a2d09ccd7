"""The languages that the service answers in, and the one that a client would rather read."""

from collections.abc import Iterator
from typing import Literal

Language = Literal["zh", "en"]
DEFAULT_LANGUAGE: Language = "en"
_MAX_HEADER_LENGTH = 1000


def preferred_language(accept_language: str) -> Language:
    """The language of highest weight in an Accept-Language header; of equal ones the first, English when none fits."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for tag, weight in _weighted_tags(accept_language[:_MAX_HEADER_LENGTH]):
        language = _language_of(tag)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weighted_tags(header: str) -> Iterator[tuple[str, float]]:
    for item in header.split(","):
        tag, *parameters = (part.strip().lower() for part in item.split(";"))
        yield tag, _weight(parameters)


def _weight(parameters: list[str]) -> float:
    """The q parameter; an unreadable one weighs nothing, as the client's wish cannot be known."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0.0 <= weight <= 1.0 else 0.0
    return 1.0


def _language_of(tag: str) -> Language | None:
    primary = tag.partition("-")[0]
    if primary == "zh":
        return "zh"
    return "en" if primary in ("en", "*") else None
