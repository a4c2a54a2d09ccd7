"""A sheet read as a table of the form: every column by its kind, every bad cell named."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault
from app.readers.codes import read_codes
from app.readers.days import read_days
from app.readers.decimals import DecimalMark
from app.readers.file_errors import NOWHERE, SCHEMA
from app.readers.forms import Field, TableForm
from app.readers.found import Found, Read
from app.readers.headings import Match, Matches
from app.readers.numbers import BOUNDS, mark_of, read_numbers
from app.readers.sheets import RawSheet
from app.readers.spatial import GEOMETRY_KINDS, Grid, geometry_reader
from app.readers.texts import read_categories, read_choices, read_flags, read_texts

_CODES = frozenset({"division", "any_division", "township", "community"})
_ARROW = {
    **dict.fromkeys(BOUNDS, pa.float64()),
    **dict.fromkeys(GEOMETRY_KINDS, pa.binary()),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "category": pa.dictionary(pa.int32(), pa.string()),
}
GEOMETRY = -1
"""The number of the column of geometries that a layer has beside its fields."""


@dataclass(frozen=True)
class ErrorBlock:
    """Cells of one column with one kind of fault, with all that is to be said of them."""

    table: pa.Table

    @property
    def is_of_no_row(self) -> bool:
        """Whether it tells of rows that are not in the table."""
        is_outside = pc.and_(pc.equal(self.table.column("place"), NOWHERE), pc.invert(self.table.column("is_warning")))
        return bool(self.table.num_rows) and bool(pc.all(is_outside).as_py())

    @classmethod
    def of(cls, sheet: RawSheet, column: int, found: Found, of: str) -> "ErrorBlock":
        """What was found in a column of a sheet; the places are rows of the table read from it."""
        count = len(found.places)
        places = pa.array(found.places, pa.int64())
        is_geometry = column == GEOMETRY
        seen = pa.repeat("", count) if is_geometry else pc.utf8_slice_codeunits(sheet.text(column).take(places), 0, 500)
        columns = [
            pa.repeat(sheet.name, count),
            pa.array(sheet.rows[found.places], pa.int64()),
            pa.repeat(sheet.geometry_heading if is_geometry else sheet.headings[column], count),
            pa.repeat(found.code, count),
            seen,
            found.params_text(),
            pa.repeat(found.is_warning, count),
            pa.repeat(of, count),
            places,
            pa.nulls(count, pa.int64()).fill_null(NOWHERE),
        ]
        return cls(pa.Table.from_arrays(columns, schema=SCHEMA))

    @classmethod
    def of_rows(
        cls, sheet: RawSheet, rows: Iterable[tuple[int, str, Fault]], of: str, *, are_warnings: bool = False
    ) -> "ErrorBlock":
        """Faults of rows that are not in the table, or warnings of a whole column, by row number and heading."""
        entries = [
            {
                "sheet": sheet.name,
                "row": row,
                "column": heading,
                "code": fault.code,
                "value": "" if fault.value is None else str(fault.value)[:500],
                "params": json.dumps(fault.params, ensure_ascii=False, default=str),
                "is_warning": are_warnings,
                "of": of,
                "place": NOWHERE,
                "subject": NOWHERE,
            }
            for row, heading, fault in rows
        ]
        return cls(pa.Table.from_pylist(entries, schema=SCHEMA))


@dataclass(frozen=True)
class TypedSheet:
    """A sheet's table: columns by field name, errors, and which rows have one."""

    form: TableForm
    sheet: RawSheet
    matches: Matches
    columns: Mapping[str, pa.Array]
    errors: tuple[ErrorBlock, ...] = ()
    faulty: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __len__(self) -> int:
        return len(self.sheet)

    @property
    def own_geometry(self) -> str:
        """The column that a layer's own geometries are; "" where it has none, or a column was named for it."""
        names = (one.name for one in self.form.fields if one.kind in GEOMETRY_KINDS and one.kind != "points")
        name = next(names, "")
        return "" if self.sheet.geometry is None or name in self.matches.by_name else name

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column of figures, NaN where unknown."""
        return np.asarray(self.columns[name].to_numpy(zero_copy_only=False), np.float64)

    def with_found(self, name: str, found: Sequence[Found]) -> "TypedSheet":
        """The same with faults of the column that was read as `name`."""
        if not found:
            return self
        match = self.matches.by_name.get(name)
        column = match.column if match else GEOMETRY
        blocks = [ErrorBlock.of(self.sheet, column, one, self.form.name) for one in found]
        faulty = self.faulty.copy()
        for one in found:
            if not one.is_warning:
                faulty[one.places] = True
        return replace(self, errors=(*self.errors, *blocks), faulty=faulty)

    def has_fault_in(self, name: str) -> NDArray[np.bool_]:
        """Rows with a fault named in this column."""
        match = self.matches.by_name.get(name)
        mask = np.zeros(len(self), np.bool_)
        for block in self.errors if match else ():
            is_here = pc.equal(block.table.column("column"), match.heading) if match else None
            places = block.table.filter(is_here).column("place").to_numpy()
            mask[places[places >= 0]] = True
        return mask

    def with_columns(self, **columns: pa.Array) -> "TypedSheet":
        """The same with these columns in place of those of the same name."""
        return replace(self, columns={**self.columns, **columns})


def typed(sheet: RawSheet, form: TableForm, matches: Matches, grid: Grid) -> TypedSheet:
    """The sheet's table. Columns of the form that the sheet lacks are null throughout."""
    table = TypedSheet(form, sheet, matches, {}, faulty=np.zeros(len(sheet), np.bool_))
    mark = mark_of(sheet, matches)
    for match in matches.matches:
        read = _read(sheet.columns[match.column], match, grid, mark)
        table = table.with_columns(**{match.target.name: read.values}).with_found(match.target.name, read.found)
    table = _with_geometry(table, grid)
    table = _with_marks(table)
    table = _with_doubtful_blanks(table)
    table = _with_implied(table)
    missing = {one.name: absent(one, len(sheet)) for one in form.fields if one.name not in table.columns}
    table = _with_positions(table.with_columns(**missing), grid)
    for name in form.cells:
        table = _required(table, name)
    ragged = [(row.row, "", row.fault) for row in sheet.ragged]
    return replace(table, errors=(*table.errors, ErrorBlock.of_rows(sheet, ragged, form.name)))


def absent(one: Field, count: int) -> pa.Array:
    """A column of the field of which nothing is known."""
    kind = _ARROW.get(one.kind, pa.string())
    if pa.types.is_dictionary(kind):
        return pa.nulls(count, pa.string()).dictionary_encode()
    return pa.nulls(count, kind)


def _read(cells: pa.Array, match: Match, grid: Grid, mark: DecimalMark) -> Read[pa.Array]:
    one = match.target.field
    if one.kind in BOUNDS:
        return read_numbers(cells, kind=one.kind, tens=match.unit.tens if match.unit else 0, mark=mark)
    if one.kind in GEOMETRY_KINDS:
        written: Read[pa.Array] = geometry_reader().read_written(cells, kind=one.kind, grid=grid)
        return written
    if one.kind in _CODES:
        return read_codes(cells, kind=one.kind)
    if one.kind == "choice":
        return read_choices(cells, values=one.values)
    readers = {"text": read_texts, "category": read_categories, "flag": read_flags, "day": read_days}
    return readers[one.kind](cells)


def _with_geometry(table: TypedSheet, grid: Grid) -> TypedSheet:
    """The layer's own geometries, unless a column was named for the field."""
    name = table.own_geometry
    if not name:
        return table
    kind = next(one.kind for one in table.form.fields if one.name == name)
    read = geometry_reader().read_geometries(table.sheet.geometry, kind=kind, grid=grid)
    return table.with_columns(**{name: read.values}).with_found(name, read.found)


def _with_marks(table: TypedSheet) -> TypedSheet:
    """The cells that hold no value that can be read, in columns that are read."""
    names = {match.column: match.target.name for match in table.matches.matches}
    names[GEOMETRY] = table.sheet.geometry_heading
    place_of = {int(row): place for place, row in enumerate(table.sheet.rows)} if table.sheet.marks else {}
    grouped: dict[tuple[str, str], list[tuple[int, Fault]]] = {}
    for row, column, fault in table.sheet.marks:
        if column in names and row in place_of:
            grouped.setdefault((names[column], fault.code), []).append((place_of[row], fault))
    for (name, code), marks in grouped.items():
        found = Found(np.array([place for place, _ in marks]), code, [fault.params for _, fault in marks])
        table = table.with_found(name, (found,))
    return table


def _with_doubtful_blanks(table: TypedSheet) -> TypedSheet:
    """Warns of columns with a yes, blank cells and not a single no: nothing says that blank means no."""
    for match in table.matches.matches:
        one = match.target.field
        if one.kind != "flag" or one.is_blank_no:
            continue
        values = table.columns[match.target.name]
        blank = np.flatnonzero(np.asarray(values.is_null()) & ~table.has_fault_in(match.target.name))
        if len(blank) and values.true_count and not values.false_count:
            params = {"heading": match.heading, "yes": values.true_count, "blank": len(blank)}
            rows = [(int(table.sheet.rows[blank[0]]), match.heading, Fault("yes_without_no", params=params))]
            doubt = ErrorBlock.of_rows(table.sheet, rows, table.form.name, are_warnings=True)
            table = replace(table, errors=(*table.errors, doubt))
    return table


def _with_implied(table: TypedSheet) -> TypedSheet:
    """What a heading says beside its figures, for rows that do not say otherwise."""
    for match in table.matches.matches:
        for name, value in match.implies.items():
            own = table.columns.get(name)
            said = pa.repeat(value, len(table))
            there = table.columns[match.target.name].is_valid()
            said = pc.if_else(there, said, None)
            table = table.with_columns(**{name: said if own is None else pc.coalesce(own, said)})
    return table


def _with_positions(table: TypedSheet, grid: Grid) -> TypedSheet:
    """Points out of two columns of figures, for rows without a geometry."""
    if not {"longitude", "latitude", "location"} <= table.columns.keys():
        return table
    x, y = table.numbers("longitude"), table.numbers("latitude")
    if np.isnan(x).all() and np.isnan(y).all():
        return table
    read = geometry_reader().read_positions(x, y, grid=grid)
    location = pc.coalesce(table.columns["location"], read.values)
    table = table.with_columns(location=location).with_found("longitude", read.found)
    for name, lone in (("longitude", np.isnan(x) & ~np.isnan(y)), ("latitude", np.isnan(y) & ~np.isnan(x))):
        places = np.flatnonzero(lone & ~table.faulty)
        if len(places) and name in table.matches.by_name:
            table = table.with_found(name, (Found(places, "missing"),))
    return table


def _required(table: TypedSheet, name: str) -> TypedSheet:
    absent_cells = np.asarray(table.columns[name].is_null())
    already = table.has_fault_in(name)
    places = np.flatnonzero(absent_cells & ~already)
    return table.with_found(name, (Found(places, "missing"),)) if len(places) else table
