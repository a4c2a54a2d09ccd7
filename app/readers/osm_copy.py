"""A copy of a file of OpenStreetMap that the library reads whole, whatever the order and the ids of the file."""

from pathlib import Path
from typing import Final, TypeAlias

import osmium

from app.errors import Fault, InvalidInput
from app.readers.osm_files import LIBRARY_ERRORS, NOWHERE, PBF, XML, OsmFile
from app.readers.osm_things import LARGEST_ID, Head, Numbers, Place, Things
from app.readers.osm_xml import read_xml

_Item: TypeAlias = osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation

_COPY: Final = "in_order.osm.pbf"
_PER_DEGREE: Final = 1e7


def in_order(given: OsmFile, folder: Path) -> tuple[OsmFile, Numbers]:
    """The copy, written into the folder, and the ids that were changed for it.

    Left out is what is deleted. Raises InvalidInput with the place in the file: what `read_xml` raises;
    `osm_unreadable_after`, `osm_text_wrong`, `osm_position_wrong`, `osm_id_wrong`; `osm_unreadable`.
    """
    things = read_xml(given.path) if given.form == XML else _read(given)
    path = folder / _COPY
    return OsmFile(path, PBF), things.write(path)


def _read(given: OsmFile) -> Things:
    things, seen = Things(), ""
    try:
        for item in osmium.FileProcessor(given.file()):
            if isinstance(item, _Item):
                _take(item, things)
                seen = _name(item)
    except LIBRARY_ERRORS as error:
        reason = str(error)[:200]
        fault = Fault("osm_unreadable_after", "", reason, {"element": seen}) if seen else None
        raise InvalidInput(fault or Fault("osm_unreadable", "", reason)) from error
    return things


def _take(item: _Item, things: Things) -> None:
    head = _head(item)
    if isinstance(item, osmium.osm.Node):
        things.add_node(head, _place(item, item.location))
    elif isinstance(item, osmium.osm.Way):
        things.add_way(head, [(_id(item, node.ref), _place(item, node.location)) for node in item.nodes])
    else:
        things.add_relation(head, [(one.type, _id(item, one.ref), one.role) for one in item.members])


def _head(item: _Item) -> Head:
    try:
        tags = dict(item.tags)
    except UnicodeDecodeError as error:
        raise InvalidInput(Fault("osm_text_wrong", "", None, {"element": _name(item)})) from error
    return Head(_id(item, item.id), item.version, item.deleted, tags)


def _id(item: _Item, number: int) -> int:
    if abs(number) < LARGEST_ID:
        return number
    raise InvalidInput(Fault("osm_id_wrong", "", number, {"element": _name(item), "id": number}))


def _place(item: _Item, location: osmium.osm.Location) -> Place | None:
    """Where a node stands; None where nothing is said."""
    if location.valid():
        return location.lon, location.lat
    if NOWHERE in {location.x, location.y}:
        return None
    x, y = location.x / _PER_DEGREE, location.y / _PER_DEGREE
    raise InvalidInput(Fault("osm_position_wrong", "", [x, y], {"element": _name(item), "x": x, "y": y}))


def _name(item: _Item) -> str:
    return f"{type(item).__name__.lower()}/{item.id}"
