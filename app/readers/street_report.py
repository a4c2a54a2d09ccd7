"""What reading a file of streets says about it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from app.readers.report import Note


@dataclass(frozen=True)
class StreetsLeftOut:
    """What of the file is not in the network, by reason.

    `not_walkable` and `missing_nodes` count ways, lines, edges or references as the file has them, `not_lines` other
    features; the rest counts straight streets between two places. `both_ways` repeat another in the opposite direction.
    """

    zero_length: int = 0
    duplicates: int = 0
    both_ways: int = 0
    not_walkable: int = 0
    missing_nodes: int = 0
    not_lines: int = 0


@dataclass(frozen=True)
class StreetReport:
    """How the file was understood. `crs_source`: OPTION, FILE, or ASSUMED where nothing said otherwise.

    `file_streets`: how many ways, lines or edges the file has, each direction for itself; `file_nodes`: how many nodes,
    None where it has none of its own. The network has a node at every bend too, so its counts are others.
    """

    format: str
    crs: str
    crs_source: str
    is_approximate: bool
    walkable_filter: str
    left_out: StreetsLeftOut
    file_streets: int
    file_nodes: int | None = None
    encoding: str | None = None
    notes: tuple[Note, ...] = ()

    def as_document(self) -> dict[str, Any]:  # Any: what json holds
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The report again."""
        notes = tuple(Note(**row) for row in document["notes"])
        return cls(**{**document, "notes": notes, "left_out": StreetsLeftOut(**document["left_out"])})
