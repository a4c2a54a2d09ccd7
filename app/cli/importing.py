"""`facility-standards import`: what the service does with an import, done here and now."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from app import __version__
from app.cli.opening import migrated_store, settings_of_environment
from app.cli.progress import Progress, progress_of
from app.cli.statuses import DONE, FAILED, UNUSABLE
from app.errors import FacilityStandardsError, Fault
from app.jobs.kinds import InputFile, Submission, Work
from app.language import Language
from app.messages import fault_message, fault_remedy, problem_detail
from app.schemas.imports import ImportFields, ImportSummaryRead
from app.services.import_work import AT, IMPORT, ImportKindOfJob
from app.services.imports import summary_read
from app.store.job_tables import Json
from app.store.unit_of_work import Store

REFUSED = "import_refused"


def run_import(file: Path, fields: ImportFields, *, language: Language, as_json: bool) -> int:
    """Import the file into the database of the settings; the exit status says whether rows had faults."""
    settings = settings_of_environment()
    try:
        with migrated_store() as store, progress_of(as_json) as progress, _ordered(file, fields) as order:
            progress.step("reading")
            work = ImportKindOfJob(store, settings).open(order)
            summary = summary_read(_done(store, work, progress), language)
    except FacilityStandardsError as refusal:
        return _refused(refusal, file.name, language=language, as_json=as_json)
    status = FAILED if summary.errors_by_code else DONE
    if as_json:
        _print({"exit_status": status, "file": file.name, "summary": summary.model_dump(mode="json"), "errors": []})
    else:
        _tell(summary)
    return status


@contextmanager
def _ordered(file: Path, fields: ImportFields) -> Iterator[Submission]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    given = InputFile(name=file.name, media_type="", byte_count=file.stat().st_size, sha256=digest, path=file.resolve())
    with TemporaryDirectory(prefix="facility-standards-") as folder:
        yield Submission(
            id="",
            kind=IMPORT,
            parameters=fields.model_dump(mode="json"),
            inputs=(given,),
            input_sha256=digest,
            software_version=__version__,
            folder=Path(folder),
        )


def _done(store: Store, work: Work, progress: Progress) -> Json:
    """All chunks, each in a transaction of its own, and what they come to; all in one where the work wants it so."""
    progress.step("importing", total=work.total)
    summaries: list[Json] = []
    rows = 0
    for number in range(work.chunk_count):
        chunk = work.run(number)
        with store.unit_of_work() as session:
            chunk = work.write(session, number, chunk)
            summaries.append(chunk.summary)
            if work.ends_with(chunk):
                return work.finish(session, summaries)
        rows += chunk.done
        progress.done(rows)
    with store.unit_of_work() as session:
        return work.finish(session, summaries)


def _refused(refusal: FacilityStandardsError, name: str, *, language: Language, as_json: bool) -> int:
    faults = [_document(fault, language) for fault in refusal.faults]
    status = FAILED if any(fault.code == REFUSED for fault in refusal.faults) else UNUSABLE
    if as_json:
        errors = faults or [{"code": refusal.code, "message": problem_detail(refusal.code, refusal.params, language)}]
        _print({"exit_status": status, "file": name, "summary": None, "errors": errors})
        return status
    for fault in faults:
        where = ", ".join(str(fault[key]) for key in ("sheet", "row", "column") if fault.get(key))
        typer.echo(f"{where or name}: {fault['message']} {fault['remedy']}", err=True)
    if not faults:
        typer.echo(problem_detail(refusal.code, refusal.params, language), err=True)
    return status


def _document(fault: Fault, language: Language) -> dict[str, Any]:  # Any: what JSON holds
    place: Any = fault.params.get(AT) or (None, None, None)  # Any: sheet, row and column, where the fault has some
    where = dict(zip(("sheet", "row", "column"), place, strict=True))
    said = {"code": fault.code, "message": fault_message(fault, language), "remedy": fault_remedy(fault, language)}
    return {**where, **said}


def _print(document: Mapping[str, object]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _tell(summary: ImportSummaryRead) -> None:
    counts = ("rows", "new", "changed", "unchanged", "faulty")
    typer.echo(", ".join(f"{name} {getattr(summary, name)}" for name in counts))
    for fault in (*summary.errors, *summary.warnings):
        typer.echo(f"  {fault.sheet}, {fault.row}, {fault.column or ''}: {fault.message}")
    if not summary.is_written:
        typer.echo("dry run: nothing was stored")
