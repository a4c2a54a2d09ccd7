"""The process that reads one file of a user: limited, alone, and of no consequence if it dies.

It is told its task by a file, and answers with files in the task's folder: the tables, or the reason why there are
none. It imports nothing of the web or the database.
"""

import gc
import json
import resource
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from app.errors import Fault, InvalidInput
from app.readers.forms import form_named
from app.readers.headings import heading_score
from app.readers.left_out import left_out
from app.readers.options import ReadLimits, Task
from app.readers.outcome import outcome_of, sheet_reports
from app.readers.process import REFUSAL
from app.readers.report import Note, ReadReport
from app.readers.sources import Reader, Source, read_source
from app.readers.understand import Understood, understand, with_role
from app.readers.writing import write_outcome

DONE, REFUSED = 0, 3
_OTHER_TASKS = {"streets": "app.readers.street_task"}
"""What is read as no table has modules of its own, which take a while to load."""
MOST_OPEN_FILES = 256


def main(arguments: Sequence[str]) -> int:
    """Carry out the task whose file is named; the exit status says whether there are tables."""
    task = Task.from_json(Path(arguments[0]).read_text(encoding="utf-8"))
    limit_process(task.limits)
    gc.disable()  # a short life, with columns of millions of cells to look through in vain
    try:
        carry_out(task)
    except InvalidInput as refusal:
        return _refuse(task, refusal.faults)
    except MemoryError:
        limit = task.limits.memory_bytes
        return _refuse(task, (Fault("reading_out_of_memory", "", limit, {"limit": limit}),))
    return DONE


def carry_out(task: Task) -> None:
    """Read the file as what the task says it is. Raises InvalidInput."""
    if task.form in _OTHER_TASKS:
        import_module(_OTHER_TASKS[task.form]).convert(task)
    else:
        with left_out("pandas"):
            convert(task)


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


def limit_process(limits: ReadLimits) -> None:
    """No more memory, time, output and files than the limits say."""
    for what, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 2 * limits.unpacked_bytes),
        (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (allowed, allowed))


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


def _refuse(task: Task, faults: Sequence[Fault]) -> int:
    document = [
        {"code": one.code, "pointer": one.pointer, "value": one.value, "params": dict(one.params)} for one in faults
    ]
    text = json.dumps(document, ensure_ascii=False, default=str)
    (task.folder / REFUSAL).write_text(text, encoding="utf-8")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
