"""A list in JSON of any length, read from a file item by item: no more of it is in memory than its longest item."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import Fault, InvalidInput
from app.schemas.strict_json import Json, parse_value, refuse_faults, syntax_fault, too_deep

PIECE_BYTES = 2**20
LONGEST_ITEM = 10 * 2**20
_SPACE = re.compile(r"[ \t\r\n]*")
_NEAR_THE_END = 64
_CUT_OFF = 4
"""A number may go on behind as many characters, less one: `1e+` is 1 so far."""
_UNTERMINATED = "Unterminated string"


@dataclass(frozen=True)
class ListItem:
    """An item, and its text as it stands in the file."""

    document: Json
    text: str


def items_of(content: BinaryIO) -> Iterator[ListItem]:
    """The items of the list that the file holds.

    Raises InvalidInput for what is no list, is no JSON, or is refused in any body of a request; the pointers of the
    faults begin with the item's place.
    """
    content.seek(0)
    text = _Text(content)
    if not text.upcoming():
        raise InvalidInput(Fault("body_missing"))
    if text.upcoming() != "[":
        raise InvalidInput(Fault("list_expected", "", text.upcoming()))
    text.skip()
    place = 0
    while text.upcoming() != "]" or place:
        yield _item(text, place)
        place += 1
        if text.upcoming() != ",":
            break
        text.skip()
    if text.upcoming() != "]":
        raise text.broken("Expecting ',' delimiter")
    text.skip()
    if text.upcoming():
        raise text.broken("Extra data")


def _item(text: "_Text", place: int) -> ListItem:
    try:
        item = text.value()
        refuse_faults(item.text, item.document)
    except InvalidInput as refusal:
        is_syntax = any(fault.code == "json_invalid" for fault in refusal.faults)
        raise refusal if is_syntax else InvalidInput(*(fault.under(f"/{place}") for fault in refusal.faults)) from None
    return item


class _Text:
    """The text that lies ahead, as much of it as is needed."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._bytes = 0
        self._ahead, self._at = "", 0
        self._is_whole = False
        self._line, self._column = 1, 1

    def upcoming(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            found = _SPACE.match(self._ahead, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._ahead) or self._is_whole:
                return self._ahead[self._at : self._at + 1]
            self._read_on(PIECE_BYTES)

    def skip(self) -> None:
        """Go over one character."""
        self._at += 1

    def value(self) -> ListItem:
        """The value that begins here."""
        self.upcoming()
        while True:
            found = self._tried()
            if found is not None:
                return found
            self._read_on(max(PIECE_BYTES, len(self._ahead) - self._at))

    def broken(self, problem: str) -> InvalidInput:
        """What to raise where something else stands than should."""
        return self._refusal(json.JSONDecodeError(problem, self._ahead, self._at))

    def _tried(self) -> ListItem | None:
        """The value, or None where it is not yet to be seen whether it is one."""
        try:
            document, end = parse_value(self._ahead, self._at)
        except json.JSONDecodeError as error:
            if self._is_whole or not self._may_go_on(error):
                raise self._refusal(error) from None
            return None
        except RecursionError:
            raise InvalidInput(too_deep()) from None
        if end + _CUT_OFF > len(self._ahead) and not self._is_whole:
            return None
        item = ListItem(document, self._ahead[self._at : end])
        self._at = end
        return item

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether what is amiss may be that the text was not read far enough."""
        if error.pos < len(self._ahead) - _NEAR_THE_END and not error.msg.startswith(_UNTERMINATED):
            return False
        if len(self._ahead) - self._at > LONGEST_ITEM:
            raise InvalidInput(Fault("item_too_long", params={"limit": LONGEST_ITEM}))
        return True

    def _read_on(self, count: int) -> None:
        """Forget what was read, and read on."""
        self._line, self._column = self._position(self._at)
        piece = self._content.read(count)
        self._is_whole = not piece
        kept = len(self._decoder.getstate()[0])
        try:
            more = self._decoder.decode(piece, final=self._is_whole)
        except UnicodeDecodeError as error:
            position = self._bytes - kept + error.start + 1
            raise InvalidInput(Fault("json_not_utf8", params={"position": position})) from None
        self._bytes += len(piece)
        self._ahead, self._at = self._ahead[self._at :] + more, 0

    def _refusal(self, error: json.JSONDecodeError) -> InvalidInput:
        line, column = self._position(error.pos)
        return InvalidInput(syntax_fault(error, line=line, column=column))

    def _position(self, place: int) -> tuple[int, int]:
        """Line and column of a place in what lies ahead."""
        lines = self._ahead.count("\n", 0, place)
        if not lines:
            return self._line, self._column + place
        return self._line + lines, place - self._ahead.rindex("\n", 0, place)
