"""Which sheet is which table of the form, and the tables read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from app.errors import Fault, InvalidInput
from app.readers.checks import checked
from app.readers.cut_headings import with_cut_categories
from app.readers.extra_rows import without_extra_rows
from app.readers.forms import Form, TableForm, normal_heading, words
from app.readers.headings import Matches, known_targets, match_headings
from app.readers.loose_headings import with_loose_names
from app.readers.options import ReadLimits, ReadOptions
from app.readers.sheets import RawSheet
from app.readers.spatial import Grid, SheetCrs, crs_finder, has_coordinates
from app.readers.tables import TypedSheet, typed

LEAST_MATCHES = 2
"""With fewer known headings a sheet that was not read is hardly a table."""


@dataclass(frozen=True)
class Understood:
    """The tables of a file by name, the sheets that are none, the coordinate system, and what was noticed."""

    tables: Mapping[str, TypedSheet]
    ignored: tuple[RawSheet, ...]
    crs: SheetCrs
    notes: tuple[Fault, ...]


@dataclass(frozen=True)
class _Candidate:
    form: TableForm
    sheet: RawSheet
    matches: Matches

    @property
    def lacks(self) -> list[tuple[str, ...]]:
        return [one for one in self.form.needs if not any(name in self.matches.by_name for name in one)]

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        is_named = normal_heading(self.sheet.name) in self.form.sheets
        return not self.lacks, is_named, 0 if self.lacks else len(self.form.needs), len(self.matches)


def understand(sheets: Sequence[RawSheet], form: Form, *, options: ReadOptions, limits: ReadLimits) -> Understood:
    """The tables of a form out of the sheets of a file.

    Raises InvalidInput: `no_known_heading`, `main_table_missing`, `heading_missing`, `heading_repeated`,
    `mapping_unknown_field`, `crs_missing`, ….
    """
    _check_mapping(form, options.mapping)
    sheets = [sheet.without_invisible() for sheet in sheets]
    chosen = _chosen(sheets, form, options)
    tables: dict[str, TypedSheet] = {}
    crs = SheetCrs()
    notes: list[Fault] = []
    for candidate in chosen:
        sheet, extra = without_extra_rows(candidate.sheet.without_blank_rows(), candidate.form, candidate.matches)
        own = _crs_of(sheet, candidate.matches, options)
        crs = own if own.source and not crs.source else crs
        grid = Grid(own.name, limits.vertices)
        tables[candidate.form.name] = checked(typed(sheet, candidate.form, candidate.matches, grid))
        notes += [*candidate.matches.notes, *own.notes, *extra]
    used = {id(candidate.sheet) for candidate in chosen}
    ignored = tuple(sheet for sheet in sheets if id(sheet) not in used)
    notes += _left_out(ignored, form, options)
    return Understood(tables, ignored, crs, (*notes, *_unused(options.mapping, chosen)))


def _left_out(ignored: Sequence[RawSheet], form: Form, options: ReadOptions) -> list[Fault]:
    """Sheets that could be a table of the form too, of which only one is read."""
    best = [_best(sheet, form, options) for sheet in ignored if normal_heading(sheet.name) not in words().notes_sheets]
    also = [one for one in best if not one.lacks and len(one.matches) >= LEAST_MATCHES and len(one.sheet)]
    return [
        Fault("sheet_left_out", "", one.sheet.name, {"sheet": one.sheet.name, "table": one.form.name}) for one in also
    ]


def _crs_of(sheet: RawSheet, matches: Matches, options: ReadOptions) -> SheetCrs:
    if options.crs is None and not has_coordinates(sheet, matches):
        return SheetCrs()
    found: SheetCrs = crs_finder().crs_of(sheet, matches, asked=options.crs)
    return found


def _chosen(sheets: Sequence[RawSheet], form: Form, options: ReadOptions) -> list[_Candidate]:
    """For each table the sheet that suits it best; the first table must have one."""
    if not sheets:
        raise InvalidInput(Fault("file_empty"))
    if not any(sheet.headings or len(sheet) for sheet in sheets):  # GeoJSON without features has no headings either
        return [_candidate(sheets[0], form.tables[0], options)]
    best = [_best(sheet, form, options) for sheet in sheets]
    chosen: list[_Candidate] = []
    for table in form.tables:
        candidates = [one for one in best if one.form is table and not one.lacks and len(one.matches)]
        if candidates:
            chosen.append(max(candidates, key=lambda one: one.rank))
    if not chosen or chosen[0].form is not form.tables[0]:
        raise _nothing(best, form)
    _refuse_repeated(chosen)
    return chosen


def _best(sheet: RawSheet, form: Form, options: ReadOptions) -> _Candidate:
    candidates = [_candidate(sheet, table, options) for table in form.tables]
    return max(candidates, key=lambda one: one.rank)


def _candidate(sheet: RawSheet, table: TableForm, options: ReadOptions) -> _Candidate:
    matches = match_headings(sheet.headings, table, mapping=options.mapping, perhaps_cut=sheet.perhaps_cut)
    return _Candidate(table, sheet, with_cut_categories(with_loose_names(matches, sheet, table), sheet, table))


def _refuse_repeated(chosen: Sequence[_Candidate]) -> None:
    faults = [fault for candidate in chosen for fault in candidate.matches.repeated]
    if faults:
        raise InvalidInput(*faults)


def _nothing(best: Sequence[_Candidate], form: Form) -> InvalidInput:
    first = form.tables[0]
    nearest = max(best, key=lambda one: (one.form is first, len(one.matches)))
    if not len(nearest.matches):
        headings = [heading for heading in nearest.sheet.headings if heading][:20]
        examples = [one.names[0] for one in first.fields[:6]]
        return InvalidInput(Fault("no_known_heading", "", headings, {"headings": headings, "known": examples}))
    if not nearest.lacks:
        params = {"sheet": nearest.sheet.name, "found": nearest.form.name, "wanted": first.name}
        return InvalidInput(Fault("main_table_missing", "", None, params))
    faults = [
        Fault("heading_missing", "", None, {"sheet": nearest.sheet.name, "names": _shown(nearest.form, one)})
        for one in nearest.lacks
    ]
    return InvalidInput(*faults)


def _shown(table: TableForm, names: Sequence[str]) -> list[str]:
    fields = [table.field(name) for name in names]
    return [f"{one.names[0]} ({one.name})" for one in fields if one]


def _check_mapping(form: Form, mapping: Mapping[str, str]) -> None:
    known = frozenset[str]().union(*(known_targets(table) for table in form.tables))
    faults = [
        Fault("mapping_unknown_field", "?mapping", name, {"heading": heading, "field": name})
        for heading, name in mapping.items()
        if name and name not in known
    ]
    if faults:
        raise InvalidInput(*faults)


def _unused(mapping: Mapping[str, str], chosen: Sequence[_Candidate]) -> tuple[Fault, ...]:
    """Mapped headings that the file does not have."""
    there = {normal_heading(heading) for candidate in chosen for heading in candidate.sheet.headings}
    lost = [heading for heading in mapping if not any(normal_heading(heading) in one for one in there)]
    return tuple(Fault("mapping_unused", "?mapping", heading, {"heading": heading}) for heading in lost)


def with_role(table: TypedSheet, role: str | None) -> TypedSheet:
    """Projects that name no role have this one."""
    if role is None:
        return table
    own = table.columns["project_role"]
    spoken = table.matches.by_name.get("project_role")
    faulty = pa.array(table.faulty)
    filled = pc.if_else(pc.or_(own.is_valid(), faulty) if spoken else own.is_valid(), own, role)
    return replace(table, columns={**table.columns, "project_role": filled})
