"""Boxes of longitude and latitude in query parameters."""

import math
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


def read_box(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees. Raises `bad_bbox`."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _bad_bbox() from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise _bad_bbox()
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise _bad_bbox()
    return west, south, east, north


def _checked(text: str) -> str:
    read_box(text)
    return text


def _bad_bbox() -> PydanticCustomError:
    return PydanticCustomError("bad_bbox", "no bounding box")


_DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
BoundingBox = Annotated[
    str,
    Field(max_length=100),
    AfterValidator(_checked),
    WithJsonSchema({"type": "string", "pattern": f"^{_DEGREES},{_DEGREES},{_DEGREES},{_DEGREES}$"}),
]
