"""What is found in a file of streets, whatever its format."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Fault
from app.readers.osm import WalkableWays
from app.readers.spatial import SheetCrs
from app.readers.street_classes import Chosen
from app.readers.street_report import StreetsLeftOut
from app.walking.streets import Streets


@dataclass(frozen=True)
class FoundStreets:
    """The streets of a file, and how it was understood."""

    streets: Streets
    format: str
    crs: SheetCrs
    left_out: StreetsLeftOut
    file_streets: int
    file_nodes: int | None = None
    encoding: str | None = None
    notes: tuple[Fault, ...] = ()


def class_notes(chosen: Chosen, classes: Sequence[str], ways: WalkableWays | None) -> tuple[Fault, ...]:
    """How far the tag rules could be followed: by which tags, or by a class alone."""
    if ways is None:
        return ()
    if chosen.tags:
        heeded = (*(["highway"] if any(classes) else []), *chosen.tags)
        return (Fault("walkable_by_some_tags", "", None, {"tags": list(heeded), "classes": list(chosen.left_out)}),)
    if not any(classes):
        return (Fault("streets_without_class"),)
    return (Fault("walkable_by_class_alone", "", None, {"classes": list(chosen.left_out)}),)
