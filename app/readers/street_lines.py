"""Streets drawn as lines in a layer: LineStrings and MultiLineStrings, joined where they share a vertex."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.geometry.crs import to_lon_lat
from app.readers.crs_of_sheet import crs_of_streets
from app.readers.numbers import read_numbers
from app.readers.polylines import Polylines, zero_though_drawn
from app.readers.sheets import RawSheet
from app.readers.spatial import SheetCrs
from app.readers.street_columns import StreetColumns
from app.readers.street_lengths import zeros_measured
from app.readers.street_tags import StreetTags, first_of
from app.readers.well_known import from_wkb
from app.walking.street_columns import Floats

_LINE, _MULTI_LINE = 1, 5
_FEWEST = 2


@dataclass(frozen=True)
class Lines:
    """The lines in degrees with their tags, the system that they were given in; how many features are lines or not.

    `notes` tell of lengths that were not taken as stated.
    """

    lines: Polylines
    crs: SheetCrs
    features: int
    not_lines: int
    tags: StreetTags
    notes: tuple[Fault, ...]


def has_lines(sheet: RawSheet) -> bool:
    """Whether any geometry of the sheet is a line."""
    return sheet.geometry is not None and bool(_is_line(_geometries(sheet)).any())


def read_lines(sheet: RawSheet, columns: StreetColumns, *, asked_crs: str | None) -> Lines:
    """The lines of a layer. A length counts only in a column that the mapping names: others may be in any unit.

    A stated length is shared among the parts of a MultiLineString by their own. Raises InvalidInput:
    `street_line_wrong` and `street_figure_wrong` with the feature, and what the coordinate system raises.
    """
    _refuse_malformed(sheet)
    features = _geometries(sheet)
    is_line = _is_line(features)
    parts, feature = shapely.get_parts(features[is_line], return_index=True)
    feature = np.flatnonzero(is_line)[feature]
    counts = shapely.get_num_coordinates(parts)
    has_length = counts >= _FEWEST
    parts, feature, counts = parts[has_length], feature[has_length], counts[has_length]
    positions = shapely.get_coordinates(parts)
    crs = crs_of_streets(positions, own=sheet.crs, asked=asked_crs)
    classes, street_class = _classes(sheet, columns)
    lines = Polylines(
        lon_lat=to_lon_lat(positions, crs=crs.name),
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        length_m=_shared(_lengths(sheet, columns), feature, shapely.length(parts)),
        street_class=street_class[feature],
        classes=classes,
    )
    tags = {tag: sheet.text(place).take(pa.array(feature)).to_pylist() for tag, place in columns.tags.items()}
    zero = zero_though_drawn(lines)
    notes = zeros_measured(len(zero), int(sheet.rows[feature[zero[0]]]) if len(zero) else 0)
    return Lines(lines, crs, int(np.count_nonzero(is_line)), int(np.count_nonzero(~is_line)), tags, notes)


def joined_lines(many: Sequence[Lines]) -> Lines:
    """The lines of several layers as one."""
    offsets = np.cumsum([0, *(len(one.lines.lon_lat) for one in many)])
    names = np.unique(np.array([name for one in many for name in one.lines.classes], np.str_))
    numbers = [np.searchsorted(names, np.array(one.lines.classes, np.str_))[one.lines.street_class] for one in many]
    whole = Polylines(
        lon_lat=np.concatenate([one.lines.lon_lat for one in many]),
        first=np.concatenate([[0], *(one.lines.first[1:] + at for one, at in zip(many, offsets, strict=False))]),
        length_m=np.concatenate([one.lines.length_m for one in many]),
        street_class=np.concatenate(numbers),
        classes=tuple(names.tolist()),
    )
    crs = replace(many[0].crs, notes=tuple(note for one in many for note in one.crs.notes))
    features, not_lines = sum(one.features for one in many), sum(one.not_lines for one in many)
    tags = {tag: [cell for one in many for cell in _tag(one, tag)] for one in many for tag in one.tags}
    return Lines(whole, crs, features, not_lines, tags, tuple(note for one in many for note in one.notes))


def _tag(one: Lines, tag: str) -> Sequence[str]:
    return one.tags.get(tag, [""] * one.lines.count)


def _geometries(sheet: RawSheet) -> NDArray[np.object_]:
    if sheet.geometry is None:
        return np.zeros(0, np.object_)
    binary = sheet.geometry.to_numpy(zero_copy_only=False)
    return from_wkb(binary)


def _is_line(features: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.isin(shapely.get_type_id(features), (_LINE, _MULTI_LINE))


def _refuse_malformed(sheet: RawSheet) -> None:
    """A line whose positions cannot be read would leave a gap that nobody sees."""
    malformed = [row for row, _, fault in sheet.marks if fault.code == "bad_position"]
    if sheet.geometry is not None and not malformed:
        is_lost = shapely.is_missing(_geometries(sheet)) & np.asarray(pc.is_valid(sheet.geometry))
        malformed = sheet.rows[is_lost].tolist()
    if malformed:
        raise InvalidInput(Fault("street_line_wrong", "", None, {"row": malformed[0]}))


def _lengths(sheet: RawSheet, columns: StreetColumns) -> Floats:
    if "length" not in columns.asked:
        return np.full(len(sheet), np.nan)
    place = columns.places["length"]
    read = read_numbers(sheet.columns[place], kind="figure")
    length_m = np.asarray(read.values.to_numpy(zero_copy_only=False), np.float64)
    wrong = [int(found.places[0]) for found in read.found] or np.flatnonzero(length_m < 0)[:1].tolist()
    if wrong:
        params = {"row": int(sheet.rows[wrong[0]]), "column": sheet.headings[place]}
        raise InvalidInput(Fault("street_figure_wrong", "", sheet.text(place)[wrong[0]].as_py(), params))
    return length_m


def _shared(length_m: Floats, feature: NDArray[np.int64], drawn: Floats) -> Floats:
    whole = np.bincount(feature, weights=drawn, minlength=len(length_m))[feature]
    share = np.divide(drawn, whole, out=np.zeros_like(drawn), where=whole > 0)
    lengths: Floats = length_m[feature] * share
    return lengths


def _classes(sheet: RawSheet, columns: StreetColumns) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if "class" not in columns.places:
        return ("",), np.zeros(len(sheet), np.int64)
    words = pc.utf8_trim_whitespace(sheet.text(columns.places["class"])).dictionary_encode()
    names: pa.StringArray = words.dictionary
    return tuple(first_of(name) for name in names.to_pylist()), np.asarray(words.indices).astype(np.int64)
