"""Encodings as files name them: words and code page numbers of a .cpg file, and the code page byte of a DBF table."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from app.errors import InvalidInput
from app.readers.encodings import codec_of

_CHINESE: Final = frozenset({"gbk", "gb18030"})
_NUMBERED: Final = re.compile(r"(?:ansi|oem|cp|ibm|ms|windows|x-windows)?-?(\d{3,5})")
_LATIN: Final = re.compile(r"(?:iso)?-?8859-?(\d{1,2})")
_BY_NAME: Final = {
    "big5": "cp950",
    "euc-kr": "cp949",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
}
_PAGES: Final = {
    0x4D: 936,
    0x7A: 936,
    0x4F: 950,
    0x78: 950,
    0x4E: 949,
    0x79: 949,
    0x13: 932,
    0x7B: 932,
    0x03: 1252,
    0x59: 1252,
    0xC8: 1250,
    0xC9: 1251,
}
"""Code pages by the byte of the DBF, as dBASE and ESRI number them; 0x57, ANSI, is whatever the writer's system had."""


@dataclass(frozen=True)
class CodePage:
    """An encoding: Python's name of it, and the name shown."""

    codec: str
    shown: str

    @property
    def family(self) -> str:
        """Encodings of one family agree on the characters that they share: GBK and GB18030."""
        return "gb" if self.codec in _CHINESE else self.codec

    @property
    def is_single_byte(self) -> bool:
        """Whether every byte is a character, so that nearly any bytes can be read by it."""
        return self.codec.startswith("iso8859") or self.codec in {f"cp{number}" for number in range(1250, 1259)}


UTF_8, GBK, GB18030 = CodePage("utf-8", "UTF-8"), CodePage("gbk", "GBK"), CodePage("gb18030", "GB18030")


def code_page_named(word: str) -> CodePage | None:
    """What a word of a .cpg file stands for; None where it is not known, or can be no encoding of a DBF.

    >>> [
    ...     page and page.shown
    ...     for page in map(code_page_named, ("65001", "936", "ANSI 1252", "ISO 88591", "UTF-16", "?"))
    ... ]
    ['UTF-8', 'GBK', 'CP1252', 'ISO8859-1', None, None]
    """
    try:
        page = CodePage(*codec_of(word))
    except InvalidInput:
        return _further("".join(word.casefold().replace("_", "-").split()))
    return None if page.codec.startswith("utf-16") else page


def code_page_of_dbf(number: int) -> CodePage | None:
    """The code page that the byte in the head of a DBF stands for; None where it says nothing."""
    page = _PAGES.get(number)
    return code_page_named(str(page)) if page else None


def _further(word: str) -> CodePage | None:
    """An encoding that files may come in, although no user can ask for it."""
    latin, numbered = _LATIN.fullmatch(word), _NUMBERED.fullmatch(word)
    name = _BY_NAME.get(word) or (f"iso8859-{latin[1]}" if latin else f"cp{numbered[1]}" if numbered else "")
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return CodePage(codec, codec.upper())


@dataclass(frozen=True)
class DbfHead:
    """What the head of a DBF says: its code page byte, and how many bytes the cells of each column have."""

    code_page: int = 0
    widths: tuple[int, ...] = ()


_HEAD_BYTES, _COLUMN_BYTES, _LONGEST_HEAD = 32, 32, 2**16
_CODE_PAGE_AT, _WIDTH_AT, _END = 29, 16, 0x0D


def dbf_head(raw: bytes) -> DbfHead:
    """The head of a table of which these are the first bytes, up to 64 KiB."""
    if len(raw) < _HEAD_BYTES:
        return DbfHead()
    starts = range(_HEAD_BYTES, min(len(raw), _LONGEST_HEAD) - _COLUMN_BYTES + 1, _COLUMN_BYTES)
    widths: list[int] = []
    for start in starts:
        if raw[start] == _END:
            break
        widths.append(raw[start + _WIDTH_AT])
    return DbfHead(raw[_CODE_PAGE_AT], tuple(widths))
