"""Pages of a list: what is asked for, and the answer with the link to the next one."""

import base64
import binascii
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.schemas.fields import LARGEST_ID, WireModel, digits_only

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
_CURSOR_PREFIX = "after:"

Item = TypeVar("Item")


def make_cursor(last: int | str) -> str:
    """The place behind the row of this key; clients only hand it back."""
    return base64.urlsafe_b64encode(f"{_CURSOR_PREFIX}{last}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """The key behind which the page begins. Raises `bad_cursor` for what the service did not make."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    key = text.removeprefix(_CURSOR_PREFIX)
    if not key.isprintable() or make_cursor(key) != cursor:
        raise _bad_cursor()
    return key


def _id_cursor(cursor: str) -> str:
    key = read_cursor(cursor)
    if not (key.isascii() and key.isdigit() and len(key) < len(str(LARGEST_ID))):
        raise _bad_cursor()
    return cursor


def _name_cursor(cursor: str) -> str:
    read_cursor(cursor)
    return cursor


def _bad_cursor() -> PydanticCustomError:
    return PydanticCustomError("bad_cursor", "not a cursor of this service")


def _clamped(limit: int) -> int:
    return min(limit, MAX_LIMIT)


def _bounded_digits(limit: object) -> object:
    """Hundreds of digits are many, not malformed."""
    if isinstance(limit, str) and limit.isascii() and limit.isdigit() and len(limit) > len(str(LARGEST_ID)):
        return MAX_LIMIT
    return digits_only(limit)


Limit = Annotated[int, Field(ge=1), BeforeValidator(_bounded_digits), AfterValidator(_clamped)]
Cursor = Annotated[str, Field(max_length=200), AfterValidator(_id_cursor)]
NameCursor = Annotated[str, Field(max_length=200), AfterValidator(_name_cursor)]
_CURSOR_DESCRIPTION = "From the `next` link of the page before."
_LIMIT_DESCRIPTION = "Items per page; more than 1,000 are given as 1,000."


class PageQuery(WireModel):
    """Which page of a list is asked for, in the order of ids."""

    cursor: Cursor | None = Field(default=None, description=_CURSOR_DESCRIPTION)
    limit: Limit = Field(default=DEFAULT_LIMIT, description=_LIMIT_DESCRIPTION)

    @property
    def after(self) -> int:
        """The id behind which the page begins; 0 for the first page."""
        return int(read_cursor(self.cursor)) if self.cursor else 0


class NamePageQuery(WireModel):
    """Which page of a list is asked for, in the order of names."""

    cursor: NameCursor | None = Field(default=None, description=_CURSOR_DESCRIPTION)
    limit: Limit = Field(default=DEFAULT_LIMIT, description=_LIMIT_DESCRIPTION)

    @property
    def after(self) -> str:
        """The name behind which the page begins; empty for the first page."""
        return read_cursor(self.cursor) if self.cursor else ""


class Page(BaseModel, Generic[Item]):
    """A part of a list; `next` leads to the part that follows."""

    items: list[Item]
    next: str | None = Field(description="The address of the next page, with all filters; null on the last one.")
    total: int | None = Field(description="How many there are on all pages; null where it was not counted.")


def whole_page(items: list[Item]) -> Page[Item]:
    """A short list as its only page."""
    return Page(items=items, next=None, total=len(items))
