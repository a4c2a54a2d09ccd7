"""A network as bytes: compact, and the same bytes for the same network.

A line of JSON says which columns follow; each is compressed by itself, its bytes sorted by their weight first, as
neighbours differ in the lowest ones only.
"""

import json
from dataclasses import fields
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.walking.network import StreetNetwork
from app.walking.street_columns import StreetColumns

_CODEC: Final = "zstd"
_LEVEL: Final = 3
_COLUMNS: Final = {"lon_lat": "<f8", "start": "<i4", "end": "<i4", "length_dm": "<u2", "street_class": "|u1"}
_PAIR: Final = 2

Column = NDArray[Any]  # Any: columns differ in what they hold


class DamagedNetwork(ValueError):
    """The bytes are not those that a network was packed into."""


def packed(network: StreetColumns) -> bytes:
    """The network as bytes, which `unpacked` takes."""
    columns = {name: np.asarray(getattr(network, name), kind) for name, kind in _COLUMNS.items()}
    bodies = {name: _compressed(column) for name, column in columns.items()}
    head = {
        "classes": network.classes,
        "checksum": network.checksum,
        "rows": {name: len(column) for name, column in columns.items()},
        "bytes": {name: len(body) for name, body in bodies.items()},
    }
    return json.dumps(head, ensure_ascii=False).encode() + b"\n" + b"".join(bodies.values())


def unpacked(content: bytes) -> StreetNetwork:
    """The network again. Raises DamagedNetwork where the bytes, or the streets that they make, are not whole."""
    try:
        network, checksum = _network(content)
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowException) as error:
        raise DamagedNetwork(str(error)[:200]) from error
    if network.checksum != checksum or not network.is_sound:
        raise DamagedNetwork("the checksum does not fit")
    return network


def _network(content: bytes) -> tuple[StreetNetwork, str]:
    line, _, rest = content.partition(b"\n")
    head = json.loads(line)
    columns: dict[str, Column] = {}
    at = 0
    for name, kind in _COLUMNS.items():
        size = int(head["bytes"][name])
        columns[name] = _expanded(rest[at : at + size], np.dtype(kind), int(head["rows"][name]), _width(name))
        at += size
    columns["lon_lat"] = columns["lon_lat"].reshape(-1, _PAIR)
    assert {item.name for item in fields(StreetNetwork)} == {*columns, "classes"}  # noqa: S101 - nothing is lost
    return StreetNetwork(**columns, classes=tuple(map(str, head["classes"]))), str(head["checksum"])


def _width(name: str) -> int:
    return _PAIR if name == "lon_lat" else 1


def _compressed(column: Column) -> bytes:
    by_weight = np.ascontiguousarray(column).reshape(-1).view(np.uint8).reshape(-1, column.itemsize).T
    body: bytes = pa.Codec(_CODEC, _LEVEL).compress(by_weight.tobytes(), asbytes=True)
    return body


def _expanded(body: bytes, kind: "np.dtype[Any]", rows: int, width: int) -> Column:
    size = rows * width * kind.itemsize
    plain: bytes = pa.Codec(_CODEC).decompress(body, decompressed_size=size, asbytes=True)
    by_weight = np.frombuffer(plain, np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(by_weight.T).reshape(-1).view(kind)
