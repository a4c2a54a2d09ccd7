"""What the user says about a file, and how much of the machine reading it may take."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

MIB = 2**20


@dataclass(frozen=True)
class ReadOptions:
    """The user's word on a file, before what the file says of itself.

    `mapping`: heading → name of a field, or of a category's area (`childcare.floor_area_m2`); "" leaves a column out.
    `facilities`: a second file that holds the facility sheet. `project_role` is that of rows that name none.
    `file_name`, `facilities_name`: what the user calls the files. `keep_raw`: hand over the user's own cells too.
    `walkable_filter`: of streets, `default` for those that walkable.toml names, `none` for all.
    """

    crs: str | None = None
    encoding: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    facilities: Path | None = None
    project_role: str | None = None
    file_name: str | None = None
    facilities_name: str | None = None
    keep_raw: bool = True
    walkable_filter: str = "default"


@dataclass(frozen=True)
class ReadLimits:
    """What reading one file may take; beyond it the reading ends, with the reason."""

    memory_bytes: int = 4096 * MIB
    seconds: int = 600
    file_bytes: int = 1024 * MIB
    unpacked_bytes: int = 2048 * MIB
    unpacked_times: int = 150
    entries: int = 1000
    columns: int = 1000
    rows: int = 5_000_000
    line_bytes: int = 16 * MIB
    vertices: int = 100_000
    nodes: int = 10_000_000


@dataclass(frozen=True)
class Task:
    """What the reading process is told."""

    path: Path
    form: str
    folder: Path
    options: ReadOptions
    limits: ReadLimits

    def to_json(self) -> str:
        """The task as the process is handed it."""
        return json.dumps(asdict(self), default=str, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The task again."""
        document = json.loads(text)
        options = document["options"]
        facilities = options.pop("facilities")
        return cls(
            path=Path(document["path"]),
            form=document["form"],
            folder=Path(document["folder"]),
            options=ReadOptions(**options, facilities=Path(facilities) if facilities else None),
            limits=ReadLimits(**document["limits"]),
        )
