"""What is wrong in the cells of a file, as columns: one entry for each bad cell."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.errors import Fault

SCHEMA = pa.schema(
    [
        ("sheet", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("code", pa.string()),
        ("value", pa.string()),
        ("params", pa.string()),
        ("is_warning", pa.bool_()),
        ("of", pa.string()),
        ("place", pa.int64()),
        ("subject", pa.int64()),
    ]
)
NOWHERE = -1


@dataclass(frozen=True)
class FileError:
    """One bad cell: its sheet, its row as the user sees it, its heading as written ("": the whole row)."""

    sheet: str
    row: int
    column: str
    fault: Fault
    is_warning: bool
    subject: int


@dataclass(frozen=True)
class FileErrors:
    """All bad cells of a file, in the order of the sheets and rows.

    `of` and `place` name the table and the row in it; `subject` is the row of the form's first table that it spoils:
    of a facility's cell, its project.
    """

    table: pa.Table

    @classmethod
    def none(cls) -> Self:
        """A file without a fault."""
        return cls(SCHEMA.empty_table())

    @classmethod
    def joined(cls, parts: Sequence[pa.Table]) -> Self:
        """The errors of several parts, one after the other."""
        return cls(pa.concat_tables([SCHEMA.empty_table(), *parts]).combine_chunks())

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __getitem__(self, index: int) -> FileError:
        row = self.table.slice(index, 1).to_pylist()[0]
        fault = Fault(row["code"], "", row["value"], json.loads(row["params"]))
        return FileError(row["sheet"], row["row"], row["column"], fault, row["is_warning"], row["subject"])

    def slice(self, start: int, stop: int) -> "FileErrors":
        """Those from `start` up to `stop`."""
        return FileErrors(self.table.slice(start, max(0, stop - start)))

    def numbers(self, name: str) -> NDArray[np.int64]:
        """The column `row`, `place` or `subject`."""
        return np.asarray(self.table.column(name).to_numpy(), np.int64)
