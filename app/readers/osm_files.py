"""Files of OpenStreetMap before they are read: their form, and whether the library reads all that they hold."""

import bz2
import gzip
import mmap
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from typing import Final

import osmium

from app.errors import Fault, InvalidInput

XML, PBF, O5M = "osm", "pbf", "o5m"
LIBRARY_ERRORS: Final = (RuntimeError, ValueError, LookupError, ArithmeticError, osmium.InvalidLocationError)
"""What the library raises for what a file holds; it has no family of its own."""
NOWHERE: Final = 2**31 - 1
"""What stands for a coordinate that is not known."""
_PACKED: Final[Mapping[bytes, type[gzip.GzipFile | bz2.BZ2File]]] = {b"\x1f\x8b": gzip.GzipFile, b"BZh": bz2.BZ2File}
_HEADS: Final = {b"\xff\xe0\x04o5": O5M}
_PBF_HEAD: Final = b"\x0a\x09OSMHeader"
_PBF_LENGTH_BYTES: Final = 4
_HEAD_BYTES: Final = 64
_DELETED: Final = (re.compile(rb"action\s*=\s*['\"]delete"), re.compile(rb"visible\s*=\s*['\"]false"))
_PLACES_FEATURE: Final = "LocationsOnWays"
_PLACE_WITHIN_WAY: Final = re.compile(rb"<nd\s[^>]*?\blat\s*=")
_BELOW_ZERO: Final = re.compile(rb"id\s*=\s*['\"]-")


@dataclass(frozen=True)
class OsmFile:
    """A file and its form: `osm` (XML), `pbf`, `o5m`, or "" where the library tells it by the file's name."""

    path: Path
    form: str

    def file(self) -> osmium.io.File:
        """What the library opens."""
        return osmium.io.File(str(self.path), self.form)

    @property
    def holds_deleted(self) -> bool:
        """Whether some of it may be deleted, or there in several versions."""
        if self.form == XML:
            return any(self._holds(pattern) for pattern in _DELETED)
        return self._header().has_multiple_object_versions

    @property
    def holds_ids_below_zero(self) -> bool:
        """Whether XML names ids below zero, of a thing, its user or what it consists of."""
        return self.form == XML and self._holds(_BELOW_ZERO)

    def holds_places_of(self, nodes: Collection[int]) -> bool:
        """Whether nodes that the library did not find are there: below zero, after their ways, or within them.

        With no nodes at all: whether those of a way without any may stand elsewhere, as in answers in several parts.
        """
        if not nodes or min(nodes) < 0 or self.holds_places_within_ways:
            return True
        return not self.says_it_is_sorted and self._holds_any(nodes)

    @property
    def says_it_is_sorted(self) -> bool:
        """Whether the file says that nodes come first, then ways, then relations, each by their ids."""
        return self._header().get("sorting") == "Type_then_ID"

    @property
    def holds_places_within_ways(self) -> bool:
        """Whether ways say where their nodes stand."""
        if self.form == XML:
            return self._holds(_PLACE_WITHIN_WAY)
        header = self._header()
        features = takewhile(bool, (header.get(f"pbf_optional_feature_{number}") for number in count()))
        return _PLACES_FEATURE in features

    def _holds_any(self, nodes: Collection[int]) -> bool:
        found = osmium.FileProcessor(self.file(), osmium.osm.NODE).with_filter(osmium.filter.IdFilter(nodes))
        return next(iter(found), None) is not None

    def _holds(self, pattern: re.Pattern[bytes]) -> bool:
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return pattern.search(content) is not None

    def _header(self) -> osmium.io.Header:
        return osmium.FileProcessor(self.file()).header


@contextmanager
def opened(path: Path, folder: Path) -> Iterator[OsmFile]:
    """A file with its form, told by its content; one that is packed is unpacked into the folder.

    Raises InvalidInput `osm_unreadable` for a packed file that is cut off.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    packed_as = next((kind for magic, kind in _PACKED.items() if head.startswith(magic)), None)
    if packed_as is None:
        yield OsmFile(path, _form_of(head))
        return
    target = folder / "unpacked"
    try:
        with packed_as(path, "rb") as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
    except (OSError, EOFError) as error:
        raise InvalidInput(Fault("osm_unreadable", "", str(error)[:200])) from error
    with opened(target, folder) as inner:
        yield inner


def _form_of(head: bytes) -> str:
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return XML
    if head[_PBF_LENGTH_BYTES:].startswith(_PBF_HEAD):
        return PBF
    return next((form for magic, form in _HEADS.items() if head.startswith(magic)), "")
