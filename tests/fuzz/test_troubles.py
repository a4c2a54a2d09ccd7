"""Values that have brought services down before, in every place where a value can stand, on both databases.

Each answer has a status that the operation declares, and a body that strict readers of JSON take; what was stored can
be read, listed and assessed afterwards.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.schemas.community import COMMUNITY_EXAMPLE
from app.schemas.facility import FACILITY_EXAMPLE
from app.schemas.standard import STANDARD_EXAMPLE
from app.schemas.statistics import STATISTICS_EXAMPLE
from tests.api.calls import ANY_STATE, INSIDE

Json = Any  # Any: bodies

TROUBLES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("troubles.toml").read_text(encoding="utf-8"))
HERE = "\ue000"
BODIES: dict[str, Json] = {
    "/v1/communities": {
        **COMMUNITY_EXAMPLE,
        "setting": "URBAN",
        "urban_rural_code": "111",
        "resettlement_type": "NONE",
        "is_new_build": True,
        "facility_inventory_as_of": "2024-12-31",
        "crs": "EPSG:4326",
    },
    "/v1/communities/{community_id}/statistics": {
        **STATISTICS_EXAMPLE,
        "social_organisations": 3,
        "self_service_available": True,
        "reported": {"x": 1},
    },
    "/v1/facilities": {**FACILITY_EXAMPLE, "location": INSIDE, "land_area_m2": 700, "counts_as_service": True},
    "/v1/standards": {**STANDARD_EXAMPLE, "document_number": "1", "issued_on": "2025-12-01"},
}
HEADERS = ("If-Match", "If-None-Match", "Accept", "Accept-Language", "Content-Type", "X-Request-ID")


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def check_answer(answer: Response, declared: Json) -> None:
    """The answer is a declared one, and its body is JSON in the strict sense."""
    assert str(answer.status_code) in declared, answer.text
    if answer.content and "json" in answer.headers["content-type"]:
        json.loads(answer.content, parse_constant=_refuse)


def check_all_reads(client: TestClient) -> None:
    """Whatever has been stored, everything can still be read."""
    for path in ("communities", "facilities", "standards", "assessments", "assessments?division=522725&standard=all"):
        assert client.get(f"/v1/{path}").status_code == 200
    for page in ("communities", "facilities", "standards"):
        for item in client.get(f"/v1/{page}?limit=1000").json()["items"]:
            assert client.get(f"/v1/{page}/{item['id']}").status_code == 200
    for item in client.get("/v1/communities?limit=1000").json()["items"]:
        assert client.get(f"/v1/communities/{item['id']}/metrics").status_code == 200
        assert client.get(f"/v1/communities/{item['id']}/assessment").status_code == 200


@pytest.mark.parametrize("path", BODIES)
def test_troublesome_values_in_bodies(client: TestClient, path: str) -> None:
    declared = client.app.openapi()["paths"][path]["post"]["responses"]
    for place in places(BODIES[path]):
        for trouble in TROUBLES["json"]:
            body = with_trouble(BODIES[path], place, trouble)
            check_answer(send(client, "post", path, body), declared)
    check_all_reads(client)


@pytest.mark.parametrize("path", ["/v1/communities/{community_id}", "/v1/facilities/{facility_id}"])
def test_troublesome_geometries(client: TestClient, path: str) -> None:
    declared = client.app.openapi()["paths"][path]["patch"]["responses"]
    field, kinds = ("location", ["Point"]) if "facility" in path else ("boundary", ["Polygon", "MultiPolygon"])
    for kind in [*kinds, "LineString"]:
        for coordinates in TROUBLES["coordinates"]:
            for crs in ("EPSG:4326", "EPSG:4525"):
                body = f'{{"crs": "{crs}", "{field}": {{"type": "{kind}", "coordinates": {coordinates}}}}}'
                check_answer(send(client, "patch", path, body), declared)
    check_all_reads(client)


def test_troublesome_parameters(client: TestClient) -> None:
    for path, item in client.app.openapi()["paths"].items():
        for parameter in item.get("get", {}).get("parameters", ()):
            for trouble in TROUBLES["text"]:
                value = quote(trouble, safe="%")
                if parameter["in"] == "query":
                    check_answer(client.get(f"{known(path)}?{parameter['name']}={value}"), item["get"]["responses"])
                elif parameter["in"] == "path" and trouble.strip("./\\"):
                    check_answer(client.get(path.replace(f"{{{parameter['name']}}}", value)), item["get"]["responses"])


@pytest.mark.parametrize("header", HEADERS)
def test_troublesome_headers(client: TestClient, header: str) -> None:
    paths = client.app.openapi()["paths"]
    for trouble in TROUBLES["header"]:
        headers = {"If-Match": b"*", "Content-Type": b"application/json", header: trouble.encode()}
        for method, path, body in (
            ("patch", "/v1/communities/{community_id}", b'{"is_new_build": false}'),
            ("post", "/v1/facilities", json.dumps(FACILITY_EXAMPLE).encode()),
            ("get", "/v1/communities/{community_id}/assessment", None),
            ("get", "/v1/communities", None),
        ):
            answer = client.request(method, known(path), content=body, headers=headers)
            check_answer(answer, paths[path][method]["responses"])


@pytest.mark.parametrize("length", [1_000, 30_000])
def test_long_queries_and_names(client: TestClient, length: int) -> None:
    for query in (
        f"q={'a' * length}",
        f"{'a' * length}=1",
        "&".join(["q=1"] * (length // 4)),
        f"cursor={'A' * length}",
    ):
        assert client.get(f"/v1/communities?{query}").status_code == 422
    assert client.get(f"/v1/standards/{'a' * length}").status_code == 422
    assert client.get(f"/v1/communities/{'9' * length}").status_code == 422
    assert client.get(f"/{'a/' * length}").status_code == 404


def places(body: Json) -> list[tuple[str | int, ...]]:
    """The address of every value, those of parts of geometries excepted."""
    found: list[tuple[str | int, ...]] = []
    items = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in items:
        found.append((key,))
        if isinstance(value, dict | list) and key not in {"boundary", "location"}:
            found.extend((key, *rest) for rest in places(value))
    return found


def with_trouble(body: Json, place: tuple[str | int, ...], trouble: str) -> str:
    """The body as text, with the trouble written at the place."""
    copy = json.loads(json.dumps(body))
    target = copy
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = HERE
    return json.dumps(copy, ensure_ascii=False).replace(f'"{HERE}"', trouble)


def send(client: TestClient, method: str, path: str, body: str) -> Response:
    headers = {"Content-Type": "application/json", **ANY_STATE}
    return client.request(method, known(path), content=body.encode("utf-8", "surrogatepass"), headers=headers)


def known(path: str) -> str:
    """The path with ids that exist."""
    for name, value in {"standard_id": "qiannan-14fyp", "code": "522725"}.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{community_id}", "1").replace("{facility_id}", "1").replace("{statistics_id}", "1")


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
