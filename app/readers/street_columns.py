"""Which columns of a table of streets are the ends, their places, the length and the class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import Fault, InvalidInput
from app.readers.forms import normal_heading
from app.readers.street_tags import TAGS

FIELDS: Final[Mapping[str, Sequence[str]]] = {
    "start": ("start", "from", "u", "start_node", "source", "起点"),
    "end": ("end", "to", "v", "end_node", "target", "终点"),
    "x": ("x", "start_x", "xcoord", "lon", "longitude", "起点经度", "经度"),
    "y": ("y", "start_y", "ycoord", "lat", "latitude", "起点纬度", "纬度"),
    "end_x": ("end_x", "end_lon", "终点经度"),
    "end_y": ("end_y", "end_lat", "终点纬度"),
    "length": ("length", "length_m", "长度"),
    "class": ("class", "highway", "fclass", "道路等级"),
}
NEEDED: Final = ("start", "end", "x", "y")


@dataclass(frozen=True)
class StreetColumns:
    """The place of each field's column; `asked` are those that the mapping names, `tags` the columns of tags."""

    places: Mapping[str, int]
    asked: frozenset[str]
    notes: tuple[Fault, ...]
    tags: Mapping[str, int]

    @property
    def missing(self) -> list[str]:
        """What an edge list needs and is not there."""
        return [field for field in NEEDED if field not in self.places]


def street_columns(headings: Sequence[str], mapping: Mapping[str, str]) -> StreetColumns:
    """The columns: where the mapping says, else by name. Tags go by their names alone, in capitals or not.

    The mapping gives the field of a heading ("" leaves the column out), or the heading of a field: both are understood.
    Raises InvalidInput `mapping_unknown_field`.
    """
    mapping = _by_heading(headings, mapping)
    wrong = {heading: field for heading, field in mapping.items() if field and field not in FIELDS}
    if wrong:
        params = [{"heading": heading, "field": field} for heading, field in wrong.items()]
        raise InvalidInput(*(Fault("street_field_unknown", "?mapping", one["field"], one) for one in params))
    asked = {field: place for place, heading in enumerate(headings) for field in [mapping.get(heading)] if field}
    by_name = {normal_heading(heading): place for place, heading in enumerate(headings) if heading not in mapping}
    known = {
        field: by_name[normal_heading(name)]
        for field, names in FIELDS.items()
        for name in reversed(names)
        if normal_heading(name) in by_name
    }
    unused = [heading for heading in mapping if heading not in headings]
    notes = tuple(Fault("mapping_unused", "?mapping", heading, {"heading": heading}) for heading in unused)
    tags = {tag: by_name[tag] for tag in TAGS if tag in by_name}
    return StreetColumns({**known, **asked}, frozenset(asked), notes, tags)


def _by_heading(headings: Sequence[str], mapping: Mapping[str, str]) -> Mapping[str, str]:
    is_by_field = all(name in FIELDS for name in mapping) and not all(name in FIELDS for name in mapping.values())
    if is_by_field and not set(mapping) & set(headings):
        return {heading: field for field, heading in mapping.items()}
    return mapping
