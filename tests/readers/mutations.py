"""Small changes to files, as damage, other programs and mischief make them: seeded, so that each can be made again."""

import io
import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq

ODD_WORDS = (
    b"", b"-1", b"0", b"nan", b"inf", b"-inf", b"1e999", b"1e-999", b"99999999999999999999", b"9223372036854775808",
    b"-2147483649", b"180.0000001", b"-91", b"1,2", b"x" * 300, b"\xff", b"\0", b"\xb1\xb1", b"\xe2\x80\x8b",
    "无".encode(), "无".encode("gbk"), b"null", b"true", b"[]", b"{}", b'""', b'"\\ud800"', b"'", b'"', b"=1+1",
    b"&lt;", b"&#0;", b"<a/>", b"01/02/2025", b"2025-13-45", b"2025-12-31T00:00:00+08:00", b"EPSG:4527", b"type",
    b"POINT EMPTY", b"POLYGON ((0 0))",
)  # fmt: skip
_WORD = re.compile(rb"[\w.+-]+|[\x80-\xff]+", re.ASCII)
_ODD_VALUES = (None, -1, 0, 1e308, float("inf"), "", "x", b"", b"\xff\xfe", "无", 2**62, "1e999", b"GP\0\1\0\0\0\0\1")
_DAY = datetime(2025, 12, 31, tzinfo=UTC)
_ODD_COLUMNS: tuple[tuple[object, pa.DataType], ...] = (
    (None, pa.null()), (-1, pa.int8()), (2**63, pa.uint64()), (float("nan"), pa.float32()), (1.5, pa.float16()),
    (b"\xff", pa.binary()), (b"", pa.large_binary()), (b"abc", pa.binary(3)), ("x", pa.large_string()),
    ("x", pa.dictionary(pa.int8(), pa.string())), (Decimal("1.50"), pa.decimal128(20, 2)),
    ([1, 2], pa.list_(pa.int8())), (_DAY - _DAY, pa.duration("s")), ([("k", 1)], pa.map_(pa.string(), pa.int8())),
    ({"x": 1.0, "y": None}, pa.struct([("x", pa.float64()), ("y", pa.float64())])), (True, pa.bool_()),
    (_DAY, pa.timestamp("ns", "Asia/Shanghai")), (_DAY.date(), pa.date64()), (_DAY.time(), pa.time64("ns")),
    ("\0", pa.string()),
)  # fmt: skip
Change = Callable[[bytes, Random], bytes]


def changed(raw: bytes, kind: str, random: Random) -> bytes:
    """One to three changes of a file of this kind: text, json, zip, sqlite, parquet or binary."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        raw = random.choice(_CHANGES[kind])(raw, random)
    return raw


def _flip(raw: bytes, random: Random) -> bytes:
    """A few bytes differ."""
    whole = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 8))):
        if whole:
            whole[random.randrange(len(whole))] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)))
    return bytes(whole)


def _cut(raw: bytes, random: Random) -> bytes:
    return raw[: random.randrange(len(raw) + 1)]


def _dropped(raw: bytes, random: Random) -> bytes:
    start = random.randrange(len(raw) + 1)
    return raw[:start] + raw[start + random.choice((1, 1, 2, 10, 200)) :]


def _doubled(raw: bytes, random: Random) -> bytes:
    start = random.randrange(len(raw) + 1)
    stop = start + random.choice((1, 2, 10, 200))
    return raw[:stop] + raw[start:]


def _worded(raw: bytes, random: Random) -> bytes:
    """A word, figure or cell is another."""
    words = list(_WORD.finditer(raw))
    if not words:
        return raw
    word = random.choice(words)
    other = random.choice((*ODD_WORDS, random.choice(words)[0]))
    return raw[: word.start()] + other + raw[word.end() :]


def _swapped_lines(raw: bytes, random: Random) -> bytes:
    """Two lines, or elements, change places."""
    parts = re.split(rb"(?<=[\n>}])", raw)
    one, other = random.randrange(len(parts)), random.randrange(len(parts))
    parts[one], parts[other] = parts[other], parts[one]
    return b"".join(parts)


def _entry_changed(raw: bytes, random: Random) -> bytes:
    """A file within the archive is changed, and packed with a sum that fits; now and then the archive itself is."""
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            entries = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return raw
    if not entries:
        return raw
    place = random.randrange(len(entries))
    name, content = entries[place]
    if random.random() < 0.1:
        entries.pop(place)
    else:
        entries[place] = name, random.choice(_CHANGES[_kind_of(name)])(content, random)
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for entry, bytes_of in entries:
            archive.writestr(entry, bytes_of)
    return stream.getvalue()


def _kind_of(name: str) -> str:
    return "text" if name.endswith((".csv", ".xml", ".rels", ".prj", ".cpg")) else "binary"


def _row_changed(raw: bytes, random: Random) -> bytes:
    """A value of any table of the database is another, of any type, or a damaged one."""
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(raw)
        names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        names = [name for name in names if not name.startswith(("sqlite_", "rtree_"))]
        table = random.choice(names)
        column = random.choice([row[1] for row in database.execute(f'pragma table_info("{table}")')])
        rows = database.execute(f'select rowid, "{column}" from "{table}"').fetchall()  # noqa: S608 - names of our file
        number, value = random.choice(rows)
        other: object = random.choice(_ODD_VALUES)
        if isinstance(value, bytes) and random.random() < 0.7:
            other = random.choice((_flip, _cut, _dropped, _doubled))(value, random)
        database.execute(f'update "{table}" set "{column}" = ? where rowid = ?', (other, number))  # noqa: S608
        database.commit()
        return database.serialize()
    except (sqlite3.Error, IndexError):
        return raw
    finally:
        database.close()


def _node_changed(raw: bytes, random: Random) -> bytes:
    """Some value of a JSON document, however deep, is another."""
    try:
        document = json.loads(raw)
    except ValueError:
        return raw
    nodes = list(_nodes(document))
    if not nodes:
        return raw
    holder, key = random.choice(nodes)
    if random.random() < 0.2:
        del holder[key]
    else:
        holder[key] = deepcopy(random.choice(_ODD_NODES))
    return json.dumps(document).encode()


def _nodes(document: Any) -> Iterator[tuple[Any, Any]]:  # Any: what json holds
    """Every value's holder, and its key there."""
    keys = list(document) if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
    for key in keys:
        yield document, key
        yield from _nodes(document[key])


def _column_changed(raw: bytes, random: Random) -> bytes:
    """A column is of another type, or what the table says of its geometries is another."""
    try:
        table = pq.read_table(pa.BufferReader(raw))
    except (pa.ArrowException, OSError):
        return raw
    about = (table.schema.metadata or {}).get(b"geo", b"")
    if about and random.random() < 0.5:
        table = table.replace_schema_metadata({b"geo": random.choice((_worded, _flip, _cut))(about, random)})
    else:
        place, values = random.randrange(table.num_columns), random.choice(_ODD_COLUMNS)
        cells = pa.array([values[0] for _ in range(table.num_rows)], values[1])
        table = table.set_column(place, table.column_names[place], cells)
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="none")
    return stream.getvalue()


_ODD_NODES: tuple[object, ...] = (
    None, True, 0, -1, 1.5, 1e308, 10**400, float("inf"), float("nan"), "", "x", "Point", "Polygon", "\0", "\ud83d",
    "a\ud83db", [], {}, [None], [[]], [0], [0, 0], [0, 0, 0], [["a", "b"]], [[0, 0], [1]], {"type": "Point"},
    {"type": {}},
)  # fmt: skip
_BYTES: tuple[Change, ...] = (_flip, _flip, _cut, _dropped, _doubled)
_CHANGES: dict[str, tuple[Change, ...]] = {
    "text": (_worded, _worded, _worded, _swapped_lines, *_BYTES),
    "json": (*[_node_changed] * 6, _worded, _worded, *_BYTES),
    "binary": (_flip, _flip, _worded, *_BYTES),
    "zip": (*[_entry_changed] * 8, _flip, _cut),
    "parquet": (*[_column_changed] * 7, *_BYTES),
    "sqlite": (*[_row_changed] * 8, _flip, _cut),
}


def kind_of(path: Path) -> str:
    """How the file is to be changed."""
    by_suffix = {
        ".csv": "text",
        ".geojson": "json",
        ".osm": "text",
        ".graphml": "text",
        ".gpkg": "sqlite",
        ".parquet": "parquet",
    }
    return by_suffix.get(path.suffix, "zip" if path.suffix in {".zip", ".xlsx"} else "binary")
