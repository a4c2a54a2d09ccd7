"""The reading process's work on a file of streets: from the file to the columns of a network and a report."""

import json

from app.errors import Fault, InvalidInput
from app.geometry.crs import coordinate_system
from app.readers.found_streets import FoundStreets
from app.readers.options import Task
from app.readers.process import REPORT
from app.readers.reader import Reader
from app.readers.report import Note
from app.readers.street_classes import with_few_classes
from app.readers.street_handover import hand_over
from app.readers.street_report import StreetReport, StreetsLeftOut
from app.readers.street_sources import find_streets
from app.walking.streets import LeftOut, build_network


def convert(task: Task) -> None:
    """Read the file, and write network and report into the task's folder. Raises InvalidInput."""
    options = task.options
    reader = Reader(task.folder, options, task.limits, score=len)
    found = find_streets(task.path, reader)
    if not (found.streets.length_m > 0).any():
        code = "no_walkable_streets" if found.left_out.not_walkable else "no_streets"
        raise InvalidInput(Fault(code, "", None, {"left_out": found.left_out.not_walkable}))
    network, left_out = build_network(with_few_classes(found.streets))
    if network.node_count > task.limits.nodes:
        params = {"count": network.node_count, "limit": task.limits.nodes}
        raise InvalidInput(Fault("too_many_nodes", "", network.node_count, params))
    hand_over(network, task.folder)
    report = _report(found, left_out, options.walkable_filter)
    text = json.dumps(report.as_document(), ensure_ascii=False, default=str)
    (task.folder / REPORT).write_text(text, encoding="utf-8")


def _report(found: FoundStreets, left_out: LeftOut, walkable_filter: str) -> StreetReport:
    given = found.left_out
    crs = found.crs
    return StreetReport(
        format=found.format,
        crs=crs.name,
        crs_source=crs.source or "ASSUMED",
        is_approximate=coordinate_system(crs.name).is_approximate,
        walkable_filter=walkable_filter,
        left_out=StreetsLeftOut(
            zero_length=left_out.zero_length,
            duplicates=left_out.duplicate,
            both_ways=left_out.both_ways + given.both_ways,
            not_walkable=given.not_walkable,
            missing_nodes=given.missing_nodes,
            not_lines=given.not_lines,
        ),
        file_streets=found.file_streets,
        file_nodes=found.file_nodes,
        encoding=found.encoding,
        notes=tuple(Note(one.code, one.params) for one in (*crs.notes, *found.notes)),
    )
