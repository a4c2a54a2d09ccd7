"""Bodies that are not JSON, or JSON that could bring a service down."""

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import CHINESE, CODE, fault, faults

HEADERS = {"Content-Type": "application/json"}
START = f'{{"code": "{CODE}", "name": "A", '.encode()
SNAPSHOT = "/v1/divisions/522725/statistics"


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [(b'{"code": 1,\n "name" 2}', 2, 9), (b"{", 1, 2), (b"nonsense", 1, 1), (b'{"name": "a\nb"}', 1, 12)],
)
def test_malformed_json_names_line_and_column(client: TestClient, body: bytes, line: int, column: int) -> None:
    found = fault(client.post("/v1/communities", content=body, headers=HEADERS))
    assert found["code"] == "json_invalid"
    assert f"line {line}, column {column}" in found["message"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400"])
def test_figure_that_is_not_finite_is_refused_with_its_place(client: TestClient, number: str) -> None:
    body = f'{{"as_of": "2025-01-01", "total_floor_area_m2": {number}}}'.encode()
    found = fault(client.post(SNAPSHOT, content=body, headers=HEADERS))
    assert (found["pointer"], found["code"]) == ("/total_floor_area_m2", "number_not_finite")
    assert found["value"] == {"1e400": "Infinity", "-1e400": "-Infinity"}.get(number, number)


@pytest.mark.parametrize("number", ["NaN", "1e400"])
@pytest.mark.parametrize(
    "body",
    [
        '{{"as_of": "2025-01-01", "households": {}}}',
        '{{"as_of": "2025-01-01", "reported": {{"a": {}}}}}',
        '{{"as_of": {}}}',
        '{{"as_of": "2025-01-01", "unknown": {}}}',
    ],
)
def test_figure_that_is_not_finite_never_breaks_the_answer(client: TestClient, body: str, number: str) -> None:
    found = fault(client.post(SNAPSHOT, content=body.format(number).encode(), headers=HEADERS))
    assert found["value"] in {"unknown", "NaN" if number == "NaN" else "Infinity"}


@pytest.mark.parametrize("digits", [20, 400, 4300, 5001])
def test_number_of_many_digits_is_refused_with_its_place(client: TestClient, digits: int) -> None:
    for name in ("households", "total_floor_area_m2"):
        body = f'{{"as_of": "2025-01-01", "{name}": {"9" * digits}}}'.encode()
        found = fault(client.post(SNAPSHOT, content=body, headers=HEADERS))
        assert found["pointer"] == f"/{name}"
        assert found["code"] in {"must_be_at_most", "number_not_finite"}


@pytest.mark.parametrize("depth", [70, 2_000, 100_000])
def test_deep_nesting_is_refused(client: TestClient, depth: int) -> None:
    body = START + b'"boundary": ' + b"[" * depth + b"]" * depth + b"}"
    assert fault(client.post("/v1/communities", content=body, headers=HEADERS))["code"] == "json_too_deep"


@pytest.mark.parametrize("text", [r"\ud800", r"\udc00a", r"a\u0000", r"\u0007", r"\b"])
def test_text_that_cannot_be_stored_is_refused_with_its_place(client: TestClient, text: str) -> None:
    body = f'{{"code": "{CODE}", "name": "{text}"}}'.encode()
    found = fault(client.post("/v1/communities", content=body, headers=HEADERS))
    assert (found["pointer"], found["code"]) == ("/name", "invalid_text")


@pytest.mark.parametrize("key", [r"\ud800", r"\u0000"])
def test_key_that_cannot_be_stored_is_refused(client: TestClient, key: str) -> None:
    body = f'{{"as_of": "2025-01-01", "reported": {{"{key}": 1}}}}'.encode()
    found = fault(client.post(SNAPSHOT, content=body, headers=HEADERS))
    assert (found["pointer"], found["code"]) == ("/reported", "invalid_text")


def test_pair_of_surrogates_is_one_character(client: TestClient) -> None:
    body = START.replace(b'"A"', rb'"\ud83d\ude00"')[:-2] + b"}"
    assert client.post("/v1/communities", content=body, headers=HEADERS).json()["name"] == "😀"


def test_repeated_key_is_refused(client: TestClient) -> None:
    body = START + b'"name": "B"}'
    assert fault(client.post("/v1/communities", content=body, headers=HEADERS))["code"] == "duplicate_key"


def test_text_of_another_encoding_is_refused(client: TestClient) -> None:
    body = START.replace(b'"A"', '"滦平"'.encode("gb18030")) + b'"setting": null}'
    assert fault(client.post("/v1/communities", content=body, headers=HEADERS))["code"] == "json_not_utf8"


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_empty_body_is_refused(client: TestClient, body: bytes) -> None:
    assert fault(client.post("/v1/communities", content=body, headers=HEADERS))["code"] == "body_missing"


@pytest.mark.parametrize("body", [b"null", b"1", b'"text"', b"[]", b"true", b"NaN"])
def test_body_that_is_no_object_is_refused(client: TestClient, body: bytes) -> None:
    assert faults(client.post("/v1/communities", content=body, headers=HEADERS))[0]["pointer"] == ""


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"])
def test_body_of_another_type_is_refused(client: TestClient, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    found = fault(client.post("/v1/communities", content=b"{}", headers=headers), 415)
    assert (found["pointer"], found["value"]) == ("Content-Type", kind)


def test_place_of_a_fault_in_the_text_is_told_in_chinese(client: TestClient) -> None:
    found = fault(client.post("/v1/communities", content=b'{"code": }', headers=HEADERS | CHINESE))
    assert found["message"] == "此处不是有效的 JSON：第 1 行第 10 列，此处缺少值。"


def test_type_with_parameters_is_read(client: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    answer = client.post("/v1/communities", content=START[:-2] + b"}", headers=headers)
    assert answer.status_code == 201
