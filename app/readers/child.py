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
from app.readers.left_out import left_out
from app.readers.options import ReadLimits, Task
from app.readers.process import REFUSAL

DONE, REFUSED = 0, 3
_TABLES, _OTHER_TASKS = "app.readers.table_task", {"streets": "app.readers.street_task"}
"""The modules that read tables, and what is read as none. They take a while to load, so only those needed are."""
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
            import_module(_TABLES).convert(task)


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


def _refuse(task: Task, faults: Sequence[Fault]) -> int:
    document = [
        {"code": one.code, "pointer": one.pointer, "value": one.value, "params": dict(one.params)} for one in faults
    ]
    text = json.dumps(document, ensure_ascii=False, default=str)
    (task.folder / REFUSAL).write_text(text, encoding="utf-8")
    return REFUSED


if __name__ == "__main__":
    status = main(sys.argv[1:])
    gc.freeze()  # nor is there anything to be found at the end
    sys.exit(status)
