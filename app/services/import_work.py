"""Imports as jobs: a file read, compared with what is stored, and written whole or row by row."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.jobs.kinds import Chunk, Submission, Work
from app.readers.files import read_file
from app.readers.options import ReadLimits, ReadOptions
from app.readers.reading import Reading
from app.readers.report import ReadReport
from app.schemas.imports import ImportKind, OnError
from app.services.batch_terms import as_fields
from app.services.import_communities import CommunityForm
from app.services.import_facilities import FacilityForm
from app.services.import_plan import ImportForm, Plan, Planning, RowState
from app.services.import_residences import ResidenceForm
from app.services.import_sheet import Ints, Kept, RowFault, Sheet
from app.services.import_snapshots import StatisticsForm
from app.settings import Settings
from app.store.job_tables import Json
from app.store.unit_of_work import Store

IMPORT: Final = "import"
AT: Final = "at"
"""Under this name a fault's params hold its sheet, row and column."""
ROWS_AT_ONCE: Final = 5000
SHOWN: Final = 100
FORMS: Final[Mapping[str, ImportForm]] = {
    ImportKind.COMMUNITIES: CommunityForm(),
    ImportKind.STATISTICS: StatisticsForm(),
    ImportKind.FACILITIES: FacilityForm(),
    ImportKind.RESIDENCES: ResidenceForm(),
}
"""Each kind of import under its name."""
_STATES: Final = tuple(state.name.lower() for state in RowState)


@dataclass(frozen=True)
class ImportKindOfJob:
    """Imports files."""

    store: Store
    settings: Settings
    name: str = IMPORT

    def open(self, submission: Submission) -> Work:
        """The work on a file. Raises InvalidInput with the reasons why the file cannot be used."""
        reading = read(submission, self.settings)
        form = FORMS[submission.parameters["kind"]]
        sheet = Sheet.of(reading)
        if submission.parameters["dry_run"]:
            return DryRun(self.store, form, sheet, reading.report)
        if submission.parameters["on_error"] == OnError.STOP:
            return WholeImport(self.store, form, sheet, reading.report)
        return RowByRow(self.store, form, sheet, reading.report)


def read(submission: Submission, settings: Settings) -> Reading:
    """The rows of the job's file; the same ones each time. Raises InvalidInput."""
    given, file = submission.parameters, submission.inputs[0]
    options = ReadOptions(
        crs=given["crs"],
        encoding=given["encoding"],
        mapping=given["mapping"],
        file_name=file.name or None,
        keep_raw=False,
    )
    limits = ReadLimits(
        memory_bytes=settings.read_memory_bytes, seconds=settings.read_seconds, vertices=settings.max_vertices
    )
    try:
        return read_file(file.path, form=given["kind"], options=options, limits=limits, within=submission.folder)
    except InvalidInput as refusal:
        raise as_fields(refusal) from None


class _ImportWork(Work):
    """What all ways of importing have in common."""

    is_written = True

    def __init__(self, store: Store, form: ImportForm, sheet: Sheet, report: ReadReport) -> None:
        self._store, self._form, self._sheet, self._report = store, form, sheet, report
        self._order = form.order(sheet)
        self._own = form.check(sheet)
        self.total = len(sheet)

    def finish(self, session: Session, summaries: Sequence[Json]) -> Json:
        """What all chunks came to, with what was understood of the file."""
        return {**_added(summaries), "is_written": self.is_written, "read": self._report.as_document()}

    def _plan(self, session: Session, places: Ints, *, is_for_change: bool) -> tuple[Plan, list[RowFault]]:
        """What is to be done with the rows, and what is wrong with them."""
        own = self._own_faults(places)
        refused = [fault.place for fault in own if not fault.is_warning]
        faulty = self._sheet.is_faulty(places) | np.isin(places, np.array(refused, np.int64))
        planning = Planning(session=session, is_for_change=is_for_change)
        plan = self._form.plan(planning, self._sheet, places, faulty=faulty)
        return plan, [*own, *plan.faults]

    def _own_faults(self, places: Ints) -> list[RowFault]:
        inside = frozenset(places.tolist())
        return [fault for fault in self._own if fault.place in inside]

    def _chunk(self, number: int, plan: Plan, faults: Iterable[RowFault]) -> Chunk:
        kept = [*self._sheet.kept_errors(plan.places), *self._sheet.kept(faults)]
        if number == 0:
            kept += self._sheet.kept_loose_errors()
        kept.sort(key=lambda fault: fault["row"])
        result = "\n".join(json.dumps(fault, ensure_ascii=False) for fault in kept).encode()
        return Chunk(done=len(plan.places), result=result, summary={**plan.counts(), **_summary_of(kept)})


class DryRun(_ImportWork):
    """Tells what an import would do."""

    is_written = False
    chunk_count = 1

    def run(self, number: int) -> Chunk:
        """Compare all rows with what is stored."""
        with self._store.reading() as session:
            return self._chunk(number, *self._plan(session, self._order, is_for_change=False))


class WholeImport(DryRun):
    """Stores the whole file, or nothing of it."""

    is_written = True

    def run(self, number: int) -> Chunk:
        """A file that is refused whatever is stored is compared here; any other in the transaction that writes."""
        if self._sheet.is_faulty(self._order).any() or any(not fault.is_warning for fault in self._own):
            return super().run(number)
        return Chunk(done=0)

    def write(self, session: Session, number: int, chunk: Chunk) -> Chunk:
        """Compare all rows with what is stored, and write them unless one has a fault."""
        if chunk.summary is not None:
            return chunk
        plan, faults = self._plan(session, self._order, is_for_change=True)
        chunk = self._chunk(number, plan, faults)
        if self.ends_with(chunk):
            plan.write()
        return chunk

    def ends_with(self, chunk: Chunk) -> bool:
        """It ends with what it has written, unless it is refused: then the faults are kept, and the rows are not."""
        return not _is_refused(_added([chunk.summary]))

    def finish(self, session: Session, summaries: Sequence[Json]) -> Json:
        """What the file came to. Raises InvalidInput (`import_refused`, and the first faults) for one with faults."""
        summary = _added(summaries)
        if _is_refused(summary):
            raise _refusal(summary, self.total)
        return super().finish(session, summaries)


class RowByRow(_ImportWork):
    """Stores the rows that have no fault, some thousand at a time."""

    def __init__(self, store: Store, form: ImportForm, sheet: Sheet, report: ReadReport) -> None:
        super().__init__(store, form, sheet, report)
        self.chunk_count = max(1, -(-self.total // ROWS_AT_ONCE))

    def run(self, number: int) -> Chunk:
        """Nothing is done outside of the transaction that writes."""
        return Chunk(done=0)

    def write(self, session: Session, number: int, chunk: Chunk) -> Chunk:
        """Compare the rows with what is stored, and write those that differ."""
        places = self._order[number * ROWS_AT_ONCE : (number + 1) * ROWS_AT_ONCE]
        plan, faults = self._plan(session, places, is_for_change=True)
        plan.write()
        return self._chunk(number, plan, faults)


def _is_refused(summary: Mapping[str, Any]) -> bool:  # Any: what JSON holds
    return bool(summary["faulty"] or summary["errors"])


def _refusal(summary: Mapping[str, Any], rows: int) -> InvalidInput:  # Any: what JSON holds
    first = Fault("import_refused", "", None, {"count": summary["faulty"], "rows": rows})
    errors: list[Kept] = summary["errors"]
    return InvalidInput(first, *(_placed(error) for error in errors))


def _placed(error: Kept) -> Fault:
    place = [error["sheet"], error["row"], error["column"]]
    return Fault(error["code"], "", error["value"], {**error["params"], AT: place})


def _summary_of(kept: Sequence[Kept]) -> dict[str, Json]:
    parts: dict[str, list[Kept]] = {"errors": [], "warnings": []}
    for fault in kept:
        parts["warnings" if fault["is_warning"] else "errors"].append(fault)
    return {
        **{name: faults[:SHOWN] for name, faults in parts.items()},
        **{f"{name}_by_code": dict(Counter(fault["code"] for fault in faults)) for name, faults in parts.items()},
    }


def _added(summaries: Sequence[Json]) -> dict[str, Json]:
    """The summaries of all chunks as one."""
    counts = {name: sum(summary[name] for summary in summaries) for name in _STATES}
    shown: dict[str, Json] = {}
    for name in ("errors", "warnings"):
        shown[name] = [fault for summary in summaries for fault in summary[name]][:SHOWN]
        by_code: Counter[str] = Counter()
        for summary in summaries:
            by_code.update(summary[f"{name}_by_code"])
        shown[f"{name}_by_code"] = dict(sorted(by_code.items()))
    return {"rows": sum(counts.values()), **counts, **shown}
