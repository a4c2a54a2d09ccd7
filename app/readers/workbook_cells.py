"""Cells of an XLSX sheet that hold no value: errors, and formulas that were never calculated.

The reader of workbooks shows them as empty. Empty means that nothing is known, which the user did not say: so they
are looked for in the sheet's own text, piece by piece, and named.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from zipfile import ZipFile

from app.errors import Fault, InvalidInput
from app.readers.archives import pieces
from app.readers.options import ReadLimits

_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_ERROR = re.compile(
    rb"<c\b(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]{1,3})([0-9]{1,7})\"[^>]*>(?:<f[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]*)</v>"
)
_UNSAVED = re.compile(
    rb"<c\b(?![^>]*\bt=\"str\")[^>]*?\br=\"([A-Z]{1,3})([0-9]{1,7})\"[^>]*>\s*<f[^>]*?(?:/>|>([^<]*)</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
"""A formula whose result is empty text was calculated: its type says so."""
OVERLAP_BYTES = 64 * 1024
MOST_MARKS = 100_000

Marks = tuple[tuple[int, int, Fault], ...]
"""Row and column, both counted from 1, and what is wrong."""


def check_markup(archive: ZipFile, limits: ReadLimits) -> None:
    """Refuse documents that declare entities: no spreadsheet program writes any. Raises InvalidInput `xml_entities`."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        for piece in pieces(archive, entry, limits):
            if _FORBIDDEN.search(piece[:4096]):
                raise InvalidInput(Fault("xml_entities", "", entry.filename, {"name": entry.filename}))
            break


def sheet_files(archive: ZipFile, limits: ReadLimits) -> Mapping[str, str]:
    """The file within the archive of each sheet, by the sheet's name as it is written there."""
    texts = {name: _text(archive, name, limits) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")}
    targets = {}
    for tag in _RELATION.findall(texts["xl/_rels/workbook.xml.rels"]):
        attributes = dict(_ATTRIBUTE.findall(tag))
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    found = {}
    for tag in _SHEET.findall(texts["xl/workbook.xml"]):
        attributes = dict(_ATTRIBUTE.findall(tag))
        target = targets.get(attributes.get("r:id", ""), "")
        found[attributes.get("name", "")] = target.removeprefix("/") if target.startswith("/") else _within(target)
    return found


def marks_of(archive: ZipFile, name: str, limits: ReadLimits) -> Marks:
    """The cells without a value in the sheet's file of this name."""
    if name not in archive.namelist():
        return ()
    found: dict[tuple[int, int], Fault] = {}
    for text in _overlapping(pieces(archive, archive.getinfo(name), limits)):
        for column, row, error in _ERROR.findall(text) if b't="e"' in text else ():
            shown = error.decode("utf-8", "replace")
            found[int(row), _number(column)] = Fault("cell_error", "", shown, {"error": shown})
        for column, row, formula in _UNSAVED.findall(text) if b"<f" in text else ():
            found.setdefault((int(row), _number(column)), Fault("formula_not_calculated", "", _formula(formula)))
        if len(found) > MOST_MARKS:
            break
    return tuple((row, column, fault) for (row, column), fault in sorted(found.items()))


def _overlapping(stream: Iterator[bytes]) -> Iterator[bytes]:
    tail = b""
    for piece in stream:
        text = tail + piece
        yield text
        tail = text[-OVERLAP_BYTES:]
        cut = tail.rfind(b"<c ")
        tail = tail[cut:] if cut >= 0 else tail


def _formula(text: bytes) -> str:
    return "=" + text[:200].decode("utf-8", "replace")


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _within(target: str) -> str:
    return str(PurePosixPath("xl") / target) if target else ""


def _text(archive: ZipFile, name: str, limits: ReadLimits) -> str:
    if name not in archive.namelist():
        return ""
    return b"".join(pieces(archive, archive.getinfo(name), limits)).decode("utf-8", "replace")
