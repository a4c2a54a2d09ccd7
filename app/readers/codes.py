"""Columns of division codes, also those that a spreadsheet has taken for numbers."""

import re
import unicodedata
from collections.abc import Callable, Mapping

import pyarrow as pa

from app.errors import Fault, InvalidInput
from app.readers.found import Read, by_word, says_nothing
from app.readers.sheets import as_text
from app.standards.divisions import TOWNSHIP_DIGITS, community_code, normal_division

_QUOTED = re.compile(r"=?\"(?P<digits>[0-9 ]+)\"|'(?P<marked>[0-9 ]+)")
_WHOLE = re.compile(r"(?P<digits>[0-9]{1,20})\.0{1,20}")
_POWER = re.compile(r"(?P<first>[0-9])(?:\.(?P<rest>[0-9]{1,30}))?e\+?(?P<power>[0-9]{1,3})", re.IGNORECASE)


def read_codes(cells: pa.Array, *, kind: str) -> Read[pa.StringArray]:
    """Division codes of a kind as text; null where none is given."""
    check = _CHECKS[kind]

    def read(text: str) -> str | Fault | None:
        if says_nothing(text):
            return None
        digits = _digits(unicodedata.normalize("NFKC", text).strip())
        return digits if isinstance(digits, Fault) else check(digits)

    return by_word(as_text(cells), read, pa.string())


def _digits(text: str) -> str | Fault:
    """The code as text, out of the number that a spreadsheet made of it, if no digit was lost."""
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = quoted["digits"] or quoted["marked"]
    whole, power = _WHOLE.fullmatch(text), _POWER.fullmatch(text)
    if whole:
        return whole["digits"]
    if power:
        rest = power["rest"] or ""
        size = int(power["power"])
        if len(rest) < size or rest[size:].strip("0"):
            return Fault("code_lost_digits", "", text, {"shown": text})
        return power["first"] + rest[:size]
    return "".join(text.split())


def _division(code: str) -> str | Fault:
    try:
        return normal_division(code) or Fault("bad_division_code")
    except InvalidInput as refusal:
        return Fault(refusal.faults[0].code)


def _any_division(code: str) -> str | Fault:
    """Of statistics: the nation too, written as zeros."""
    try:
        return normal_division(code)
    except InvalidInput as refusal:
        return Fault(refusal.faults[0].code)


def _township(code: str) -> str | Fault:
    division = _division(code)
    if isinstance(division, str) and len(division) != TOWNSHIP_DIGITS:
        return Fault("township_code_expected")
    return division


def _community(code: str) -> str | Fault:
    try:
        return community_code(code)
    except InvalidInput as refusal:
        return Fault(refusal.faults[0].code)


_CHECKS: Mapping[str, Callable[[str], str | Fault]] = {
    "division": _division,
    "any_division": _any_division,
    "township": _township,
    "community": _community,
}
