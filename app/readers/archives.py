"""ZIP archives looked at before anything in them is unpacked, and unpacked by the byte."""

import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from app.errors import Fault, InvalidInput
from app.readers.options import ReadLimits

SMALL_BYTES = 8 * 2**20
"""So little may be packed however densely."""
PIECE_BYTES = 2**20
_ARCHIVES = (".zip", ".xlsx", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz")
_ENCRYPTED = 0x1
_UTF8 = 0x800
_LINK = 0o120000


def check_archive(archive: ZipFile, limits: ReadLimits) -> None:
    """Refuse what could harm: too much when unpacked, archives within, paths that leave the folder, encryption.

    Raises InvalidInput `archive_bomb`, `archive_nested`, `archive_unsafe_path`, `archive_encrypted`,
    `archive_too_many_files`.
    """
    entries = archive.infolist()
    if len(entries) > limits.entries:
        params = {"count": len(entries), "limit": limits.entries}
        raise InvalidInput(Fault("archive_too_many_files", "", len(entries), params))
    for entry in entries:
        _check_entry(entry)
    packed = sum(entry.compress_size for entry in entries)
    _check_size(sum(entry.file_size for entry in entries), packed, limits)
    for entry in entries:
        _check_size(entry.file_size, entry.compress_size, limits)


def pieces(archive: ZipFile, entry: ZipInfo, limits: ReadLimits) -> Iterator[bytes]:
    """An entry's bytes, however much it says it holds: beyond the limit the reading ends.

    Raises InvalidInput `archive_bomb` or `file_truncated`.
    """
    size = 0
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(PIECE_BYTES):
                size += len(piece)
                _check_size(size, entry.compress_size, limits)
                yield piece
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, UnicodeDecodeError) as error:
        raise InvalidInput(Fault("file_truncated", "", entry.filename, {"format": "ZIP"})) from error


def entry_name(entry: ZipInfo) -> str:
    """An entry's name as its writer meant it: without the mark of UTF-8 it may still be that, or GBK, not cp437."""
    if entry.flag_bits & _UTF8 or entry.filename.isascii():
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "gbk"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename


def unpack(archive: ZipFile, entry: ZipInfo, target: Path, limits: ReadLimits) -> None:
    """Write one entry to `target`, which the caller names: no name in the archive is ever used as a path."""
    with target.open("wb") as file:
        for piece in pieces(archive, entry, limits):
            file.write(piece)


def _check_entry(entry: ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name[:3] or "\0" in name or _is_link(entry):
        raise InvalidInput(Fault("archive_unsafe_path", "", name, {"name": name}))
    if name.lower().endswith(_ARCHIVES):
        raise InvalidInput(Fault("archive_nested", "", name, {"name": name}))
    if entry.flag_bits & _ENCRYPTED:
        raise InvalidInput(Fault("archive_encrypted", "", name, {"name": name}))


def _is_link(entry: ZipInfo) -> bool:
    return (entry.external_attr >> 16) & 0o170000 == _LINK


def _check_size(unpacked: int, packed: int, limits: ReadLimits) -> None:
    too_dense = unpacked > SMALL_BYTES and unpacked > packed * limits.unpacked_times
    if too_dense or unpacked > limits.unpacked_bytes:
        params = {
            "unpacked": unpacked,
            "packed": packed,
            "limit": limits.unpacked_bytes,
            "times": limits.unpacked_times,
        }
        raise InvalidInput(Fault("archive_bomb", "", unpacked, params))
