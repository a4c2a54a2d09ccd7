"""The kinds of field that the wire models are made of, with their bounds."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from app.errors import InvalidInput
from app.standards.bounds import EARLIEST, LARGEST, LATEST, LONGEST_DAY_HOURS, LONGEST_NAME, SMALLEST_AMOUNT
from app.standards.catalogues import load_catalogues
from app.standards.divisions import TOWNSHIP_DIGITS, community_code, normal_division

LARGEST_ID = 2**53 - 1
"""The largest whole number that JSON carries unharmed: beyond it clients read another id than was meant."""
DATE_PATTERN = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_CALENDAR_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"-?[0-9]+")
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
COMMUNITY_PATTERN = r"^[0-9]{9}(00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})$"
DIVISION_PATTERN = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$"
TOWNSHIP_PATTERN = r"^[0-9]{6}(00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})(000)?$"
JURISDICTION_PATTERN = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}(000)?)$"
# What is a space differs between dialects of regular expressions: U+0085 and U+FEFF are named, as it is for all others.
_INK = r"[^\s\x00-\x1f\x7f\x85\ufeff]"
NAME_PATTERN = rf"^{_INK}([^\x00-\x1f\x7f]*{_INK})?$"


class WireModel(BaseModel):
    """What clients send: unknown fields and figures that are not finite are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True)


class ReadModel(BaseModel):
    """What clients get."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)


def never_null(schema: dict[str, Any]) -> None:
    """For the description of a patch's field that can be left out, but whose fact cannot be removed."""
    schema.update(schema.pop("anyOf")[0])


def _whole(value: object) -> object:
    """2000.0 is a whole number in JSON; text and booleans are none."""
    if isinstance(value, float):
        if not abs(value) < float("inf"):
            raise PydanticKnownError("finite_number")
        if not value.is_integer():
            raise PydanticKnownError("int_from_float")
        return int(value)
    return value


def digits_only(value: object) -> object:
    """In an address a whole number has one spelling: pydantic would read `1_0`, ` 10` and `10.0` as 10."""
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticKnownError("int_parsing")
    return value


def _number(value: object) -> object:
    """A whole number too long for a float is out of bounds, not of a wrong type."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        return float(LARGEST) * 10 if value > 0 else -float(LARGEST) * 10
    return value


def _measurable(amount: float) -> float:
    if 0 < amount < SMALLEST_AMOUNT:
        raise PydanticCustomError(
            "amount_too_small", "smaller than can be measured", {"smallest": f"{SMALLEST_AMOUNT:f}"}
        )
    return amount


def _day(value: object) -> date:
    """Dates are text: a bare number would be taken for seconds since 1970, a moment for its day."""
    if not isinstance(value, date):
        if not isinstance(value, str) or not _CALENDAR_DAY.fullmatch(value):
            raise PydanticKnownError("date_type")
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise PydanticKnownError("date_type") from None
    if not EARLIEST <= value <= LATEST:
        raise PydanticCustomError("day_out_of_range", "no such year", {"earliest": EARLIEST, "latest": LATEST})
    return value


def _community_code(code: str) -> str:
    try:
        return community_code(code)
    except InvalidInput:
        raise PydanticCustomError("bad_community_code", "no code of a community") from None


def _division(code: str) -> str:
    """Without trailing levels of zeros; the nation is empty."""
    try:
        return normal_division(code)
    except InvalidInput:
        raise PydanticCustomError("bad_division_code", "no code of a division") from None


def _jurisdiction(code: str) -> str:
    jurisdiction = _division(code)
    if len(jurisdiction) > TOWNSHIP_DIGITS:
        raise PydanticCustomError("division_is_community", "the code of a community")
    return jurisdiction


def _township(code: str) -> str:
    township = _division(code)
    if len(township) != TOWNSHIP_DIGITS:
        raise PydanticCustomError("township_code_expected", "no code of a township")
    return township


def _category(text: str) -> str:
    """The id of the category that the text names: its id, label or an alias."""
    catalogues = load_catalogues()
    category = catalogues.find_category(text)
    if category is None:
        nearest = list(catalogues.nearest_categories(text))
        raise PydanticCustomError("unknown_category", "no such category", {"category": text, "nearest": nearest})
    return category.id


Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=LONGEST_NAME, pattern=NAME_PATTERN)]
SearchText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE)]
Flag = Annotated[bool, Field(strict=True)]
# Bounds stand before the reading of what came in: behind it they would be missing in the OpenAPI document.
Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST), BeforeValidator(_whole)]
Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID), BeforeValidator(_whole)]
UrlId = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(digits_only)]
Amount = Annotated[float, Field(strict=True, ge=0, le=LARGEST), BeforeValidator(_number), AfterValidator(_measurable)]
Hours = Annotated[float, Field(strict=True, ge=0, le=LONGEST_DAY_HOURS), BeforeValidator(_number)]
Figure = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST), BeforeValidator(_number)]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DATE_PATTERN}),
]
CommunityCode = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(_community_code),
    WithJsonSchema({"type": "string", "pattern": COMMUNITY_PATTERN}),
]
DivisionCode = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(_division),
    WithJsonSchema({"type": "string", "pattern": DIVISION_PATTERN}),
]
CategoryId = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=100, pattern=ONE_LINE), AfterValidator(_category)
]
JurisdictionCode = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(_jurisdiction),
    WithJsonSchema({"type": "string", "pattern": JURISDICTION_PATTERN}),
]
TownshipCode = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(_township),
    WithJsonSchema({"type": "string", "pattern": TOWNSHIP_PATTERN}),
]
Crs = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=60, pattern=ONE_LINE)]

_POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}
_RING = {"type": "array", "items": _POSITION, "minItems": 4}
_POLYGON = {"type": "array", "items": _RING, "minItems": 1}
POINT_SCHEMA = {
    "type": "object",
    "title": "Point",
    "description": "A GeoJSON Point: longitude, latitude.",
    "properties": {"type": {"const": "Point"}, "coordinates": _POSITION},
    "required": ["type", "coordinates"],
}
BOUNDARY_SCHEMA = {
    "type": "object",
    "title": "Boundary",
    "description": "A GeoJSON Polygon or MultiPolygon: closed rings of longitude, latitude.",
    "properties": {
        "type": {"enum": ["Polygon", "MultiPolygon"]},
        "coordinates": {"type": "array", "minItems": 1, "items": {"anyOf": [_RING, _POLYGON]}},
    },
    "required": ["type", "coordinates"],
    "anyOf": [
        {"properties": {"type": {"const": "Polygon"}, "coordinates": _POLYGON}},
        {"properties": {"type": {"const": "MultiPolygon"}, "coordinates": {"type": "array", "items": _POLYGON}}},
    ],
}
# Any: geometries are read by app.geometry, which checks every part of them and names its place.
PointDocument = Annotated[Any, WithJsonSchema(POINT_SCHEMA)]
BoundaryDocument = Annotated[Any, WithJsonSchema(BOUNDARY_SCHEMA)]
