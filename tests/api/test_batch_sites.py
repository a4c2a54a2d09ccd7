"""Sites in files: stored communities tell where projects lie, with the warnings that items in JSON get."""

import io
import json
from csv import DictReader
from typing import Any

import openpyxl
import pytest
import shapely
from fastapi.testclient import TestClient

from app.settings import Settings
from tests.api.batch_calls import ON, ordered, results, succeeded
from tests.api.calls import CHINESE, community

Json = Any  # Any: bodies of answers

WEST, EAST = "522701001001", "522701001201"
SITES = {
    "inside": (shapely.box(107.02, 26.02, 107.03, 26.03), ""),
    "inside, another given": (shapely.box(107.02, 26.02, 107.03, 26.03), "130824"),
    "inside, the same given": (shapely.box(107.02, 26.02, 107.03, 26.03), WEST),
    "over both": (shapely.box(107.095, 26.02, 107.105, 26.03), ""),
    "over both, given": (shapely.box(107.095, 26.02, 107.105, 26.03), "522701"),
    "nowhere": (shapely.box(110, 26, 110.01, 26.01), ""),
    "no site": (None, ""),
}
"""Site and division code of each project, by its reference."""
WARNINGS = {
    "inside": [],
    "inside, another given": ["site_elsewhere"],
    "inside, the same given": [],
    "over both": ["site_straddles"],
    "over both, given": ["site_straddles"],
    "nowhere": ["division_unknown"],
    "no site": ["division_unknown"],
}


@pytest.fixture
def stored(client: TestClient) -> None:
    """Two communities side by side; the western one is rural by its own word."""
    boundaries = {WEST: shapely.box(107, 26, 107.1, 26.1), EAST: shapely.box(107.1, 26, 107.2, 26.1)}
    for code, boundary in boundaries.items():
        community(client, code, setting="RURAL" if code == WEST else None, boundary=geojson(boundary))


def geojson(shape: shapely.Geometry | None) -> Json:
    return None if shape is None else json.loads(shapely.to_geojson(shape))


def as_items() -> list[Json]:
    return [
        {"reference": reference, "households": 1000, "division_code": code or None, "site": geojson(site), "on": ON}
        for reference, (site, code) in SITES.items()
    ]


def as_csv() -> bytes:
    lines = [f'"{name}",1000,{code},"{site.wkt if site else ""}"' for name, (site, code) in SITES.items()]
    return "\n".join(["项目编号,总户数,行政区划代码,用地范围", *lines]).encode()


def as_layer() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"项目编号": name, "总户数": 1000, "行政区划代码": code},
            "geometry": geojson(site),
        }
        for name, (site, code) in SITES.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


PLACES = ("row", "warnings")


@pytest.mark.parametrize(("name", "write"), [("项目.csv", as_csv), ("sites.geojson", as_layer)], ids=["csv", "layer"])
@pytest.mark.usefixtures("stored")
def test_a_file_is_told_what_items_are_told(client: TestClient, settings: Settings, name: str, write: Any) -> None:
    said = client.post("/v1/project-validations", json=as_items()).json()["results"]
    batch = succeeded(client, settings, ordered(client, write(), name))
    found = results(client, batch).json()["results"]
    assert {one["reference"]: [item["code"] for item in one["warnings"]] for one in said} == WARNINGS
    assert {one["reference"]: [item["code"] for item in one["warnings"]] for one in found} == WARNINGS
    assert [without(one) for one in found] == [without(one) for one in said]
    assert [one["setting"] for one in found][:3] == ["RURAL", None, "RURAL"]
    assert batch["summary"]["warnings"] == {"division_unknown": 2, "site_elsewhere": 1, "site_straddles": 2}
    [straddling] = next(one for one in found if one["reference"] == "over both")["warnings"]
    headings = {"项目.csv": "用地范围", "sites.geojson": "geometry"}
    assert (straddling["sheet"], straddling["column"]) == (name.rpartition(".")[0], headings[name])
    assert straddling["row"] == (5 if name == "项目.csv" else 4)


def without(result: Json) -> Json:
    """The result but for the places of its row and warnings, and the fields that only lists of facilities have."""
    return {name: value for name, value in result.items() if name not in PLACES}


@pytest.mark.usefixtures("stored")
def test_tables_and_workbooks_of_results_hold_the_warnings(client: TestClient, settings: Settings) -> None:
    batch = succeeded(client, settings, ordered(client, as_csv()))
    lines = list(DictReader(results(client, batch, "csv").text.removeprefix("\ufeff").splitlines()))
    assert [bool(line["warnings"]) for line in lines] == [bool(WARNINGS[name]) for name in SITES]
    assert not any(line["errors"] for line in lines)
    assert lines[3]["warnings"].startswith("用地范围: The site does not lie in one stored community alone")
    features = results(client, batch, "geojson", **CHINESE).json()["features"]
    assert features[1]["properties"]["warnings"].startswith("用地范围: 所填区划为 130824")
    book = openpyxl.load_workbook(io.BytesIO(results(client, batch, "xlsx").content))
    assert [row[3].value for row in book["errors"].iter_rows(min_row=2)] == [
        code for codes in WARNINGS.values() for code in codes
    ]


@pytest.mark.usefixtures("stored")
def test_invalid_rows_are_not_looked_up(client: TestClient, settings: Settings) -> None:
    site = SITES["over both"][0]
    text = f'项目编号,总户数,用地范围\nA,many,"{site.wkt}"\n'
    batch = succeeded(client, settings, ordered(client, text.encode()))
    [found] = results(client, batch).json()["results"]
    assert (found["status"], found["site_communities"], found["warnings"]) == ("INVALID_INPUT", [], [])
