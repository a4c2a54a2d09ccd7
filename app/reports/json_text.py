"""Columns as JSON, written as bytes: no dictionary is made of any row."""

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.reports.columns import Column

_NEEDS_ESCAPE = r'["\\\x00-\x1f]'


def json_objects(columns: Sequence[Column]) -> pa.LargeStringArray:
    """Of each row one flat object, the columns' keys naming its members; null where there is nothing.

    >>> json_objects([Column("name", "", pa.array(["一期", None]))]).to_pylist()
    ['{"name":"一期"}', '{"name":null}']
    """
    parts: list[pa.Array | pa.Scalar] = []
    for place, column in enumerate(columns):
        lead = "," if place else "{"
        parts += [_text(f"{lead}{json.dumps(column.key, ensure_ascii=False)}:"), _values(column.values)]
    return _join(*parts, _text("}"))


def json_results(items: Iterable[bytes], summary: bytes) -> Iterator[bytes]:
    """An answer of `results` and `summary`, from items and a summary that are JSON already.

    >>> b"".join(json_results([b'{"a":1}', b'{"a":2}'], b"{}")).decode()
    '{"results":[{"a":1},{"a":2}],"summary":{}}'
    """
    yield b'{"results":['
    separator = b""
    for item in items:
        yield separator + item
        separator = b","
    yield b'],"summary":' + summary + b"}"


def feature_collection(features: Iterable[pa.LargeStringArray]) -> Iterator[bytes]:
    """A GeoJSON FeatureCollection of features that are JSON already, batch by batch."""
    yield b'{"type":"FeatureCollection","features":['
    separator = b""
    for batch in features:
        if len(batch):
            yield separator + b",\n".join(text.encode() for text in batch.to_pylist())
            separator = b",\n"
    yield b"]}\n"


def features_of(columns: Sequence[Column], geometries: np.ndarray) -> pa.LargeStringArray:
    """Of each row a feature: its geometry is GeoJSON text, or None for null."""
    shapes = pc.fill_null(pa.array(geometries, pa.large_string()), "null")
    opening, middle = _text('{"type":"Feature","geometry":'), _text(',"properties":')
    return _join(opening, shapes, middle, json_objects(columns), _text("}"))


def _values(values: pa.Array) -> pa.Array:
    if pa.types.is_string(values.type):
        shown = _join(_text('"'), _escaped(values).cast(pa.large_string()), _text('"'))
    elif pa.types.is_date(values.type):
        shown = _join(_text('"'), pc.cast(values, pa.large_string()), _text('"'))
    elif pa.types.is_null(values.type):
        shown = pa.nulls(len(values), pa.large_string())
    else:
        shown = pc.cast(values, pa.large_string())
    return pc.fill_null(shown, "null")


def _escaped(texts: pa.Array) -> pa.Array:
    needs = pc.fill_null(pc.match_substring_regex(texts, _NEEDS_ESCAPE), False)
    if not pc.any(needs).as_py():
        return texts
    replaced = [json.dumps(text, ensure_ascii=False)[1:-1] for text in texts.filter(needs).to_pylist()]
    return pc.replace_with_mask(texts, needs, pa.array(replaced, texts.type))


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _join(*parts: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _text(""))
