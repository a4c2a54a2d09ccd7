"""Columns of figures: plain ones all at once, odd ones one by one, and none guessed."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault
from app.readers.decimals import DecimalMark, decimal_mark, has_decimal_comma, may_be_either, with_point
from app.readers.forms import normal_heading, words
from app.readers.found import Found, Read, is_missing, says_nothing, spread, where
from app.readers.headings import Matches
from app.readers.sheets import RawSheet, as_text
from app.standards.bounds import LARGEST, LONGEST_DAY_HOURS, SMALLEST_AMOUNT

PLAIN = r"^[0-9]{1,15}(?:\.[0-9]{1,30})?$"
WHOLE = r"^[0-9]{1,15}$"
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)|[0-9]+)?(?:\.[0-9]*)?(?:e[+-]?[0-9]{1,3})?)"
    r"\s*(?P<unit>[^0-9+\-.,].*)?",
    re.IGNORECASE,
)
_MINUSES = str.maketrans("−‐‑", "---")
_CELL_ERRORS = frozenset({"#n/a", "#ref!", "#div/0!", "#value!", "#name?", "#null!", "#num!", "#n/a n/a"})
LONGEST_NUMBER = 60
ANY_SCALE = "10,000"
"""A unit that multiplies whatever the heading's own unit is: not taken beside another one."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """What figures of a kind may be."""

    lowest: float
    highest: float
    smallest: float = 0.0
    are_whole: bool = False


BOUNDS = {
    "amount": Bounds(0, LARGEST, smallest=SMALLEST_AMOUNT),
    "count": Bounds(0, LARGEST, are_whole=True),
    "hours": Bounds(0, LONGEST_DAY_HOURS),
    "figure": Bounds(-LARGEST, LARGEST),
}


def mark_of(sheet: RawSheet, matches: Matches) -> DecimalMark:
    """The mark before decimals that all figures of a sheet show together."""
    figures = [sheet.columns[match.column] for match in matches.matches if match.target.field.kind in BOUNDS]
    return decimal_mark(figures, is_comma_likely=sheet.is_decimal_comma_likely)


def read_numbers(
    cells: pa.Array, *, kind: str, tens: int = 0, mark: DecimalMark = DecimalMark.POINT
) -> Read[pa.DoubleArray]:
    """Figures of a kind, in its own unit; `tens` is the power of ten that the heading's unit is worth."""
    if pa.types.is_boolean(cells.type) or pa.types.is_temporal(cells.type):
        return Read(pa.nulls(len(cells), pa.float64()), (Found(_there(cells), "number_expected"),))
    if not pa.types.is_string(cells.type) and not tens:
        values, found = _typed(cells)
    else:
        values, found = _written(as_text(cells), kind, tens, mark)
    return _bounded(values, BOUNDS[kind], found)


def _there(cells: pa.Array) -> NDArray[np.int64]:
    return np.flatnonzero(np.asarray(cells.is_valid()))


def _typed(cells: pa.Array) -> tuple[Floats, list[Found]]:
    values = np.asarray(pc.cast(cells, pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)
    infinite = np.isinf(values)
    return np.where(infinite, np.nan, values), where(infinite, "number_not_finite")


def _written(cells: pa.StringArray, kind: str, tens: int, mark: DecimalMark) -> tuple[Floats, list[Found]]:
    plain = pc.match_substring_regex(cells, PLAIN if mark is DecimalMark.POINT else WHOLE)
    digits = cells if pc.all(plain).as_py() else pc.if_else(plain, cells, None)
    if tens:  # the point is moved in the text: 1.1 with 4 tens is 11000, not 11000.000000000002
        digits = pc.binary_join_element_wise(digits, f"e{tens}", "")
    values = np.array(pc.cast(digits, pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    odd = pc.invert(pc.or_(plain, is_missing(cells)))
    places = np.flatnonzero(np.asarray(odd))
    if not len(places):
        return values, []
    encoded = cells.take(pa.array(places)).dictionary_encode()
    outcomes = [_odd_number(text, kind, tens, mark) for text in encoded.dictionary.to_pylist()]
    numbers = np.asarray(encoded.indices).astype(np.int64)
    read = np.array([np.nan if isinstance(one, Fault) else one for one in outcomes], np.float64)
    values[places] = read[numbers]
    return values, list(spread(places, outcomes, numbers))


def _odd_number(text: str, kind: str, tens: int, mark: DecimalMark) -> float | Fault:
    """A figure that is not written plainly; NaN where the cell says that it is not known."""
    if says_nothing(text):
        return float("nan")
    normal = unicodedata.normalize("NFKC", text).strip().translate(_MINUSES)
    if mark is DecimalMark.UNCLEAR and may_be_either(normal):
        return Fault("decimal_mark_unclear")
    normal = with_point(normal) if mark is DecimalMark.COMMA or has_decimal_comma(normal) else normal
    refused = _refused(normal)
    match = _NUMBER.fullmatch(normal) if len(normal) <= LONGEST_NUMBER else None
    if refused or match is None or not re.search(r"[0-9]", match["number"].split("e", maxsplit=1)[0]):
        return refused or Fault("number_expected")
    if match["unit"]:
        own = _tens_of(match["unit"], kind, tens)
        if own is None:
            return Fault("cell_unit_not_read", "", text, {"unit": match["unit"].strip()})
        tens = own
    mantissa, _, exponent = match["number"].lower().replace(",", "").replace(" ", "").partition("e")
    value = float(f"{mantissa}e{int(exponent or 0) + tens}")
    return value if np.isfinite(value) else Fault("number_not_finite")


def _refused(text: str) -> Fault | None:
    """Text that looks like a figure's and stands for something else."""
    if text.endswith(("%", "‰")):
        return Fault("percent_not_expected")
    if text.startswith(("=", "@")):
        return Fault("formula_not_read")
    return Fault("cell_error", "", text, {"error": text}) if text.casefold() in _CELL_ERRORS else None


def _tens_of(unit_name: str, kind: str, tens: int) -> int | None:
    unit = words().unit(normal_heading(unit_name), kind)
    return None if unit is None or (unit.id == ANY_SCALE and tens) else unit.tens


def _bounded(values: Floats, bounds: Bounds, found: list[Found]) -> Read[pa.DoubleArray]:
    with np.errstate(invalid="ignore"):
        low, high = values < bounds.lowest, values > bounds.highest
        tiny = (values > 0) & (values < bounds.smallest)
        broken = (values != np.floor(values)) & ~np.isnan(values) if bounds.are_whole else np.zeros_like(low)
    wrong = low | high | tiny | broken
    if wrong.any():
        found = [
            *found,
            *where(low, "must_be_at_least", limit=bounds.lowest),
            *where(high & ~low, "must_be_at_most", limit=bounds.highest),
            *where(tiny, "amount_too_small", smallest=f"{bounds.smallest:f}"),
            *where(broken & ~low & ~high, "whole_number_expected"),
        ]
        values = np.where(wrong, np.nan, values)
    return Read(pa.array(values, from_pandas=True), tuple(found))
