"""Facilities joined to their projects by the project's reference, and references that several projects share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault
from app.readers.found import Found
from app.readers.sheets import RawSheet
from app.readers.tables import ErrorBlock, TypedSheet

NO_PROJECT = -1
MOST_NAMED = 20
_SPELLING = r"\.0+$|[\s\-_./\\\x{2010}-\x{2015}]"
"""What people leave out or add in a reference without meaning another one."""
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Joined:
    """Both sheets with the faults of joining, each facility's project (NO_PROJECT: none), and the one it spoils.

    `is_listed`: which projects have a row in the facility sheet. Of others it says nothing: they may have no facility,
    or nobody has listed them yet.
    """

    projects: TypedSheet
    facilities: TypedSheet
    project: Ints
    subject: Ints
    is_listed: NDArray[np.bool_]
    notes: tuple[Fault, ...]


def joined(projects: TypedSheet, facilities: TypedSheet) -> Joined:
    """Facilities find their project by its reference; references that several projects share are faults."""
    known, asked = _called(projects), _keys(facilities.columns["project_reference"])
    projects = with_repeats(projects, is_fault=True)
    project = _places(asked, known)
    is_blank = np.asarray(asked.is_null())
    lost = np.flatnonzero((project == NO_PROJECT) & ~is_blank)
    subject = np.where(is_blank, _of_row_above(project, is_blank), project)
    subject[lost] = _places(_loose(asked.take(pa.array(lost))), _loose(known)) if len(lost) else NO_PROJECT
    facilities = _named(facilities, projects, lost=lost, subject=subject)
    facilities, ragged = _ragged(facilities, known)
    adrift = [*facilities.sheet.rows[subject == NO_PROJECT].tolist(), *ragged]
    is_listed = np.zeros(len(projects), np.bool_)
    is_listed[project[project != NO_PROJECT]] = True
    notes = _notes(facilities.sheet, sorted(adrift), is_empty=not len(facilities))
    return Joined(projects, facilities, project, subject, is_listed, notes)


def with_repeats(projects: TypedSheet, *, is_fault: bool) -> TypedSheet:
    """The projects with those named that share a reference: a fault where facilities are joined by it."""
    keys = _called(projects)
    number = np.asarray(keys.dictionary_encode().indices.fill_null(NO_PROJECT))
    counts = np.bincount(number[number >= 0], minlength=1)
    places = np.flatnonzero((number >= 0) & (counts[number] > 1))
    if not len(places):
        return projects
    rows: dict[int, list[int]] = {}
    for place in places.tolist():
        rows.setdefault(int(number[place]), []).append(int(projects.sheet.rows[place]))
    params = [_sharing(keys[place].as_py(), rows[int(number[place])]) for place in places.tolist()]
    code = "duplicate_reference" if is_fault else "reference_repeated"
    heading = "reference" if "reference" in projects.matches.by_name else "name"
    return projects.with_found(heading, [Found(places, code, params, is_warning=not is_fault)])


def _sharing(reference: str, rows: list[int]) -> dict[str, object]:
    return {"reference": reference, "count": len(rows), "rows": rows[:MOST_NAMED]}


def _called(projects: TypedSheet) -> pa.StringArray:
    return _keys(pc.coalesce(projects.columns["reference"], projects.columns["name"]))


def _keys(references: pa.StringArray) -> pa.StringArray:
    """References as they are compared: full-width forms unified."""
    if pc.all(pc.string_is_ascii(references)).as_py() is not False:
        return references
    return pc.utf8_normalize(references, form="NFKC")


def _loose(keys: pa.StringArray) -> pa.StringArray:
    """References without letter case, spaces, marks and leading zeros."""
    bare = pc.replace_substring_regex(pc.utf8_upper(keys), _SPELLING, "")
    return pc.utf8_ltrim(bare, characters="0")


def _places(asked: pa.StringArray, known: pa.StringArray) -> Ints:
    found = pc.fill_null(pc.index_in(asked, value_set=known, skip_nulls=True), NO_PROJECT)
    return np.asarray(found).astype(np.int64)


def _of_row_above(project: Ints, is_blank: NDArray[np.bool_]) -> Ints:
    """The project of the next row above that names one: of merged cells only the first holds the text."""
    named = np.maximum.accumulate(np.where(is_blank, NO_PROJECT, np.arange(len(project)))) if len(project) else project
    return np.where(named >= 0, project[named], NO_PROJECT)


def _named(facilities: TypedSheet, projects: TypedSheet, *, lost: Ints, subject: Ints) -> TypedSheet:
    absent = np.asarray(facilities.columns["project_reference"].is_null())
    blank = np.flatnonzero(absent & ~facilities.has_fault_in("project_reference"))
    found = []
    if len(lost):
        texts = facilities.columns["project_reference"].take(pa.array(lost)).to_pylist()
        own = pc.coalesce(projects.columns["reference"], projects.columns["name"])
        nearest = [own[place].as_py() if place != NO_PROJECT else None for place in subject[lost].tolist()]
        for code, is_near in (("unknown_project_reference", False), ("misspelt_project_reference", True)):
            chosen = [number for number, near in enumerate(nearest) if (near is not None) == is_near]
            params = [{"reference": texts[n], **({"nearest": nearest[n]} if is_near else {})} for n in chosen]
            found += [Found(lost[chosen], code, params)] if chosen else []
    if len(blank):
        found.append(Found(blank, "project_reference_missing"))
    return facilities.with_found("project_reference", found)


def _ragged(facilities: TypedSheet, known: pa.StringArray) -> tuple[TypedSheet, list[int]]:
    """Rows that could not be read spoil the project they name; those that name none are told by their numbers."""
    rows = facilities.sheet.ragged
    if not rows:
        return facilities, []
    column = facilities.matches.by_name["project_reference"].column
    texts = [row.cells[column].strip() if len(row.cells) > column else "" for row in rows]
    subjects = _places(_keys(pa.array(texts, pa.string())), known)
    errors = [_with_subjects(block, subjects) if block.is_of_no_row else block for block in facilities.errors]
    adrift = [row.row for row, place in zip(rows, subjects.tolist(), strict=True) if place == NO_PROJECT]
    return replace(facilities, errors=tuple(errors)), adrift


def _with_subjects(block: ErrorBlock, subjects: Ints) -> ErrorBlock:
    at = block.table.schema.get_field_index("subject")
    return ErrorBlock(block.table.set_column(at, block.table.schema.field(at), pa.array(subjects)))


def _notes(sheet: RawSheet, adrift: Sequence[int], *, is_empty: bool) -> tuple[Fault, ...]:
    if is_empty and not adrift:
        return (Fault("facility_sheet_empty", "", sheet.name, {"sheet": sheet.name}),)
    params = {"sheet": sheet.name, "rows": list(adrift[:MOST_NAMED]), "count": len(adrift)}
    return (Fault("facilities_without_project", "", sheet.name, params),) if adrift else ()
