"""Boxes of longitude and latitude in query parameters."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?"
PATTERN = f"^{_DEGREES},{_DEGREES},{_DEGREES},{_DEGREES}$"
_BOX = re.compile(PATTERN, re.ASCII)


def read_box(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees. Raises `bad_bbox`."""
    if not _BOX.fullmatch(text):
        raise _bad_bbox()
    west, south, east, north = (float(part) for part in text.split(","))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise _bad_bbox()
    return west, south, east, north


def _checked(text: str) -> str:
    read_box(text)
    return text


def _bad_bbox() -> PydanticCustomError:
    return PydanticCustomError("bad_bbox", "no bounding box")


BoundingBox = Annotated[
    str,
    Field(max_length=100),
    AfterValidator(_checked),
    WithJsonSchema({"type": "string", "pattern": PATTERN}),
]
