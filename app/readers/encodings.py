"""The encoding of a text file, from its bytes, and the text in UTF-8."""

import codecs
from dataclasses import dataclass

import pyarrow as pa

from app.errors import Fault, InvalidInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_NAMES = {
    "utf-8": ("utf-8", "UTF-8"),
    "utf8": ("utf-8", "UTF-8"),
    "utf-8-sig": ("utf-8", "UTF-8"),
    "utf-8withbom": ("utf-8", "UTF-8"),
    "65001": ("utf-8", "UTF-8"),
    "cp65001": ("utf-8", "UTF-8"),
    "gbk": ("gbk", "GBK"),
    "cp936": ("gbk", "GBK"),
    "936": ("gbk", "GBK"),
    "ansi936": ("gbk", "GBK"),
    "oem936": ("gbk", "GBK"),
    "gb2312": ("gbk", "GBK"),
    "ansi": ("gbk", "GBK"),
    "gb18030": ("gb18030", "GB18030"),
    "54936": ("gb18030", "GB18030"),
    "cp54936": ("gb18030", "GB18030"),
    "utf-16": ("utf-16", "UTF-16"),
    "utf-16le": ("utf-16-le", "UTF-16"),
    "utf-16be": ("utf-16-be", "UTF-16"),
}
SUPPORTED = "UTF-8, GBK, GB18030, UTF-16"


@dataclass(frozen=True)
class Decoded:
    """A text in UTF-8, and the encoding that it came in."""

    text: bytes
    encoding: str


def decode(raw: bytes, *, encoding: str | None = None) -> Decoded:
    """The text in UTF-8: by the user's word, else by a mark at its beginning, else by what its bytes can be.

    Raises InvalidInput: `encoding_unknown` for a word not known, `encoding_wrong` where bytes do not fit it,
    `encoding_not_found` where nothing fits, `nul_bytes`.
    """
    mark = next((one for one in _MARKS if raw.startswith(one[0])), None)
    if mark and (encoding is None or codec_of(encoding)[0].startswith(mark[1][:5])):
        return _without_nul(Decoded(_to_utf8(raw[len(mark[0]) :], mark[1], mark[2]), mark[2]))
    if encoding is not None:
        codec, shown = codec_of(encoding)
        return _without_nul(Decoded(_to_utf8(raw, codec, shown), shown))
    return _without_nul(_detected(raw))


def codec_of(encoding: str) -> tuple[str, str]:
    """Python's name and the shown name of an encoding. Raises InvalidInput `encoding_unknown`."""
    known = _NAMES.get("".join(encoding.lower().replace("_", "-").split()))
    if known is None:
        params = {"encoding": encoding, "supported": SUPPORTED}
        raise InvalidInput(Fault("encoding_unknown", "?encoding", encoding, params))
    return known


def _detected(raw: bytes) -> Decoded:
    if _is_utf8(raw):
        return Decoded(raw, "UTF-8")
    for codec, shown in (("gbk", "GBK"), ("gb18030", "GB18030")):
        try:
            return Decoded(raw.decode(codec).encode("utf-8"), shown)
        except UnicodeError:
            continue
    raise InvalidInput(Fault("encoding_not_found", "", None, {"supported": SUPPORTED}))


def _is_utf8(raw: bytes) -> bool:
    """Whether the bytes are a text in UTF-8, found out without making it one."""
    edges = pa.array([0, len(raw)], pa.int64()).buffers()[1]
    try:
        pa.LargeStringArray.from_buffers(1, edges, pa.py_buffer(raw)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _to_utf8(raw: bytes, codec: str, shown: str) -> bytes:
    try:
        text = raw.decode(codec)
        return raw if codec == "utf-8" else text.encode("utf-8")
    except UnicodeError as error:
        position = error.start + 1 if isinstance(error, UnicodeDecodeError) else 1
        params = {"encoding": shown, "position": position}
        raise InvalidInput(Fault("encoding_wrong", "?encoding", shown, params)) from None


def _without_nul(decoded: Decoded) -> Decoded:
    if b"\0" in decoded.text:
        raise InvalidInput(Fault("nul_bytes", "", None, {"position": decoded.text.index(b"\0") + 1}))
    return decoded
