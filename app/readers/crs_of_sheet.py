"""Which coordinate system a sheet is in: the user's word, else the file's, else degrees if the numbers can be such."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import shapely

from app.errors import Fault, InvalidInput
from app.geometry.crs import SUPPORTED_CRS, coordinate_system, positions_taken
from app.geometry.positions import Coordinates
from app.geometry.swapped import swapped_axes
from app.readers.crs_names import system_name
from app.readers.headings import Matches
from app.readers.numbers import mark_of, read_numbers
from app.readers.sheets import RawSheet, as_text
from app.readers.spatial import GEOMETRY_KINDS, LON_LAT, SheetCrs
from app.readers.well_known import from_wkb, from_wkt

SAMPLE_ROWS = 10_000


def crs_of(sheet: RawSheet, matches: Matches, *, asked: str | None) -> SheetCrs:
    """Raises InvalidInput: `unknown_crs`; `crs_missing` where nothing names it and the numbers are no degrees."""
    return chosen_crs(_coordinates(sheet, matches), own=sheet.crs, asked=asked)


def chosen_crs(coordinates: Coordinates, *, own: str | None, asked: str | None) -> SheetCrs:
    """The system of positions as they stand, `own` being what the file names. Raises InvalidInput as `crs_of`."""
    if asked is not None:
        return _asked(asked, own)
    if own:
        return SheetCrs(system_name(own), "FILE")
    if not len(coordinates):
        return SheetCrs()
    could_be_degrees = positions_taken(coordinates) | positions_taken(coordinates[:, ::-1])
    if could_be_degrees.mean() <= 0.5:  # most: single bad places are faults of their rows
        x, y = (float(number) for number in coordinates[0])
        raise InvalidInput(Fault("crs_missing", "?crs", [x, y], {"x": x, "y": y, "supported": SUPPORTED_CRS}))
    return SheetCrs(LON_LAT, "ASSUMED")


def crs_of_streets(coordinates: Coordinates, *, own: str | None, asked: str | None) -> SheetCrs:
    """As `chosen_crs`, with a note where a whole network in degrees looks as if its axes were swapped."""
    crs = chosen_crs(coordinates, own=own, asked=asked)
    finite = _finite(coordinates)
    if not len(finite) or not coordinate_system(crs.name).is_geographic:
        return crs
    return replace(crs, notes=(*crs.notes, *swapped_axes(finite, pointer="")))


def _asked(asked: str, named: str | None) -> SheetCrs:
    try:
        system = coordinate_system(asked)
    except InvalidInput as refusal:
        raise InvalidInput(*(Fault(one.code, "?crs", one.value, one.params) for one in refusal.faults)) from None
    try:
        own = coordinate_system(system_name(named)) if named else system
    except InvalidInput:
        own = system
    differs = not own.is_same(system)
    note = Fault("crs_overrides_file", "", own.name, {"crs": system.name, "own": own.name})
    return SheetCrs(system.name, "OPTION", (note,) if differs else ())


def _coordinates(sheet: RawSheet, matches: Matches) -> Coordinates:
    """A sample of the positions, as they stand."""
    if sheet.geometry is not None:
        return _finite(shapely.get_coordinates(_geometries(sheet.geometry.slice(0, SAMPLE_ROWS))))
    for match in matches.matches:
        if match.target.field.kind in GEOMETRY_KINDS:
            texts = as_text(sheet.columns[match.column].slice(0, SAMPLE_ROWS)).to_pylist()
            values = np.array([text.strip() or None for text in texts], np.object_)
            return _finite(shapely.get_coordinates(from_wkt(values)))
    pair = [matches.by_name.get(name) for name in ("longitude", "latitude")]
    if pair[0] is None or pair[1] is None:
        return np.empty((0, 2))
    cells = [sheet.columns[match.column].slice(0, SAMPLE_ROWS) for match in pair if match]
    mark = mark_of(sheet, matches)
    columns = [read_numbers(one, kind="figure", mark=mark).values for one in cells]
    return _finite(np.column_stack([one.to_numpy(zero_copy_only=False) for one in columns]))


def _geometries(cells: pa.BinaryArray) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return from_wkb(cells.to_numpy(zero_copy_only=False))


def _finite(coordinates: Coordinates) -> Coordinates:
    finite: Coordinates = coordinates[np.isfinite(coordinates).all(axis=1)]
    return finite
