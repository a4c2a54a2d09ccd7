"""Some three hundred requests, most of them reads, about what was stored."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient

from tests.api.batch_calls import as_json

ON = {"on": "2025-12-31"}
DIVISIONS = ("", "52", "5227", "522799", "522799001", "522799100", "62", "130824")
INDICATOR_FREE = ("/", "/health/live", "/health/ready", "/openapi.json", "/v1/indicators", "/v1/circles")
Json = Any  # Any: bodies of requests


@dataclass(frozen=True)
class Call:
    path: str
    params: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)


def calls(client: TestClient) -> Iterator[Call]:
    """All of them, in order. Those that change something come last."""
    communities = [item["id"] for item in client.get("/v1/communities", params={"limit": 100}).json()["items"]]
    facilities = [item["id"] for item in client.get("/v1/facilities", params={"limit": 12}).json()["items"]]
    yield from _catalogues()
    yield from _of_communities(communities)
    yield from _of_divisions()
    yield from _of_facilities(facilities)
    yield from _exports()
    yield from _projects()
    yield from _refused()
    yield from _changes(communities[0], facilities[0])


def _catalogues() -> Iterator[Call]:
    for path in (*INDICATOR_FREE, "/v1/facility-categories", "/v1/standards", "/v1/street-networks", "/v1/residences"):
        yield Call(path)
        yield Call(path, headers={"Accept-Language": "zh"})
    for plan in ("national", "gansu", "qiannan", "luanping", "longchuan"):
        yield Call(f"/v1/standards/{plan}-14fyp")
    for division in DIVISIONS:
        yield Call("/v1/standards/applicable", {"division": division, **ON})


def _of_communities(ids: list[int]) -> Iterator[Call]:
    for number, one in enumerate(ids):
        path = f"/v1/communities/{one}"
        yield Call(path)
        yield Call(f"{path}/metrics", ON)
        yield Call(f"{path}/assessment", ON)
        yield Call(f"{path}/statistics")
        yield Call(f"{path}/coverage", {"circle": "life", **ON})
        if number % 4 == 0:
            yield Call(f"{path}/assessment", {"standard": "all", **ON}, headers={"Accept-Language": "zh"})
            yield Call(f"{path}/assessment", {"standard": "luanping-14fyp", "groups": "AREA", **ON})
            yield Call(f"{path}/assessment", {"on": "2022-12-31"})
            yield Call(f"{path}/coverage", {"categories": "restaurant", "minutes": "5", "uncovered": "true", **ON})


def _of_divisions() -> Iterator[Call]:
    for division in DIVISIONS:
        yield Call("/v1/assessments", {"division": division, **ON})
        yield Call("/v1/assessments", {"division": division, "verdict": "FAIL", "limit": "3", **ON})
        yield Call("/v1/communities", {"division": division, "limit": "5"})
        yield Call("/v1/facilities", {"division": division, "limit": "5"})
    for division in ("522799", "522799001", "62"):
        yield Call("/v1/coverage", {"division": division, "circle": "fitness", **ON})
        yield Call("/v1/coverage/picture", {"division": division, "circle": "life", **ON})
        yield Call(f"/v1/divisions/{division}/statistics")


def _of_facilities(ids: list[int]) -> Iterator[Call]:
    for one in ids:
        yield Call(f"/v1/facilities/{one}")
        yield Call(f"/v1/facilities/{one}/reach", {"minutes": "10"})


def _exports() -> Iterator[Call]:
    for table in ("communities", "facilities", "statistics", "residences", "assessments"):
        for form in ("csv", "geojson"):
            if (table, form) not in {("statistics", "geojson"), ("assessments", "geojson")}:
                yield Call(f"/v1/exports/{table}", {"format": form, "division": "522799", **ON})


def _projects() -> Iterator[Call]:
    for project in as_json():
        yield Call("/v1/project-validations", method="POST", body=project)
        yield Call("/v1/project-validations", method="POST", body={**project, "standard": "all"})
        yield Call("/v1/project-validations", method="POST", body=project, headers={"Accept-Language": "zh"})
        yield Call("/v1/project-validations", method="POST", body={**project, "facilities": []})
        yield Call("/v1/project-validations", method="POST", body={**project, "project_role": None})
        yield Call("/v1/project-validations", method="POST", body={**project, "households": 0})
        yield Call("/v1/project-validations", method="POST", body={**project, "households": -1})
    yield Call("/v1/project-validations", method="POST", body=as_json())


def _refused() -> Iterator[Call]:
    for language in ("en", "zh"):
        headers = {"Accept-Language": language}
        for path, params in (
            ("/v1/communities/999999", {}),
            ("/v1/communities/x", {}),
            ("/v1/communities", {"limit": "0"}),
            ("/v1/communities", {"bbox": "1,2,3"}),
            ("/v1/communities", {"cursor": "nonsense"}),
            ("/v1/assessments", {"division": "5"}),
            ("/v1/assessments", {"on": "yesterday"}),
            ("/v1/assessments", {"standard": "nobodys"}),
            ("/v1/coverage", {"division": "522799", "minutes": "1000"}),
            ("/v1/exports/communities", {"format": "dwg"}),
            ("/v1/batches/nonesuch", {}),
            ("/v1/nothing", {}),
        ):
            yield Call(path, params, headers=headers)
        for body in ({}, {"code": "1", "name": ""}, {"code": "522799001999", "name": "x", "households": 5}, [], "text"):
            yield Call("/v1/communities", method="POST", body=body, headers=headers)


def _changes(community: int, facility: int) -> Iterator[Call]:
    square = {"type": "Polygon", "coordinates": [[[107, 26], [107.01, 26], [107.01, 26.01], [107, 26.01], [107, 26]]]}
    new = {"code": "522799001777", "name": "新社区", "boundary": square}
    yield Call("/v1/communities", method="POST", body=new)
    yield Call("/v1/communities", method="POST", body=new)
    for path, change in ((f"/v1/communities/{community}", "name"), (f"/v1/facilities/{facility}", "name")):
        yield Call(path, method="PATCH", body={change: "改名"})
        yield Call(path, method="PATCH", body={change: "改名"}, headers={"If-Match": '"77"'})
        yield Call(path, method="PATCH", body={change: "改名"}, headers={"If-Match": "*"})
        yield Call(path)
        yield Call(path, method="DELETE", headers={"If-Match": "*"})
    yield Call(f"/v1/communities/{community}", {"cascade": "true"}, method="DELETE", headers={"If-Match": "*"})
    what_if = {"division": "522799", "categories": ["restaurant"], "add": [], "remove": [], **ON}
    yield Call("/v1/coverage/what-if", method="POST", body=what_if)
