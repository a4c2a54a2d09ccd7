"""CSV and TSV files, single or several in a ZIP."""

from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, is_zipfile

from app.errors import Fault, InvalidInput
from app.readers.archives import check_archive, entry_name, pieces
from app.readers.delimited import read_delimited
from app.readers.encodings import decode
from app.readers.reader import Reader
from app.readers.sources import Source

_SUFFIXES = (".csv", ".tsv", ".txt")


def read_source(path: Path, name: str, reader: Reader) -> Source:
    """A sheet for each file. Raises InvalidInput."""
    if not is_zipfile(path):
        return _delimited(path.read_bytes(), name, reader)
    try:
        with ZipFile(path) as archive:
            check_archive(archive, reader.limits)
            entries = [one for one in archive.infolist() if one.filename.lower().endswith(_SUFFIXES)]
            texts = [(entry_name(one), b"".join(pieces(archive, one, reader.limits))) for one in entries]
    except BadZipFile as error:
        raise InvalidInput(Fault("file_truncated", "", None, {"format": "ZIP"})) from error
    sources = [_delimited(text, entry, reader) for entry, text in texts if text.strip()]
    if not sources:
        raise InvalidInput(Fault("file_empty"))
    sheets = tuple(sheet for source in sources for sheet in source.sheets)
    return Source(sheets, encoding=sources[0].encoding, delimiter=sources[0].delimiter)


def _delimited(raw: bytes, name: str, reader: Reader) -> Source:
    decoded = decode(raw, encoding=reader.options.encoding)
    stem = PurePosixPath(name).stem
    found = read_delimited(decoded.text, name=stem, score=reader.score, limits=reader.limits)
    return Source((found.sheet,), encoding=decoded.encoding, delimiter=found.delimiter)
