"""The reading process's work on a file of tables: from the file to the tables of a form, errors and report."""

from app.readers.forms import form_named
from app.readers.headings import heading_score
from app.readers.options import Task
from app.readers.outcome import outcome_of, sheet_reports
from app.readers.reader import Reader
from app.readers.report import Note, ReadReport
from app.readers.sources import Source, read_source
from app.readers.understand import Understood, understand, with_role
from app.readers.writing import write_outcome


def convert(task: Task) -> None:
    """Read the file, and write tables, errors and report into the task's folder. Raises InvalidInput."""
    form = form_named(task.form)
    source = _source(task, Reader(task.folder, task.options, task.limits, heading_score(form, task.options.mapping)))
    understood = understand(source.sheets, form, options=task.options, limits=task.limits)
    if task.form == "projects":
        projects = with_role(understood.tables["projects"], task.options.project_role)
        understood = Understood(
            {**understood.tables, "projects": projects}, understood.ignored, understood.crs, understood.notes
        )
    outcome = outcome_of(understood, form)
    notes = tuple(Note(one.code, one.params) for one in (*source.notes, *outcome.notes))
    crs = understood.crs
    report = ReadReport(
        format=source.format,
        encoding=source.encoding,
        delimiter=source.delimiter,
        crs=crs.name if crs.source else None,
        crs_source=crs.source,
        is_approximate=crs.name in {"gcj02", "bd09"} and crs.source is not None,
        sheets=sheet_reports(understood),
        notes=notes,
    )
    used = tuple(table.sheet for table in understood.tables.values()) if task.options.keep_raw else ()
    write_outcome(task.folder, outcome, report, used)


def _source(task: Task, reader: Reader) -> Source:
    name = task.options.file_name or task.path.name
    source = read_source(task.path, name, reader)
    if task.options.facilities is None:
        return source
    second_name = task.options.facilities_name or task.options.facilities.name
    second = read_source(task.options.facilities, second_name, reader)
    return Source(
        (*source.sheets, *second.sheets),
        source.format,
        source.encoding,
        source.delimiter,
        (*source.notes, *second.notes),
    )
