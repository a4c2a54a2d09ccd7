"""OpenStreetMap's XML read thing by thing, in whatever order and with whatever else stands in it.

Slower than the library, which refuses a file for a version that is no number, or for an element of a later release.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.parsers import expat

from app.errors import Fault, InvalidInput
from app.readers.osm_things import LARGEST_ID, Head, Member, Place, Things

_KINDS: Final = frozenset({"node", "way", "relation"})
_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_HALF_TURN, _QUARTER_TURN = 180.0, 90.0
_CUT_OFF: Final = (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
_PIECE_BYTES: Final = 2**20
_LONGEST_SHOWN: Final = 60

Attributes = Mapping[str, str]


def read_xml(path: Path) -> Things:
    """All things of a file. Raises InvalidInput, each with the place in the file.

    `osm_attribute_wrong` for an id, reference or coordinate that is none, `xml_unreadable`, `street_xml_entities`, and
    `osm_unreadable` for a file that is cut off.
    """
    reading = _Reading()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                reading.parser.Parse(piece, False)
        reading.parser.Parse(b"", True)
    except expat.ExpatError as error:
        if expat.ErrorString(error.code) in _CUT_OFF:
            raise InvalidInput(Fault("osm_unreadable", "", str(error)[:200])) from error
        params = {"line": error.lineno, "column": error.offset + 1}
        raise InvalidInput(Fault("xml_unreadable", "", None, params)) from error
    return reading.things


class _Reading:
    """The thing that is being read, and all that were."""

    def __init__(self) -> None:
        self.things = Things()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._refuse_entity
        self._kind = ""
        self._begin("", {})

    def _begin(self, kind: str, attributes: Attributes) -> None:
        self._kind, self._own = kind, attributes
        self._tags: dict[str, str] = {}
        self._nodes: list[tuple[int | None, Place | None]] = []
        self._members: list[Member] = []
        self._drawn: list[Place | None] = []
        self._element = f"{kind}/{attributes.get('id', '')[:_LONGEST_SHOWN]}"

    def _start(self, name: str, attributes: Attributes) -> None:
        if name in _KINDS and not self._kind:
            self._begin(name, attributes)
        elif name == "tag" and self._kind:
            self._tags[attributes.get("k", "")] = attributes.get("v", "")
        elif name == "nd":
            self._take_node(attributes)
        elif name == "member" and self._kind == "relation":
            self._members.append(
                (attributes.get("type", "")[:1], self._id(attributes, "ref"), attributes.get("role", ""))
            )

    def _take_node(self, attributes: Attributes) -> None:
        """A node of a way, or of the drawing of a relation's member."""
        place = self._place(attributes)
        if self._kind == "way":
            self._nodes.append((self._id(attributes, "ref") if "ref" in attributes else None, place))
        elif self._members:
            self._drawn.append(place)

    def _end(self, name: str) -> None:
        if name == "member" and self._drawn:
            kind, ref, _ = self._members[-1]
            if kind == "w":
                self.things.add_line(ref, self._drawn)
            self._drawn = []
        elif name == self._kind:
            self._put_down()
            self._begin("", {})

    def _put_down(self) -> None:
        own = self._own
        version = own.get("version", "")
        head = Head(
            self._id(own, "id"),
            int(version) if re.fullmatch("[0-9]{1,9}", version) else 0,
            own.get("action") == "delete" or own.get("visible") == "false",
            self._tags,
        )
        if self._kind == "node":
            self.things.add_node(head, self._place(own))
        elif self._kind == "way":
            self.things.add_way(head, self._nodes)
        else:
            self.things.add_relation(head, [one for one in self._members if one[0] in "nwr"])

    def _id(self, attributes: Attributes, name: str) -> int:
        text = attributes.get(name, "")
        if _WHOLE.fullmatch(text) and -LARGEST_ID < int(text) < LARGEST_ID:
            return int(text)
        raise self._wrong(name, text)

    def _place(self, attributes: Attributes) -> Place | None:
        """Where a node stands; None where nothing is said."""
        if "lon" not in attributes and "lat" not in attributes:
            return None
        lon = self._degrees(attributes, "lon", _HALF_TURN)
        return lon, self._degrees(attributes, "lat", _QUARTER_TURN)

    def _degrees(self, attributes: Attributes, name: str, most: float) -> float:
        text = attributes.get(name, "")
        if _DECIMAL.fullmatch(text) and abs(float(text)) <= most:
            return float(text)
        raise self._wrong(name, text)

    def _wrong(self, attribute: str, text: str) -> InvalidInput:
        shown = text[:_LONGEST_SHOWN]
        params = {
            "line": self.parser.CurrentLineNumber,
            "element": self._element,
            "attribute": attribute,
            "value": shown,
        }
        return InvalidInput(Fault("osm_attribute_wrong", "", shown, params))

    def _refuse_entity(self, name: str, *_others: object) -> None:
        raise InvalidInput(Fault("street_xml_entities", "", name[:_LONGEST_SHOWN]))
