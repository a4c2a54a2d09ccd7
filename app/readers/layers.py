"""GeoPackage and zipped Shapefile, through GDAL."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from app.errors import Fault, InvalidInput
from app.readers.archives import check_archive, unpack
from app.readers.encodings import codec_of, detected_codec
from app.readers.options import ReadLimits
from app.readers.parquet import flat_column
from app.readers.reader import Reader
from app.readers.sheets import RawSheet, as_text
from app.readers.sources import Source

GEOPACKAGE_DRIVER, SHAPEFILE_DRIVER = "GPKG", "ESRI Shapefile"
MOST_LAYERS = 100
BYTES_AS_TEXT = "ISO-8859-1"
"""An encoding that every byte is a character of: so text arrives byte for byte."""
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_GDAL_ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, pa.ArrowInvalid, UnicodeDecodeError)
GEOMETRY_HEADING = "geometry"


def read_source(path: Path, name: str, reader: Reader) -> Source:
    """The layers of a GeoPackage or of a zipped Shapefile. Raises InvalidInput."""
    if not is_zipfile(path):
        return Source(read_geopackage(path, folder=reader.folder, limits=reader.limits))
    encoding = reader.options.encoding
    sheets, shown = read_shapefiles(path, folder=reader.folder, encoding=encoding, limits=reader.limits)
    return Source(sheets, encoding=shown)


def read_geopackage(path: Path, *, folder: Path, limits: ReadLimits) -> tuple[RawSheet, ...]:
    """The layers of a GeoPackage, with or without geometry. Raises InvalidInput `file_truncated` and limits' codes."""
    if path.suffix.lower() != ".gpkg":  # GDAL minds the name
        link = folder / "input.gpkg"
        link.symlink_to(path.resolve())
        path = link
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)][:MOST_LAYERS]
        if pyogrio.read_info(path, layer=names[0])["driver"] != GEOPACKAGE_DRIVER:
            raise InvalidInput(Fault("file_truncated", "", None, {"format": "GeoPackage"}))
        return tuple(_layer(path, name, limits) for name in names)
    except (*_GDAL_ERRORS, IndexError) as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "GeoPackage"})) from error


def read_shapefiles(
    path: Path, *, folder: Path, encoding: str | None, limits: ReadLimits
) -> tuple[tuple[RawSheet, ...], str]:
    """The layers of a zipped Shapefile, unpacked into `folder`, and the encoding of their text."""
    try:
        with ZipFile(path) as archive:
            check_archive(archive, limits)
            layers = tuple(_unpacked(archive, folder, limits))
    except BadZipFile as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "ZIP"})) from error
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    sheets, encodings = [], []
    for name, shape in layers:
        sheet, shown = _shapefile(shape, name, encoding, limits)
        sheets.append(sheet)
        encodings.append(shown)
    return tuple(sheets), encodings[0]


def _unpacked(archive: ZipFile, folder: Path, limits: ReadLimits) -> Iterator[tuple[str, Path]]:
    """Each layer's name, and its main file under a name of ours."""
    groups: dict[str, dict[str, ZipInfo]] = {}
    for entry in archive.infolist():
        place = PurePosixPath(entry.filename.replace("\\", "/"))
        if place.suffix.lower() in _PARTS and not place.name.startswith("._"):
            groups.setdefault(str(place.with_suffix("")), {})[place.suffix.lower()] = entry
    complete = {name: parts for name, parts in groups.items() if ".shp" in parts}
    for number, (name, parts) in enumerate(list(complete.items())[:MOST_LAYERS]):
        for suffix, entry in parts.items():
            unpack(archive, entry, folder / f"layer{number}{suffix}", limits)
        yield PurePosixPath(name).name, folder / f"layer{number}.shp"


def _layer(path: Path, name: str, limits: ReadLimits, encoding: str | None = None) -> RawSheet:
    info = pyogrio.read_info(path, layer=None if encoding else name, encoding=encoding)
    count, width = int(info["features"]), len(info["fields"])
    if count > limits.rows:
        raise InvalidInput(Fault("too_many_rows", "", count, {"count": count, "limit": limits.rows}))
    if width > limits.columns:
        raise InvalidInput(Fault("too_many_columns", "", width, {"count": width, "limit": limits.columns}))
    about, table = pyogrio.read_arrow(path, layer=None if encoding else name, encoding=encoding)
    heading = about["geometry_name"] or ("wkb_geometry" if about["geometry_type"] else "")
    geometry = table.column(heading).combine_chunks() if heading in table.column_names else None
    names = [one for one in table.column_names if one != heading]
    return RawSheet(
        name=name,
        headings=tuple(names),
        columns=tuple(flat_column(table.column(one)) for one in names),
        rows=np.arange(1, table.num_rows + 1, dtype=np.int64),
        heading_row=0,
        geometry=_whole(geometry),
        geometry_heading=GEOMETRY_HEADING if heading == "wkb_geometry" else heading,
        crs=about["crs"],
    )


def _whole(column: pa.Array | pa.ChunkedArray | None) -> pa.Array | None:
    if column is None:
        return None
    whole = column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)
    storage = whole.storage if isinstance(whole, pa.ExtensionArray) else whole
    return storage.cast(pa.binary())


def _shapefile(shape: Path, name: str, encoding: str | None, limits: ReadLimits) -> tuple[RawSheet, str]:
    try:
        sheet = _layer(shape, name, limits, encoding=BYTES_AS_TEXT)
    except _GDAL_ERRORS as error:
        raise InvalidInput(Fault("file_truncated", "", name, {"format": "Shapefile"})) from error
    codec, shown = _codec(sheet, shape.with_suffix(".cpg"), encoding)
    columns = tuple(_decoded(column, codec) if pa.types.is_string(column.type) else column for column in sheet.columns)
    headings = tuple(_text_of(heading, codec).rstrip("\ufffd") for heading in sheet.headings)
    return (
        RawSheet(
            **{**sheet.__dict__, "headings": headings, "columns": columns, "are_headings_cut": True},
        ),
        shown,
    )


def _codec(sheet: RawSheet, code_page: Path, encoding: str | None) -> tuple[str, str]:
    """By the user's word, else the .cpg file's, else what the bytes can be."""
    if encoding is not None:
        return codec_of(encoding)
    if code_page.exists():
        try:
            return codec_of(code_page.read_text(encoding="ascii", errors="replace").strip()[:40])
        except InvalidInput:
            pass  # an unknown word in it says as little as no file
    return detected_codec(_bytes_of(sheet)) or ("gb18030", "GB18030")


def _bytes_of(sheet: RawSheet) -> bytes:
    texts: list[str] = list(sheet.headings)
    for column in sheet.columns:
        if pa.types.is_string(column.type):
            texts += as_text(column).unique().to_pylist()
    return "\n".join(texts).encode("latin-1", "replace")


def _decoded(column: pa.StringArray, codec: str) -> pa.StringArray:
    encoded = column.dictionary_encode()
    words: Sequence[str | None] = encoded.dictionary.to_pylist()
    texts = [None if word is None else _text_of(word, codec) for word in words]
    return pa.array(texts, pa.string()).take(encoded.indices)


def _text_of(text: str, codec: str) -> str:
    """The text that these bytes are; a character cut off at the end of a field shows as such."""
    return text.encode("latin-1", "replace").decode(codec, "replace")
