"""Headings that may stand for a code or for a name: 行政区划 is taken for the code where its cells hold codes."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from app.readers.forms import TableForm, normal_heading
from app.readers.headings import Match, Matches, Target
from app.readers.sheets import RawSheet

_CODES = r"^\s*[0-9]{2,12}(\.0+)?\s*$"


def with_loose_names(matches: Matches, sheet: RawSheet, table: TableForm) -> Matches:
    """The matches, with unknown headings that are a field's loose names, if no other heading stands for the field."""
    found = {match.target.name: match for match in _loose(matches, sheet, table)}
    if not found:
        return matches
    taken = {match.heading for match in found.values()}
    unknown = tuple(heading for heading in matches.unknown if heading not in taken)
    return replace(matches, matches=(*matches.matches, *found.values()), unknown=unknown)


def _loose(matches: Matches, sheet: RawSheet, table: TableForm) -> Iterator[Match]:
    """The last of a field's columns comes first, so that the first one stays."""
    for column, heading in reversed(list(enumerate(sheet.headings))):
        for one in table.fields:
            is_free = one.name not in matches.by_name and heading in matches.unknown
            if is_free and normal_heading(heading) in one.loose_names and _holds_codes(sheet.text(column)):
                yield Match(column, heading, Target(one), None, {})


def _holds_codes(cells: pa.StringArray) -> bool:
    filled = cells.filter(pc.not_equal(cells, ""))
    return len(filled) > 0 and bool(pc.all(pc.match_substring_regex(filled, _CODES)).as_py())
