"""Imports for those who order them: submit, look up, list, cancel, delete, read all faults."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.errors import Conflict, Fault, InvalidInput
from app.language import Language
from app.readers.crs_names import system_name
from app.readers.encodings import codec_of
from app.schemas.imports import ImportFields, ImportRead, ImportSummaryRead
from app.schemas.job import JobError, JobQuery
from app.schemas.page import Page
from app.schemas.problem import FaultRead, fault_read
from app.services import jobs
from app.services.batch_summary import report_read
from app.services.batch_terms import as_fields
from app.services.import_sheet import Kept
from app.services.import_work import AT, IMPORT
from app.services.jobs import JobView, NewJob
from app.services.requests import NextLink
from app.store.job_files import NewInput
from app.store.job_tables import FINISHED, Job, JobInput, Json
from app.store.unit_of_work import Store

COLLECTION: Final = "/v1/imports"


@dataclass(frozen=True, kw_only=True)
class ImportOrder:
    """A file, with what was said of it."""

    file: NewInput
    fields: ImportFields
    idempotency_key: str | None = None


@dataclass(frozen=True)
class ImportView:
    """How imports are shown."""

    language: Language

    def show(self, job: Job, files: Sequence[JobInput]) -> ImportRead:
        """The import for its readers."""
        read = JobView(COLLECTION, self.language).show(job, files)
        summary = None if job.summary is None else summary_read(job.summary, self.language)
        error = None if read.error is None else _with_places(read.error, job.error)
        return ImportRead(**{**dict(read), "summary": summary, "error": error})


def submit_import(session: Session, order: ImportOrder, *, view: ImportView) -> ImportRead:
    """Store the import; it is worked on as soon as the session is committed.

    Raises InvalidInput for a coordinate system or encoding that is not known, and for a key that came with another
    order before.
    """
    _refuse_unknown(order.fields)
    new = NewJob(
        kind=IMPORT,
        parameters=order.fields.model_dump(mode="json"),
        inputs=(order.file,),
        idempotency_key=order.idempotency_key,
    )
    job = jobs.submit(session, new).job
    return view.show(job, jobs.files(session, job))


def read_import(session: Session, import_id: str, *, view: ImportView) -> ImportRead:
    """How far the import has come. Raises NotFound."""
    return jobs.read_job(session, IMPORT, import_id, view=view)


def list_imports(session: Session, query: JobQuery, *, view: ImportView, link: NextLink) -> Page[ImportRead]:
    """A page of the imports, newest first."""
    return jobs.list_jobs(session, IMPORT, query, view=view, link=link)


def cancel_or_delete_import(session: Session, import_id: str, *, view: ImportView) -> ImportRead | None:
    """Cancel an import that has not finished, and give it as it is then; remove a finished one, and give None.

    Raises NotFound.
    """
    job = jobs.cancel_or_delete(session, IMPORT, import_id)
    return None if job is None else view.show(job, jobs.files(session, job))


def import_faults(store: Store, import_id: str, *, language: Language) -> Iterator[bytes]:
    """All faults and warnings of a finished import as a JSON document.

    Raises NotFound, and Conflict (`import_unfinished`) for one that has not come to an end.
    """
    with store.reading() as session:
        job = jobs.get(session, IMPORT, import_id)
    if job.status not in FINISHED:
        raise Conflict(Fault("import_unfinished", "{import_id}", import_id, {"status": job.status}))
    return _document(store, import_id, language)


def _document(store: Store, import_id: str, language: Language) -> Iterator[bytes]:
    for is_warning, start in ((False, b'{"errors":['), (True, b'],"warnings":[')):
        yield start
        separator = b""
        for chunk in jobs.result_chunks(store, import_id):
            kept = (json.loads(line) for line in chunk.splitlines())
            texts = [_read(fault, language).model_dump_json() for fault in kept if fault["is_warning"] is is_warning]
            if texts:
                yield separator + ",\n".join(texts).encode()
                separator = b",\n"
    yield b"]}"


def _refuse_unknown(fields: ImportFields) -> None:
    try:
        if fields.crs is not None:
            system_name(fields.crs)
        if fields.encoding is not None:
            codec_of(fields.encoding)
    except InvalidInput as refusal:
        raise as_fields(refusal) from None


def summary_read(summary: Json, language: Language) -> ImportSummaryRead:
    """What an import came to, in words."""
    shown = {name: [_read(fault, language) for fault in summary[name]] for name in ("errors", "warnings")}
    return ImportSummaryRead(**{**summary, **shown, "read": report_read(summary["read"], language)})


def _read(kept: Kept, language: Language) -> FaultRead:
    fault = Fault(kept["code"], "", kept["value"], kept["params"])
    where = {"pointer": None, "sheet": kept["sheet"], "row": kept["row"], "column": kept["column"] or None}
    return fault_read(fault, language).model_copy(update=where)


def _with_places(error: JobError, kept: Json) -> JobError:
    """Faults of rows with their places in the file."""
    shown = []
    for read, fault in zip(error.errors, kept["faults"], strict=True):
        sheet, row, column = fault["params"].get(AT, (None, None, None))
        where = {"pointer": None, "sheet": sheet, "row": row, "column": column or None}
        shown.append(read if sheet is None else read.model_copy(update=where))
    return error.model_copy(update={"errors": shown})
