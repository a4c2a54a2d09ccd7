"""The streets of a file of any format. The module that reads a format is loaded when a file of it comes."""

from importlib import import_module
from pathlib import Path
from typing import Protocol

from app.errors import Fault, InvalidInput
from app.readers.found_streets import FoundStreets
from app.readers.osm import WalkableWays, walkable_ways
from app.readers.reader import Reader
from app.readers.street_formats import GRAPHML, OSM_PBF, OSM_XML, recognise_streets

_MODULES = {OSM_PBF: "street_osm", OSM_XML: "street_osm", GRAPHML: "street_graph"}
_OTHERS = "street_sheets"


class StreetModule(Protocol):
    """What a format's module offers."""

    def find(self, path: Path, form: str, reader: Reader, ways: WalkableWays | None) -> FoundStreets:
        """The streets of a file, those that are not walked on left out; all where `ways` is None."""


def find_streets(path: Path, reader: Reader) -> FoundStreets:
    """Raises InvalidInput with the reason why there are none."""
    size = path.stat().st_size
    if size > reader.limits.file_bytes:
        raise InvalidInput(Fault("file_too_large", "", size, {"size": size, "limit": reader.limits.file_bytes}))
    form = recognise_streets(path)
    ways = walkable_ways() if reader.options.walkable_filter == "default" else None
    module: StreetModule = import_module(f"app.readers.{_MODULES.get(form, _OTHERS)}")
    return module.find(path, form, reader, ways)
