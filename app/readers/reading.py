"""A file that was read: its tables, what is wrong in it, and how it was understood."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from app.readers.file_errors import FileErrors
from app.readers.process import REPORT
from app.readers.report import ReadReport
from app.readers.writing import ERRORS, FAULTY, RAW, ROW, TABLE

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Table:
    """A table of the form: columns by field name, and the number of each row as the user sees it."""

    name: str
    sheet: str
    rows: NDArray[np.int64]
    is_faulty: NDArray[np.bool_]
    columns: pa.Table

    def __len__(self) -> int:
        return len(self.rows)

    def array(self, name: str) -> pa.Array:
        """A column in one piece."""
        column = self.columns.column(name)
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Figures; NaN where unknown."""
        return np.asarray(self.array(name).to_numpy(zero_copy_only=False), np.float64)

    def texts(self, name: str) -> NDArray[np.object_]:
        """Text; empty where there is none."""
        return np.asarray(pc.fill_null(self._plain(name), "").to_numpy(zero_copy_only=False), np.object_)

    def flags(self, name: str) -> NDArray[np.int8]:
        """1 yes, 0 no, -1 unknown."""
        return np.asarray(pc.fill_null(pc.cast(self.array(name), pa.int8()), -1).to_numpy(zero_copy_only=False))

    def days(self, name: str, *, absent: int) -> NDArray[np.int32]:
        """Proleptic ordinals; `absent` where unknown."""
        days = pc.add(pc.cast(self.array(name), pa.int32()), pa.scalar(EPOCH, pa.int32()))
        return np.asarray(pc.fill_null(days, pa.scalar(absent, pa.int32())), np.int32)

    def members(self, name: str, vocabulary: tuple[str, ...]) -> NDArray[np.int64]:
        """The place of each text in the vocabulary; -1 where unknown."""
        cells, known = self.array(name), pa.array(vocabulary, pa.string())
        if pa.types.is_dictionary(cells.type):
            place = pc.index_in(cells.dictionary, value_set=known).take(cells.indices)
        else:
            place = pc.index_in(cells, value_set=known)
        return np.asarray(pc.fill_null(place, -1), np.int64)

    def words(self, name: str) -> tuple[list[str], NDArray[np.int64]]:
        """The distinct texts of a column, "" where there is none, and of each row the place of its own among them."""
        encoded = pc.fill_null(self._plain(name), "").dictionary_encode()
        return encoded.dictionary.to_pylist(), np.asarray(encoded.indices, np.int64)

    def geometries(self, name: str) -> NDArray[np.object_]:
        """Geometries in longitude and latitude; None where there is none."""
        cells = self.array(name)
        if cells.null_count == len(cells):
            return np.full(len(cells), None, np.object_)
        return np.asarray(shapely.from_wkb(cells.to_numpy(zero_copy_only=False)), np.object_)

    def _plain(self, name: str) -> pa.StringArray:
        cells = self.array(name)
        return cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells


@dataclass(frozen=True)
class RawTable:
    """The user's own cells as text, column by column; `rows` are their numbers."""

    name: str
    heading_row: int
    headings: tuple[str, ...]
    rows: NDArray[np.int64]
    columns: tuple[pa.StringArray, ...]


@dataclass(frozen=True)
class Reading:
    """A file read as a form. Its arrays are mapped from files that are gone already: there is nothing to close."""

    form: str
    tables: Mapping[str, Table]
    errors: FileErrors
    report: ReadReport
    sha256: str
    raw: Mapping[str, RawTable] = field(default_factory=dict)


def open_reading(folder: Path, *, form: str, sha256: str) -> Reading:
    """What the reading process has written into `folder`, which may be deleted afterwards."""
    report = ReadReport.of_document(json.loads((folder / REPORT).read_text(encoding="utf-8")))
    tables = [_table(_mapped(path)) for path in _numbered(folder, TABLE)]
    raw = [_raw(_mapped(path)) for path in _numbered(folder, RAW)]
    return Reading(
        form=form,
        tables={table.name: table for table in tables},
        errors=FileErrors(_mapped(folder / ERRORS)),
        report=report,
        sha256=sha256,
        raw={table.name: table for table in raw},
    )


def _numbered(folder: Path, name: str) -> list[Path]:
    return sorted(folder.glob(f"{name}*.arrow"), key=lambda path: int(path.stem.removeprefix(name)))


def _mapped(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _about(table: pa.Table) -> Mapping[str, Any]:  # Any: what json holds
    about: Mapping[str, Any] = json.loads(table.schema.metadata[b"about"])
    return about


def _table(table: pa.Table) -> Table:
    about = _about(table)
    faulty = np.asarray(table.column(FAULTY).to_numpy(), np.bool_)
    return Table(about["name"], about["sheet"], table.column(ROW).to_numpy(), faulty, table.drop([ROW, FAULTY]))


def _raw(table: pa.Table) -> RawTable:
    about = _about(table)
    columns = tuple(table.column(str(place)).combine_chunks() for place in range(len(about["headings"])))
    return RawTable(
        about["name"], about["heading_row"], tuple(about["headings"]), table.column(ROW).to_numpy(), columns
    )
