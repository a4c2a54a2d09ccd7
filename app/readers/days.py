"""Columns of days, in the ways they are written."""

import re
import unicodedata
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from app.errors import Fault
from app.readers.found import Found, Read, by_word, says_nothing
from app.readers.sheets import as_text
from app.standards.bounds import EARLIEST, LATEST

_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|年(?P<zh_month>[0-9]{1,2})月(?P<zh_day>[0-9]{1,2})[日号]"
    r"|(?P<bare_month>[0-9]{2})(?P<bare_day>[0-9]{2}))"
    r"(?:[T ]00?:00(?::00(?:\.0+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def read_days(cells: pa.Array) -> Read[pa.Date32Array]:
    """Days as dates of a file's own kind, or written 2025-12-31, 2025/12/31, 2025.12.31, 20251231, 2025年12月31日."""
    if pa.types.is_date(cells.type):
        cells = pc.cast(cells, pa.string())
    read = by_word(as_text(cells), _day, pa.date32())
    return Read(read.values, _explained(read.found))


def _day(text: str) -> date | Fault | None:
    if says_nothing(text):
        return None
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" 年", "年").strip())
    if match is None:
        return Fault("date_not_read")
    parts = [match[name] for name in ("month", "zh_month", "bare_month") if match[name]]
    parts += [match[name] for name in ("day", "zh_day", "bare_day") if match[name]]
    try:
        day = date(int(match["year"]), int(parts[0]), int(parts[1]))
    except ValueError:
        return Fault("date_not_read")
    if not EARLIEST <= day <= LATEST:
        return Fault("day_out_of_range")
    return day


def _explained(found: tuple[Found, ...]) -> tuple[Found, ...]:
    limits = {"earliest": EARLIEST.isoformat(), "latest": LATEST.isoformat()}
    return tuple(Found(one.places, one.code, limits if one.code == "day_out_of_range" else {}) for one in found)
