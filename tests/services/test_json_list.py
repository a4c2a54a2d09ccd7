"""Lists in JSON, read item by item: the same items and the same refusals as when they are read whole."""

import io
import json
import random
from typing import Any

import pytest

from app.errors import Fault, InvalidInput
from app.schemas import json_list
from app.schemas.json_list import items_of
from app.schemas.strict_json import parse_json


def read(body: bytes) -> Any:
    return [item.document for item in items_of(io.BytesIO(body))]


def refusal(body: bytes) -> Fault:
    with pytest.raises(InvalidInput) as caught:
        read(body)
    return caught.value.faults[0]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64, 2**20])
@pytest.mark.parametrize("indent", [None, 1])
def test_items_are_those_of_the_list(monkeypatch: pytest.MonkeyPatch, piece: int, indent: int | None) -> None:
    """However much of the file is read at once."""
    monkeypatch.setattr(json_list, "PIECE_BYTES", piece)
    chance = random.Random(piece)
    items = [
        {"名": "雍" * chance.randrange(90), "v": chance.random(), "l": [1, [2, None, True], -7]} for _ in range(40)
    ]
    mixed = [*items, 12345, "文", 1.5, None, [], {}]
    body = json.dumps(mixed, ensure_ascii=False, indent=indent).encode("utf-8-sig")
    assert read(body) == mixed
    texts = ",".join(item.text for item in items_of(io.BytesIO(body)))
    assert json.loads(f"[{texts}]") == mixed


@pytest.mark.parametrize("piece", [1, 5, 2**20])
@pytest.mark.parametrize(
    "body", [b"[", b"[1,]", b"[1 2]", b"[]x", b'[1,\n {"a" 3}]', b'[1,\n\n "ab', b'[{"a":1,"a":2}]', b"[1,\n\xff]"]
)
def test_broken_list_is_refused_as_any_body(monkeypatch: pytest.MonkeyPatch, body: bytes, piece: int) -> None:
    monkeypatch.setattr(json_list, "PIECE_BYTES", piece)
    with pytest.raises(InvalidInput) as whole:
        parse_json(body)
    found, expected = refusal(body), whole.value.faults[0]
    assert (found.code, found.params) == (expected.code, expected.params)


def test_faults_of_an_item_name_its_place() -> None:
    assert refusal(b'[1, "\\u0000"]') == Fault("invalid_text", "/1", "\x00")
    assert refusal(b"[1, " + b"[" * 100 + b"]" * 100 + b"]").code == "json_too_deep"
    assert refusal(b"[1, " + b"[" * 100_000).code == "json_too_deep"


@pytest.mark.parametrize("body", [b"{}", b"5", b'"["'])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    assert refusal(body).code == "list_expected"
    assert refusal(b" \n").code == "body_missing"


def test_item_that_does_not_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_list, "PIECE_BYTES", 10)
    monkeypatch.setattr(json_list, "LONGEST_ITEM", 1000)
    assert refusal(b'["' + b"x" * 5000 + b'"]') == Fault("item_too_long", "/0", None, {"limit": 1000})
