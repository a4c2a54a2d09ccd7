"""A file of any format as sheets of cells. The module that reads a format is loaded when a file of it comes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Protocol

from app.errors import Fault, InvalidInput
from app.readers.reader import Reader
from app.readers.recognise import Format, is_named_so, recognise
from app.readers.sheets import RawSheet

MODULES: Mapping[Format, str] = {
    Format.CSV: "csv_files",
    Format.ZIPPED_CSV: "csv_files",
    Format.XLSX: "workbook",
    Format.GEOJSON: "geojson_file",
    Format.GEOPACKAGE: "layers",
    Format.SHAPEFILE: "layers",
    Format.PARQUET: "parquet",
}


@dataclass(frozen=True)
class Source:
    """What a file holds, and how it was read."""

    sheets: tuple[RawSheet, ...]
    format: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[Fault, ...] = ()


class FormatModule(Protocol):
    """What a format's module offers."""

    def read_source(self, path: Path, name: str, reader: Reader) -> Source:
        """The sheets of a file that the user calls `name`."""


def read_source(path: Path, name: str, reader: Reader) -> Source:
    """The sheets of a file. Raises InvalidInput with the reason why it cannot be read."""
    size = path.stat().st_size
    if size > reader.limits.file_bytes:
        raise InvalidInput(Fault("file_too_large", "", size, {"size": size, "limit": reader.limits.file_bytes}))
    form = recognise(path)
    module: FormatModule = import_module(f"app.readers.{MODULES[form]}")
    source = replace(module.read_source(path, name, reader), format=form.value)
    if is_named_so(name, form):
        return source
    note = Fault("extension_differs", "", name, {"name": name, "format": form.value})
    return replace(source, notes=(*source.notes, note))
