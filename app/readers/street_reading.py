"""Reading a file of streets, in a process of its own."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.readers.options import ReadLimits, ReadOptions, Task
from app.readers.process import REPORT, start_process
from app.readers.street_handover import take_over
from app.readers.street_report import StreetReport
from app.walking.network import StreetNetwork
from app.walking.packed import packed

STREETS: Final = "streets"
_PIECE_BYTES: Final = 2**20


@dataclass(frozen=True)
class StreetReading:
    """The network of a file, also as the bytes that it is kept as, the report, and SHA-256 of the file."""

    network: StreetNetwork
    packed: bytes
    report: StreetReport
    sha256: str


def read_streets(
    path: Path, *, options: ReadOptions | None = None, limits: ReadLimits | None = None, within: Path | None = None
) -> StreetReading:
    """The walkable streets of a file: OSM PBF or XML, GraphML, lines in a layer, or a table of edges.

    Raises InvalidInput with the reasons why it cannot be read.
    """
    running = start_process(path, form=STREETS, options=options, limits=limits, within=within)
    try:
        digest = _digest(path)
        running.wait()
        return open_streets(running.task, sha256=digest)
    finally:
        running.cancel()


def open_streets(task: Task, *, sha256: str) -> StreetReading:
    """What the process has left in the task's folder. Raises InvalidInput `reading_crashed` where it is not whole."""
    network = StreetNetwork.of(take_over(task.folder))
    report = StreetReport.of_document(json.loads((task.folder / REPORT).read_text(encoding="utf-8")))
    return StreetReading(network, packed(network), report, sha256)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()
