"""What kind of file it is, by its content: the name only says what the user believes."""

from enum import StrEnum
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from app.errors import Fault, InvalidInput

HEAD_BYTES = 4096
_SQLITE, _ZIP, _PARQUET, _OLD_OFFICE = b"SQLite format 3\0", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHAPEFILE = b"\x00\x00\x27\x0a"
_FOREIGN = {
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"PK\x05\x06": "ZIP",
}
_APPLICATION = slice(68, 72)
"""Where a SQLite file says which program it belongs to."""
_GEOPACKAGES = (b"GPKG", b"GP10", b"GP11")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Format(StrEnum):
    CSV = "CSV"
    XLSX = "XLSX"
    GEOJSON = "GEOJSON"
    GEOPACKAGE = "GEOPACKAGE"
    SHAPEFILE = "SHAPEFILE"
    PARQUET = "PARQUET"
    ZIPPED_CSV = "ZIPPED_CSV"


EXTENSIONS = {
    Format.CSV: (".csv", ".tsv", ".txt"),
    Format.XLSX: (".xlsx", ".xlsm"),
    Format.GEOJSON: (".geojson", ".json"),
    Format.GEOPACKAGE: (".gpkg",),
    Format.SHAPEFILE: (".zip", ".shz"),
    Format.PARQUET: (".parquet", ".geoparquet", ".pq"),
    Format.ZIPPED_CSV: (".zip",),
}
READABLE = "CSV, TSV, XLSX, GeoJSON, GeoPackage, ZIP (Shapefile, CSV), Parquet"


def recognise(path: Path) -> Format:
    """The format of a file. Raises InvalidInput: `file_empty`, `file_not_recognised` and their kin."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise InvalidInput(Fault("file_empty"))
    if head.startswith(_ZIP):
        return _recognise_archive(path)
    if head.startswith(_SQLITE):
        return _recognise_sqlite(head)
    if head.startswith(_PARQUET):
        return Format.PARQUET
    _refuse_foreign(head)
    if b"\0" in head and not head.startswith(_UTF16):
        raise InvalidInput(Fault("file_not_recognised", "", None, {"readable": READABLE}))
    return _recognise_text(head)


def is_named_so(name: str, form: Format) -> bool:
    """Whether the file's name fits its content; one without an extension always does."""
    suffix = Path(name).suffix.lower()
    return not suffix or suffix in EXTENSIONS[form]


def _recognise_sqlite(head: bytes) -> Format:
    if head[_APPLICATION] not in _GEOPACKAGES:
        raise InvalidInput(Fault("file_of_other_format", "", "SQLite", {"seen": "SQLite", "readable": READABLE}))
    return Format.GEOPACKAGE


def _recognise_text(head: bytes) -> Format:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"{":
        return Format.GEOJSON
    if text[:1] == b"[":
        raise InvalidInput(Fault("json_not_geojson"))
    if text[:1] == b"<":
        raise InvalidInput(Fault("file_is_markup", "", None, {"readable": READABLE}))
    return Format.CSV


def _refuse_foreign(head: bytes) -> None:
    if head.startswith(_OLD_OFFICE):
        raise InvalidInput(Fault("file_old_excel"))
    if head.startswith(_SHAPEFILE):
        raise InvalidInput(Fault("shapefile_not_zipped"))
    seen = next((name for magic, name in _FOREIGN.items() if head.startswith(magic)), None)
    if seen:
        raise InvalidInput(Fault("file_of_other_format", "", seen, {"seen": seen, "readable": READABLE}))


def _recognise_archive(path: Path) -> Format:
    try:
        with ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "ZIP"})) from error
    if any(name.startswith("xl/") for name in names):
        return Format.XLSX
    if any(name.endswith(".shp") for name in names):
        return Format.SHAPEFILE
    if any(name.endswith((".csv", ".tsv", ".txt")) for name in names):
        return Format.ZIPPED_CSV
    raise InvalidInput(Fault("archive_without_data", "", None, {"readable": READABLE}))
