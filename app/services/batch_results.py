"""The results of a batch in the form that is asked for, written piece by piece."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from sqlalchemy.orm import Session

from app.errors import Conflict, Fault, InvalidInput
from app.jobs.scratch import submission
from app.reports.project_files import project_csv, project_geojson
from app.reports.project_workbook import write_project_workbook
from app.reports.summary_sheet import InputRead, Origin
from app.reports.words import Words
from app.schemas.batch import ResultFormat
from app.services import jobs
from app.services.batch_chunks import StoredChunks, StoredResults
from app.services.batch_summary import report_of, summary_read
from app.services.batch_work import BATCH, LIST, read
from app.services.project_reading import loose_errors, results_of
from app.services.wording import Wording
from app.settings import Settings
from app.store.job_tables import Job, JobStatus
from app.store.unit_of_work import Store

MEDIA_TYPES: Final[Mapping[ResultFormat, str]] = {
    ResultFormat.JSON: "application/json",
    ResultFormat.CSV: "text/csv; charset=utf-8",
    ResultFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ResultFormat.GEOJSON: "application/geo+json",
}
_PIECE_BYTES: Final = 64 * 1024
_COPIED_BYTES: Final = 1024**2
_WITHOUT_RESULTS: Final = {JobStatus.FAILED: "batch_failed", JobStatus.CANCELLED: "batch_cancelled"}


@dataclass(frozen=True)
class Source:
    """A batch that has succeeded, and where its results lie."""

    job: Job
    store: Store
    settings: Settings
    wording: Wording

    @property
    def chunks(self) -> StoredChunks:
        """Its chunks, one at a time."""
        return StoredChunks(self.store, self.job.id)

    @property
    def words(self) -> Words:
        """The words of its reports."""
        return Words(self.wording.catalogues, self.wording.language)


def finished_batch(session: Session, batch_id: str) -> Job:
    """The batch, if it has results. Raises NotFound, and Conflict where it has none, not yet or not at all."""
    job = jobs.get(session, BATCH, batch_id)
    if job.status is not JobStatus.SUCCEEDED:
        code = _WITHOUT_RESULTS.get(job.status, "batch_unfinished")
        raise Conflict(Fault(code, "{batch_id}", batch_id, {"id": batch_id, "status": job.status}))
    return job


def results_as(form: ResultFormat, source: Source) -> Iterator[bytes]:
    """All results of the batch. What can go wrong before the first byte is sent, does."""
    return _in_larger_pieces(_WRITERS[form](source))


def _json(source: Source) -> Iterator[bytes]:
    wording = source.wording
    errors: list[bytes] = []
    separator = b'{"results":['
    for chunk in source.chunks:
        for result in results_of(chunk.results, wording, beside=chunk.beside_in(wording.language)):
            yield separator + result.model_dump_json().encode()
            separator = b",\n"
        errors += [fault.model_dump_json().encode() for fault in loose_errors(chunk.results, wording)]
    if separator.startswith(b"{"):
        yield separator
    yield b'],"errors":[' + b",".join(errors) + b'],"summary":'
    yield summary_read(source.job.summary, wording).model_dump_json().encode() + b"}\n"


def _csv(source: Source) -> Iterator[bytes]:
    return project_csv(StoredResults(source.chunks), source.words)


def _geojson(source: Source) -> Iterator[bytes]:
    return project_geojson(StoredResults(source.chunks), source.words)


def _xlsx(source: Source) -> Iterator[bytes]:
    """Written whole before the first piece is given; it lies in a file that has no name."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been read
    try:
        origin = Origin(source.job.software_version, _input(source))
        write_project_workbook(StoredResults(source.chunks), target, words=source.words, origin=origin)
        target.seek(0)
    except BaseException:
        target.close()
        raise
    return _copied(target)


def _input(source: Source) -> InputRead:
    """What was read, with the user's own sheets read once more, for the marked copy."""
    job = source.job
    with source.store.reading() as session:
        name = jobs.files(session, job)[0].name
    report = report_of(job.summary)
    if job.parameters["source"] == LIST:
        return InputRead(name, job.input_sha256, report)
    try:
        with submission(source.store, job) as given:
            sheets = tuple(read(given, source.settings, keep_raw=True).raw.values())
    except InvalidInput:  # the limits may be narrower than when the batch was judged
        sheets = ()
    return InputRead(name, job.input_sha256, report, sheets)


def _copied(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_COPIED_BYTES):
            yield piece


def _in_larger_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Each piece that is sent costs a change of threads."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) >= _PIECE_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


_WRITERS: Final[Mapping[ResultFormat, Callable[[Source], Iterator[bytes]]]] = {
    ResultFormat.JSON: _json,
    ResultFormat.CSV: _csv,
    ResultFormat.XLSX: _xlsx,
    ResultFormat.GEOJSON: _geojson,
}
