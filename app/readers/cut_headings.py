"""Headings of a wide sheet that the format cut to the beginning of one category's name: taken for its floor area."""

from collections.abc import Iterator

from app.errors import Fault
from app.readers.forms import TableForm
from app.readers.headings import Match, Matches, categories_begun, repeated_headings
from app.readers.numbers import read_numbers
from app.readers.sheets import RawSheet


def with_cut_categories(matches: Matches, sheet: RawSheet, table: TableForm) -> Matches:
    """The matches, with unknown headings that begin the names of one category only, if their cells are figures.

    社区便民服 is what ten bytes leave of 社区便民服务站建筑面积. A category whose floor area another heading gives is
    left alone. Each that is taken is noted, and two that are cut alike are in `repeated`.
    """
    if not table.is_wide:
        return matches
    found = list(_cut(matches, sheet))
    if not found:
        return matches
    taken = {match.heading for match in found}
    unknown = tuple(heading for heading in matches.unknown if heading not in taken)
    notes = [Fault("heading_cut", "", one.heading, {"heading": one.heading, "field": one.target.name}) for one in found]
    every = (*matches.matches, *found)
    return Matches(every, unknown, (*matches.notes, *notes), repeated_headings(every))


def _cut(matches: Matches, sheet: RawSheet) -> Iterator[Match]:
    for column in sorted(sheet.perhaps_cut):
        heading = sheet.headings[column]
        begun = categories_begun(heading) if heading in matches.unknown else {}
        target = next(iter(begun.values()), None)
        if len(begun) == 1 and target and target.name not in matches.by_name and _holds_figures(sheet, column):
            yield Match(column, heading, target, None, {})


def _holds_figures(sheet: RawSheet, column: int) -> bool:
    read = read_numbers(sheet.columns[column], kind="amount")
    return not read.found or read.values.null_count < len(sheet)
