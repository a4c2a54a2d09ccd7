"""JSON written from columns, read by the standard library."""

import json
from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.columns import Column
from app.reports.json_text import feature_collection, features_of, json_objects, json_results

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@settings(deadline=None)
@given(st.lists(TEXTS | st.none(), min_size=1), TEXTS)
def test_texts_are_read_as_they_were(texts: list[str | None], key: str) -> None:
    objects = json_objects([Column(key, "", pa.array(texts, pa.string()))]).to_pylist()
    assert [json.loads(text) for text in objects] == [{key: text} for text in texts]


def test_values_have_the_type_of_their_column() -> None:
    columns = [
        Column("number", "", pa.array([0.1 + 0.2, None])),
        Column("whole", "", pa.array([-3, None])),
        Column("flag", "", pa.array([True, None])),
        Column("day", "", pa.array([date(2024, 2, 29), None])),
        Column("nothing", "", pa.nulls(2)),
    ]
    first, second = (json.loads(text) for text in json_objects(columns).to_pylist())
    assert first == {"number": 0.1 + 0.2, "whole": -3, "flag": True, "day": "2024-02-29", "nothing": None}
    assert set(second.values()) == {None}


def test_features_are_one_collection_whatever_the_batches() -> None:
    place = np.array(['{"type":"Point","coordinates":[1,2]}', None], np.object_)
    two = features_of([Column("n", "", pa.array([1, 2]))], place)
    collection = json.loads(b"".join(feature_collection([two, two[:0], two[1:]])))
    assert [feature["properties"]["n"] for feature in collection["features"]] == [1, 2, 2]
    assert collection["features"][0]["geometry"] == {"type": "Point", "coordinates": [1, 2]}
    assert collection["features"][1]["geometry"] is None


def test_results_are_written_as_they_come() -> None:
    seen: list[int] = []

    def items() -> Iterator[bytes]:
        for number in range(3):
            seen.append(number)
            yield b"%d" % number

    stream = json_results(items(), b'{"projects":3}')
    head = next(stream), next(stream)
    assert (head, seen) == ((b'{"results":[', b"0"), [0])
    assert b"".join(stream) == b',1,2],"summary":{"projects":3}}'


def test_results_are_valid_when_there_are_none() -> None:
    assert json.loads(b"".join(json_results([], b"{}"))) == {"results": [], "summary": {}}
