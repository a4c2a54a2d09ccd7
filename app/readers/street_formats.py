"""What kind of street file it is, by its content."""

from dataclasses import replace
from pathlib import Path
from typing import Final
from xml.parsers import expat

from app.errors import Fault, InvalidInput
from app.readers.recognise import HEAD_BYTES, Format, recognise

OSM_PBF, OSM_XML, GRAPHML = "OSM_PBF", "OSM_XML", "GRAPHML"
READABLE: Final = "OSM PBF, OSM XML, GraphML, GeoPackage, GeoJSON, ZIP (Shapefile, CSV), Parquet, CSV"
_PBF_HEAD: Final = b"\x0a\x09OSMHeader"
_PBF_LENGTH_BYTES: Final = 4
_ROOTS: Final = {"osm": OSM_XML, "graphml": GRAPHML}
_PIECE_BYTES: Final = 64 * 1024


def recognise_streets(path: Path) -> str:
    """The format of a street file: one of those above, or a member of Format.

    Raises InvalidInput: `file_empty`, `file_not_recognised` and their kin, `street_xml_entities`, `xml_unreadable`.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[_PBF_LENGTH_BYTES:].startswith(_PBF_HEAD):
        return OSM_PBF
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return _by_root(path)
    try:
        form = recognise(path)
    except InvalidInput as refusal:
        raise InvalidInput(*map(_for_streets, refusal.faults)) from None
    if form is Format.XLSX:
        raise _other("XLSX")
    return form.value


def _by_root(path: Path) -> str:
    """By the first element; nothing before it may declare entities, which could grow without end."""
    seen = _Prolog()
    with path.open("rb") as file:
        while not seen.root and (piece := file.read(_PIECE_BYTES)):
            seen.take(piece)
    if seen.root not in _ROOTS:
        raise _other(f"XML <{seen.root[:40]}>" if seen.root else "XML")
    return _ROOTS[seen.root]


class _Prolog:
    """What stands before the first element, and its name."""

    def __init__(self) -> None:
        self.root = ""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EntityDeclHandler = self._refuse

    def take(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            if not self.root:
                params = {"line": error.lineno, "column": error.offset + 1}
                raise InvalidInput(Fault("xml_unreadable", "", None, params)) from error
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or that expat cannot use
            if not self.root:
                raise InvalidInput(Fault("xml_unreadable", "", None, {"line": 1, "column": 1})) from error

    def _start(self, name: str, _attributes: object) -> None:
        self.root = self.root or name.rpartition(" ")[2]

    def _refuse(self, name: str, *_others: object) -> None:
        raise InvalidInput(Fault("street_xml_entities", "", name[:40]))


def _other(seen: str) -> InvalidInput:
    return InvalidInput(Fault("file_of_other_format", "", seen, {"seen": seen, "readable": READABLE}))


def _for_streets(fault: Fault) -> Fault:
    if "readable" not in fault.params:
        return fault
    return replace(fault, params={**fault.params, "readable": READABLE})
