"""What reading a file gives: the form's tables, all errors, and the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.readers.file_errors import SCHEMA
from app.readers.forms import Form, form_named
from app.readers.identity import with_identity
from app.readers.joins import MOST_NAMED, joined, with_repeats
from app.readers.report import HeadingUse, SheetReport
from app.readers.sheets import RawSheet
from app.readers.tables import TypedSheet, absent
from app.readers.understand import Understood
from app.readers.unread import facility_columns_unread
from app.readers.wide import has_wide_columns, wide_facilities

PROJECTS, FACILITIES = "projects", "facilities"
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class ReadTable:
    """A table of the form, its sheet's name, and the number of each row there."""

    name: str
    sheet: str
    rows: Ints
    faulty: NDArray[np.bool_]
    columns: pa.Table


@dataclass(frozen=True)
class Outcome:
    """Everything that a reading hands over."""

    tables: tuple[ReadTable, ...]
    errors: pa.Table
    notes: tuple[Fault, ...]


def outcome_of(understood: Understood, form: Form) -> Outcome:
    """The tables of the form, joined where they belong together.

    Raises InvalidInput `facilities_given_twice` where a facility sheet stands beside areas in columns of their own.
    """
    if form.name != PROJECTS:
        tables = list(understood.tables.values())
        errors = [_with_subject(table, np.arange(len(table), dtype=np.int64)) for table in tables]
        return Outcome(tuple(_plain(table) for table in tables), _sorted(errors), understood.notes)
    projects, facilities = understood.tables[PROJECTS], understood.tables.get(FACILITIES)
    if facilities is None:
        return _of_wide_sheet(projects, understood.notes)
    if has_wide_columns(projects):
        raise InvalidInput(Fault("facilities_given_twice", "", facilities.sheet.name, {"sheet": facilities.sheet.name}))
    return _of_two_sheets(projects, facilities, understood.notes)


def sheet_reports(understood: Understood) -> tuple[SheetReport, ...]:
    """What each sheet was read as."""
    used = [_sheet_report(table) for table in understood.tables.values()]
    return (*used, *(SheetReport(one.name, None, len(one), one.heading_row) for one in understood.ignored))


def _of_two_sheets(projects: TypedSheet, facilities: TypedSheet, notes: Sequence[Fault]) -> Outcome:
    both = joined(projects, facilities)
    complete = both.is_listed & (not _is_another_left_out(notes))
    columns = {"project": pa.array(both.project), **_own_columns(both.facilities)}
    table = both.facilities
    read = ReadTable(FACILITIES, table.sheet.name, table.sheet.rows, table.faulty, pa.table(columns))
    places = np.arange(len(projects), dtype=np.int64)
    checked = with_identity(both.projects)
    errors = [_with_subject(checked, places), _with_subject(table, both.subject)]
    unread = facility_columns_unread(projects)
    unlisted = _unlisted(checked, table.sheet, both.is_listed)
    told = (*notes, *both.notes, *unlisted, *(column.note for column in unread if column.names_category))
    return Outcome((_plain(_completed(checked, complete)), read), _sorted(errors), told)


def _unlisted(projects: TypedSheet, facilities: RawSheet, is_listed: NDArray[np.bool_]) -> tuple[Fault, ...]:
    """Which projects have no row in the facility sheet and do not say that their list is complete without one."""
    rows = projects.sheet.rows[~is_listed & np.asarray(projects.columns["facilities_complete"].is_null())]
    if not len(facilities) or not len(rows):
        return ()
    params = {"sheet": facilities.name, "rows": rows[:MOST_NAMED].tolist(), "count": len(rows)}
    return (Fault("projects_without_facility_row", "", facilities.name, params),)


def _is_another_left_out(notes: Sequence[Fault]) -> bool:
    """Whether a second sheet of facilities was not read, so that no list can be taken for complete."""
    return any(note.code == "sheet_left_out" and note.params["table"] == FACILITIES for note in notes)


def _of_wide_sheet(projects: TypedSheet, notes: Sequence[Fault]) -> Outcome:
    places = np.arange(len(projects), dtype=np.int64)
    projects = with_identity(with_repeats(projects, is_fault=False))
    unread = facility_columns_unread(projects)
    notes = (*notes, *(column.note for column in unread))
    if not has_wide_columns(projects):
        empty = _facility_columns({"project": pa.array([], pa.int64())}, 0)
        read = ReadTable(FACILITIES, projects.sheet.name, places[:0], np.zeros(0, np.bool_), empty)
        table = _completed(projects, np.zeros(len(projects), np.bool_))
        return Outcome((_plain(table), read), _sorted([_with_subject(table, places)]), notes)
    facilities, projects, more = wide_facilities(projects)
    columns = _facility_columns(facilities.columns(), len(facilities.project))
    rows = projects.sheet.rows[facilities.project]
    read = ReadTable(FACILITIES, projects.sheet.name, rows, np.zeros(len(rows), np.bool_), columns)
    complete = facilities.is_complete.copy()
    for column in unread:
        complete &= column.says_none
    table = _completed(projects, complete)
    return Outcome((_plain(table), read), _sorted([_with_subject(table, places)]), (*notes, *more))


def _completed(projects: TypedSheet, complete: NDArray[np.bool_]) -> TypedSheet:
    """The sheet's own word on whether the list of facilities is complete goes before what its cells say."""
    own = projects.columns["facilities_complete"]
    return projects.with_columns(facilities_complete=pc.coalesce(own, pa.array(complete)))


def _facility_columns(given: Mapping[str, pa.Array], count: int) -> pa.Table:
    """The columns of a facility sheet, absent where they are not given."""
    form = next(one for one in form_named(PROJECTS).tables if one.name == FACILITIES)
    blank = {one.name: absent(one, count) for one in form.fields if one.name != "project_reference"}
    return pa.table({"project": given["project"], **blank, **given})


def _plain(table: TypedSheet) -> ReadTable:
    return ReadTable(table.form.name, table.sheet.name, table.sheet.rows, table.faulty, pa.table(_own_columns(table)))


def _own_columns(table: TypedSheet) -> dict[str, pa.Array]:
    return {one.name: table.columns[one.name] for one in table.form.fields}


def _with_subject(table: TypedSheet, subject: Ints) -> pa.Table:
    """The table's errors, each with the row of the first table that it spoils, in the order of the rows."""
    errors = pa.concat_tables([SCHEMA.empty_table(), *(block.table for block in table.errors)]).combine_chunks()
    places = errors.column("place").to_numpy()
    subjects = errors.column("subject").to_numpy().copy()
    subjects[places >= 0] = subject[places[places >= 0]]
    errors = errors.set_column(errors.schema.get_field_index("subject"), "subject", pa.array(subjects))
    return errors.take(pa.array(np.argsort(errors.column("row").to_numpy(), kind="stable")))


def _sorted(parts: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts).combine_chunks()


def _sheet_report(table: TypedSheet) -> SheetReport:
    sheet: RawSheet = table.sheet
    uses = tuple(
        HeadingUse(
            match.heading,
            match.target.name,
            match.unit.id if match.unit and match.unit.tens else None,
            10.0**match.unit.tens if match.unit and match.unit.tens else None,
        )
        for match in table.matches.matches
    )
    own = table.own_geometry
    if own and table.columns[own].null_count < len(table):
        uses += (HeadingUse(sheet.geometry_heading, own),)
    return SheetReport(sheet.name, table.form.name, len(sheet), sheet.heading_row, uses, table.matches.unknown)
