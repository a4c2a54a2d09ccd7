"""GeoPackage and zipped Shapefile, through GDAL."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError

from app.errors import Fault, InvalidInput
from app.readers.archives import check_archive, unpack
from app.readers.options import ReadLimits
from app.readers.parquet import flat_column
from app.readers.reader import Reader
from app.readers.shapefile_text import BYTES_AS_TEXT, ShapefileText, with_text
from app.readers.sheets import RawSheet, check_text
from app.readers.sources import Source

GEOPACKAGE_DRIVER, SHAPEFILE_DRIVER = "GPKG", "ESRI Shapefile"
MOST_LAYERS = 100
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_GDAL_ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, pa.ArrowInvalid, UnicodeDecodeError, OSError)
_SYSTEM_NOT_READ = (CRSError, UnboundLocalError)
"""What pyogrio raises where GDAL cannot write down the coordinate system of a layer."""
GEOMETRY_HEADING = "geometry"
CURVES = range(8, 13)
"""The types of binary whose lines are or may be arcs."""
ARC_STEP_DEGREES = 1
"""An arc becomes chords that turn by so much each."""


def read_source(path: Path, name: str, reader: Reader) -> Source:
    """The layers of a GeoPackage or of a zipped Shapefile. Raises InvalidInput."""
    if not is_zipfile(path):
        sheets, notes = read_geopackage(path, folder=reader.folder, limits=reader.limits)
        return Source(sheets, notes=notes)
    layers = read_shapefiles(path, folder=reader.folder, encoding=reader.options.encoding, limits=reader.limits)
    notes = tuple(note for layer in layers for note in layer.notes)
    return Source(tuple(layer.sheet for layer in layers), encoding=layers[0].encoding, notes=notes)


def read_geopackage(path: Path, *, folder: Path, limits: ReadLimits) -> tuple[tuple[RawSheet, ...], tuple[Fault, ...]]:
    """The layers of a GeoPackage, with or without geometry, and a note on each that has curves.

    Raises InvalidInput `file_truncated` and limits' codes.
    """
    if path.suffix.lower() != ".gpkg":  # GDAL minds the name
        link = folder / "input.gpkg"
        link.symlink_to(path.resolve())
        path = link
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)][:MOST_LAYERS]
        if pyogrio.read_info(path, layer=names[0])["driver"] != GEOPACKAGE_DRIVER:
            raise InvalidInput(Fault("file_truncated", "", None, {"format": "GeoPackage"}))
        layers = [_straightened(path, check_text(_layer(path, name, limits))) for name in names]
        return tuple(sheet for sheet, _ in layers), tuple(note for _, notes in layers for note in notes)
    except (*_GDAL_ERRORS, *_SYSTEM_NOT_READ, IndexError) as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "GeoPackage"})) from error


def read_shapefiles(path: Path, *, folder: Path, encoding: str | None, limits: ReadLimits) -> tuple[ShapefileText, ...]:
    """The layers of a zipped Shapefile, unpacked into `folder`."""
    try:
        with ZipFile(path) as archive:
            check_archive(archive, limits)
            layers = tuple(_unpacked(archive, folder, limits))
    except BadZipFile as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "ZIP"})) from error
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    return tuple(_shapefile(shape, name, encoding, limits) for name, shape in layers)


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
    names: list[str] = table.column_names  # several may be alike: columns go by their places
    at = len(names) - 1 - names[::-1].index(heading) if heading in names else len(names)
    geometry = table.column(at).combine_chunks() if at < len(names) else None
    return RawSheet(
        name=name,
        headings=tuple(names[:at] + names[at + 1 :]),
        columns=tuple(flat_column(table.column(place)) for place in range(len(names)) if place != at),
        rows=np.arange(1, table.num_rows + 1, dtype=np.int64),
        heading_row=0,
        geometry=_whole(geometry),
        geometry_heading=GEOMETRY_HEADING if heading == "wkb_geometry" else heading,
        crs=about["crs"],
    )


def _straightened(path: Path, sheet: RawSheet) -> tuple[RawSheet, list[Fault]]:
    """The layer with curves as straight pieces, and a note where there are any."""
    if sheet.geometry is None:
        return sheet, []
    heads = pc.binary_slice(sheet.geometry, 1, 5)
    curved = [
        head for head in heads.unique().drop_null().to_pylist() if int.from_bytes(head, "little") % 1000 in CURVES
    ]
    if not curved:
        return sheet, []
    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(ARC_STEP_DEGREES)})
    straight = pa.array(pyogrio.raw.read(path, layer=sheet.name, columns=[])[2], pa.binary())
    is_curved = pc.is_in(heads, value_set=pa.array(curved, pa.binary()))
    share = 1 - math.cos(math.radians(ARC_STEP_DEGREES / 2))
    count = int(pc.sum(is_curved).as_py())
    params = {"layer": sheet.name, "count": count, "step": ARC_STEP_DEGREES, "percent": round(100 * share, 4)}
    note = Fault("curves_straightened", "", count, params)
    return replace(sheet, geometry=pc.if_else(is_curved, straight, sheet.geometry)), [note]


def _whole(column: pa.Array | pa.ChunkedArray | None) -> pa.Array | None:
    if column is None:
        return None
    whole = column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)
    storage = whole.storage if isinstance(whole, pa.ExtensionArray) else whole
    return storage.cast(pa.binary())


def _shapes(shape: Path, name: str, limits: ReadLimits) -> RawSheet:
    """The layer with its text byte for byte; a system that GDAL does not understand is kept as it is written."""
    try:
        return _layer(shape, name, limits, encoding=BYTES_AS_TEXT)
    except _SYSTEM_NOT_READ:
        system = shape.with_suffix(".prj")
        written = system.read_bytes().decode("latin-1")
        system.unlink()
        return replace(_layer(shape, name, limits, encoding=BYTES_AS_TEXT), crs=written)


def _shapefile(shape: Path, name: str, encoding: str | None, limits: ReadLimits) -> ShapefileText:
    try:
        sheet = _shapes(shape, name, limits)
    except _GDAL_ERRORS as error:
        raise InvalidInput(Fault("file_truncated", "", name, {"format": "Shapefile"})) from error
    return with_text(sheet, shape, encoding=encoding)
