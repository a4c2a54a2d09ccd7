"""Stored tables as files with the columns that imports read: what was exported and is imported changes nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np
import pyarrow as pa

from app.language import Language
from app.reports.columns import Column, Style
from app.reports.csv_text import csv_of
from app.reports.field_titles import field_title, sheet_title
from app.reports.geometry_text import geojson_texts, position_columns, shapes_of, wkt_values
from app.reports.geopackage import write_geopackage
from app.reports.json_text import feature_collection, features_of
from app.reports.sheet_rows import MAX_TEXT
from app.reports.spooled import spooled
from app.reports.workbook import Sheet, write_workbook

COLUMN_WIDTH = 18.0


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"


@dataclass(frozen=True)
class Export:
    """A table to write: `batches` of columns by field name, read once.

    Text, numbers, yes/no and days are written as they are; `geometry` names the column of WKB in longitude, latitude,
    if there is one, and `has_points` says that it holds points. `name` is that of the table in imports.
    """

    name: str
    batches: pa.RecordBatchReader
    geometry: str | None = None
    has_points: bool = False


@dataclass(frozen=True)
class ExportOptions:
    """`on` is the date that documents say they were made on."""

    on: date
    language: Language = "en"
    bom: bool = True


def write_table(export: Export, file_format: ExportFormat, path: Path, *, options: ExportOptions) -> None:
    """Write the table to the file; the same rows give the same bytes.

    CSV and XLSX hold points as longitude and latitude, other shapes as WKT. A workbook whose shapes are too long for
    its cells is written without them: imports leave alone what a file has no column for.
    """
    _WRITERS[file_format](export, path, options)


def _write_csv(export: Export, path: Path, options: ExportOptions) -> None:
    with path.open("wb") as file:
        file.writelines(csv_of(_tables(export, options.language), bom=options.bom))


def _write_xlsx(export: Export, path: Path, options: ExportOptions) -> None:
    name = sheet_title(export.name, options.language)
    with spooled(_tables(export, options.language)) as rows, path.open("wb") as file:
        fitting = [
            place
            for place, (column, longest) in enumerate(zip(rows.columns, rows.longest, strict=True))
            if column.key != export.geometry or longest <= MAX_TEXT
        ]
        headings = [rows.columns[place].heading for place in fitting]
        batches = ([batch[place] for place in fitting] for batch in rows.batches())
        sheet = Sheet(name, batches, rows.row_count, headings, [COLUMN_WIDTH] * len(headings))
        write_workbook([sheet], file, title=name, on=options.on)


def _write_geojson(export: Export, path: Path, options: ExportOptions) -> None:
    """Names and values are those of the service's answers, whatever the language."""
    del options
    features = (features_of(_attributes(export, batch, "en"), _texts(export, batch)) for batch in export.batches)
    with path.open("wb") as file:
        file.writelines(feature_collection(features))


def _write_gpkg(export: Export, path: Path, options: ExportOptions) -> None:
    write_geopackage(export.batches, path, layer=export.name, geometry=export.geometry, on=options.on)


def _tables(export: Export, language: Language) -> Iterator[list[Column]]:
    """The batches as tables show them, the geometry last; one empty batch where there is none at all."""
    empty = True
    for batch in export.batches:
        empty = False
        yield [*_attributes(export, batch, language), *_place(export, batch, language)]
    if empty:
        nothing = pa.RecordBatch.from_pylist([], export.batches.schema)
        yield [*_attributes(export, nothing, language), *_place(export, nothing, language)]


def _attributes(export: Export, batch: pa.RecordBatch, language: Language) -> list[Column]:
    names = [name for name in batch.schema.names if name != export.geometry]
    return [Column(name, field_title(export.name, name, language), *_shown(batch.column(name))) for name in names]


def _shown(values: pa.Array) -> tuple[pa.Array, Style]:
    if pa.types.is_dictionary(values.type) or pa.types.is_large_string(values.type):
        return values.cast(pa.string()), Style.PLAIN
    return values, Style.DATE if pa.types.is_date(values.type) else Style.PLAIN


def _place(export: Export, batch: pa.RecordBatch, language: Language) -> list[Column]:
    if export.geometry is None:
        return []
    shapes = shapes_of(batch.column(export.geometry))
    if not export.has_points:
        heading = field_title(export.name, export.geometry, language)
        return [Column(export.geometry, heading, wkt_values(shapes))]
    longitude, latitude = (field_title(export.name, name, language) for name in ("longitude", "latitude"))
    return position_columns(shapes, (longitude, latitude))


def _texts(export: Export, batch: pa.RecordBatch) -> np.ndarray:
    if export.geometry is None:
        return np.full(len(batch), None, np.object_)
    return geojson_texts(shapes_of(batch.column(export.geometry)))


_WRITERS: Mapping[ExportFormat, Callable[[Export, Path, ExportOptions], None]] = {
    ExportFormat.CSV: _write_csv,
    ExportFormat.XLSX: _write_xlsx,
    ExportFormat.GEOJSON: _write_geojson,
    ExportFormat.GPKG: _write_gpkg,
}
