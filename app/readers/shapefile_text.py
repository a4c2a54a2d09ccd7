"""The text of a Shapefile, in the encoding that its bytes are in, whatever is said of them.

GDAL hands the text over byte for byte. What the user, the .cpg file and the head of the DBF say is held against the
bytes; nothing is decoded by replacement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from app.errors import Fault, InvalidInput
from app.readers.code_pages import UTF_8, CodePage, DbfHead, code_page_named, code_page_of_dbf, dbf_head
from app.readers.encodings import SUPPORTED, codec_of
from app.readers.sheets import RawSheet
from app.readers.text_evidence import Cell, Evidence

BYTES_AS_TEXT: Final = "ISO-8859-1"
"""An encoding that every byte is a character of: so text arrives byte for byte."""
USER, CPG, DBF = "encoding", ".cpg", "LDID"
_HEADING_BYTES: Final = 10
_HEAD_BYTES: Final = 2**16
_CPG_BYTES: Final = 40


@dataclass(frozen=True)
class ShapefileText:
    """A layer with its text decoded, the encoding, and what was noticed."""

    sheet: RawSheet
    encoding: str
    notes: tuple[Fault, ...]


def with_text(sheet: RawSheet, shape: Path, *, encoding: str | None) -> ShapefileText:
    """The layer with headings and cells decoded; `shape` is its .shp file, `encoding` the user's word.

    A character that the end of a field cuts in two is left out, and counted. Raises InvalidInput: `encoding_unknown`,
    `encoding_wrong`, `encoding_not_found`; `encoding_contradictory` where the .cpg and the DBF disagree, and the bytes
    can be either.
    """
    table = shape.with_suffix(".dbf")
    head = _head(table)
    words = _words(encoding, shape.with_suffix(".cpg"), head)
    evidence = Evidence(_cells(sheet, head))
    try:
        page = evidence.page(words, asked=USER)
    except InvalidInput as refusal:
        raise InvalidInput(*(_placed(fault, table, evidence) for fault in refusal.faults)) from None
    headings = [_text_of(heading, page.codec) for heading in sheet.headings]
    columns = [_decoded(column, page.codec) for column in sheet.columns]
    decoded = replace(
        sheet,
        headings=tuple(text for text, _ in headings),
        columns=tuple(column for column, _ in columns),
        perhaps_cut=_as_long_as_can_be(sheet.headings, page),
    )
    cut = _cut_note(decoded, [is_cut for _, is_cut in headings], [count for _, count in columns])
    return ShapefileText(decoded, page.shown, (*_conflict(sheet.name, words, page), *cut))


def _head(table: Path) -> DbfHead:
    if not table.exists():
        return DbfHead()
    with table.open("rb") as file:
        return dbf_head(file.read(_HEAD_BYTES))


def _words(encoding: str | None, code_page: Path, head: DbfHead) -> Mapping[str, CodePage]:
    """What is said of the encoding, the user's word first. A word that is not known says as little as none."""
    said = {CPG: None, DBF: code_page_of_dbf(head.code_page)}
    if code_page.exists():
        said[CPG] = code_page_named(code_page.read_bytes()[:_CPG_BYTES].decode("latin-1").strip())
    asked = {USER: CodePage(*codec_of(encoding))} if encoding is not None else {}
    return {**asked, **{who: page for who, page in said.items() if page}}


def _cells(sheet: RawSheet, head: DbfHead) -> list[Cell]:
    """The distinct texts beyond ASCII, headings among them."""
    cells = [Cell(one.encode("latin-1"), _HEADING_BYTES) for one in sheet.headings if not one.isascii()]
    widths = head.widths if len(head.widths) == len(sheet.columns) else (0,) * len(sheet.columns)
    for column, width in zip(sheet.columns, widths, strict=True):
        if pa.types.is_string(column.type):
            texts = column.unique().to_pylist()
            cells += [Cell(text.encode("latin-1"), width) for text in texts if text and not text.isascii()]
    return cells


def _decoded(column: pa.Array, codec: str) -> tuple[pa.Array, int]:
    """A column's text, and in how many cells a character was cut; columns without text stay as they are."""
    if not pa.types.is_string(column.type):
        return column, 0
    encoded = column.dictionary_encode()
    words: Sequence[str | None] = encoded.dictionary.to_pylist()
    read = [(None, False) if word is None else _text_of(word, codec) for word in words]
    is_cut = np.array([cut for _, cut in read], np.bool_)
    there = np.asarray(encoded.indices.drop_null())
    texts = pa.array([text for text, _ in read], pa.string()).take(encoded.indices)
    return texts, int(np.count_nonzero(is_cut[there])) if len(is_cut) else 0


def _text_of(text: str, codec: str) -> tuple[str, bool]:
    """The text that these bytes are, and whether a character was cut at its end."""
    if text.isascii():
        return text, False
    return Cell(text.encode("latin-1")).read(codec)


def _as_long_as_can_be(headings: Sequence[str], page: CodePage) -> frozenset[int]:
    """The places of headings, byte for byte, behind which no further character had room."""
    longest = 3 if page == UTF_8 else 2
    spare = [0 if heading.isascii() else longest - 1 for heading in headings]
    sized = enumerate(zip(headings, spare, strict=True))
    return frozenset(place for place, (heading, rest) in sized if len(heading) + rest >= _HEADING_BYTES)


def _conflict(layer: str, words: Mapping[str, CodePage], page: CodePage) -> list[Fault]:
    """A note where somebody said otherwise."""
    said = [f"{who} = {other.shown}" for who, other in words.items() if other.family != page.family]
    if not said:
        return []
    is_asked = USER in words and words[USER].family == page.family
    code = "encoding_as_asked" if is_asked else "encoding_by_bytes"
    return [Fault(code, "", page.shown, {"layer": layer, "encoding": page.shown, "said": said})]


def _cut_note(sheet: RawSheet, are_headings_cut: Sequence[bool], cells: Sequence[int]) -> list[Fault]:
    """How many characters were left out, and in which columns."""
    columns = zip(sheet.headings, are_headings_cut, cells, strict=True)
    places = [heading for heading, is_cut, count in columns if is_cut or count]
    if not places:
        return []
    params = {"layer": sheet.name, "headings": sum(are_headings_cut), "cells": sum(cells), "columns": places}
    return [Fault("characters_cut", "", None, params)]


def _placed(fault: Fault, table: Path, evidence: Evidence) -> Fault:
    """With the number of the first bad byte, counted in the DBF."""
    if fault.code == "encoding_not_found":
        return replace(fault, params={"supported": SUPPORTED})
    if fault.code != "encoding_wrong":
        return fault
    raw, at = evidence.first_bad(str(fault.params["codec"]))
    position = table.read_bytes().find(raw) + at + 1
    return Fault(fault.code, "?encoding", fault.value, {"encoding": fault.value, "position": position})
