"""A sheet as it stands in a file, before anything is understood: headings, and columns of cells."""

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.readers.forms import INVISIBLE, INVISIBLE_AT_ENDS, visible

Rows = NDArray[np.int64]
_UNSEEN = f"[{INVISIBLE}]|^[{INVISIBLE_AT_ENDS}]+|[{INVISIBLE_AT_ENDS}]+$"


@dataclass(frozen=True)
class RaggedRow:
    """A row whose cells do not fit the headings: it is not read."""

    row: int
    fault: Fault
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawSheet:
    """Cells by column, as text or in the types of the file; `rows` is the number of each row as the user sees it.

    `geometry` is WKB in the sheet's own coordinates. `marks` are cells that hold no value that can be read (errors
    and unsaved formulas of a workbook), by row and column. `perhaps_cut` are the columns whose headings are as long as
    the format lets them be.
    """

    name: str
    headings: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: Rows
    heading_row: int = 1
    geometry: pa.Array | None = None
    crs: str | None = None
    geometry_heading: str = ""
    perhaps_cut: frozenset[int] = frozenset()
    ragged: tuple[RaggedRow, ...] = ()
    is_decimal_comma_likely: bool = False
    marks: tuple[tuple[int, int, Fault], ...] = field(default=())

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, column: int) -> pa.StringArray:
        """A column's cells as text; empty ones are empty."""
        return as_text(self.columns[column])

    def without_blank_rows(self) -> "RawSheet":
        """The same without rows in which no cell says anything."""
        if not len(self) or not self.columns or self.geometry is not None:
            return self
        blank = _is_blank(self.columns[0])
        for column in self.columns[1:]:
            if not blank.any():
                return self
            blank &= _is_blank(column)
        return self.at(np.flatnonzero(~blank)) if blank.any() else self

    def without_invisible(self) -> "RawSheet":
        """The same without characters that nobody sees, in headings and cells of text."""
        headings = tuple(visible(heading) for heading in self.headings)
        return replace(self, headings=headings, columns=tuple(_visible_cells(column) for column in self.columns))

    def at(self, places: Rows) -> "RawSheet":
        """The same sheet with these rows only."""
        taken = pa.array(places)
        return replace(
            self,
            columns=tuple(column.take(taken) for column in self.columns),
            rows=self.rows[places],
            geometry=None if self.geometry is None else self.geometry.take(taken),
        )


def as_text(cells: pa.Array) -> pa.StringArray:
    """Cells as the user would see them; what is absent is empty text."""
    if pa.types.is_floating(cells.type):
        cells = _float_text(cells)
    elif pa.types.is_timestamp(cells.type):
        cells = pc.replace_substring_regex(pc.cast(cells, pa.string()), r" 00:00:00(\.0+)?Z?$", "")
    elif not pa.types.is_string(cells.type):
        cells = pc.cast(cells, pa.string())
    return pc.fill_null(cells, "") if cells.null_count else cells


def unescaped(cells: pa.StringArray) -> pa.StringArray:
    """Text without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    if not len(cells) or not pc.any(pc.starts_with(cells, "'")).as_py():
        return cells
    return pc.replace_substring_regex(cells, r"^'('*[=+\-@\t\r\n])", r"\1")


def _visible_cells(cells: pa.Array) -> pa.Array:
    if not pa.types.is_string(cells.type) or pc.all(pc.string_is_ascii(cells)).as_py() is not False:
        return cells
    if not pc.any(pc.match_substring_regex(cells, _UNSEEN)).as_py():
        return cells
    return pc.replace_substring_regex(cells, _UNSEEN, "")


def check_text(sheet: RawSheet) -> RawSheet:
    """The sheet, if its text is in UTF-8, as files that store text by column promise but do not always keep.

    Raises InvalidInput `cell_not_utf8` with the first cell that is not.
    """
    for heading, cells in zip(sheet.headings, sheet.columns, strict=True):
        if pa.types.is_string(cells.type) and not _is_utf8(cells):
            place = next(place for place in range(len(cells)) if not _is_utf8(cells.slice(place, 1)))
            row = int(sheet.rows[place])
            raise InvalidInput(Fault("cell_not_utf8", "", None, {"sheet": sheet.name, "row": row, "column": heading}))
    return sheet


def _is_utf8(cells: pa.StringArray) -> bool:
    try:
        cells.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _float_text(cells: pa.Array) -> pa.StringArray:
    """Whole numbers without a point and never in powers of ten, so that a code stays one."""
    text = pc.if_else(pc.is_nan(cells), None, pc.cast(cells, pa.string()))
    is_whole = pc.and_kleene(pc.equal(pc.floor(cells), cells), pc.less(pc.abs(cells), 1e15))
    if not pc.any(is_whole).as_py():
        return text
    whole = pc.cast(pc.cast(pc.if_else(is_whole, cells, None), pa.int64()), pa.string())
    return pc.if_else(pc.fill_null(is_whole, False), whole, text)


def _is_blank(cells: pa.Array) -> NDArray[np.bool_]:
    if pa.types.is_string(cells.type):
        return np.asarray(pc.equal(pc.binary_length(as_text(cells)), 0))
    return np.asarray(pc.is_null(cells, nan_is_null=pa.types.is_floating(cells.type)))
