"""Exports: what is exported and imported again changes nothing, and the verdicts are those of the assessments."""

import csv
import io
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import CODE, INSIDE, OUTSIDE, SQUARE, community, facility, fault
from tests.api.importing import Importer, counts
from tests.api.walks import residence

FORMATS = ["csv", "xlsx", "geojson", "gpkg"]
HOLED = {
    "type": "MultiPolygon",
    "coordinates": [
        [
            [[109, 26], [109.1, 26], [109.1, 26.123456789012345], [109, 26.1], [109, 26]],
            [[109.02, 26.02], [109.02, 26.03], [109.03, 26.03], [109.02, 26.02]],
        ],
        [[[109.2, 26], [109.3, 26], [109.3, 26.1], [109.2, 26]]],
    ],
}


@pytest.fixture
def town(client: TestClient) -> TestClient:
    """A service with something of everything in it."""
    statistics = {"as_of": "2025-06-30", "households": 2000, "population": 5200, "total_floor_area_m2": 0.1 + 0.2}
    one = community(client, boundary=SQUARE, statistics=statistics, is_new_build=True)["id"]
    community(client, "522725001002", name="=cmd", boundary=HOLED, facility_inventory_as_of="2025-01-01")
    community(client, "130824200201", setting="RURAL", urban_rural_code="220", resettlement_type="HOLLOW_VILLAGE")
    older = {"as_of": "2024-12-31", "households": 1900, "self_service_available": True, "reported": {"x": 1}}
    assert client.post(f"/v1/communities/{one}/statistics", json=older).status_code == 201
    for code in ("52", "522725"):
        body = {"as_of": "2025-06-30", "population": 9_000_000, "household_basis": "REGISTERED"}
        assert client.post(f"/v1/divisions/{code}/statistics", json=body).status_code == 201
    building = facility(client, key="B-1", community_id=one, floor_area_m2=560.1, is_main=True, tenure="OWNED")["id"]
    facility(client, part_of=building, category="childcare", counts_as_service=False)
    plain = facility(client, location=INSIDE, opened_on="2020-01-01", closed_on="2030-01-01")["id"]
    facility(client, part_of=plain, key="room", opening_hours_per_day=8)
    facility(client, location=OUTSIDE, name="'=x")
    facility(client, division_code="522725001", category="township_service_centre")
    residence(client, key="=1", households=60, location=INSIDE)
    gates = {"type": "MultiPoint", "coordinates": [[109.01, 26.012345678901234], [109.02, 26.02]]}
    residence(client, name="Gated", floor_area_m2=0.1 + 0.2, footprint=HOLED, entrances=gates, community_id=one)
    residence(client, households=0, location=OUTSIDE)
    return client


def exported(client: TestClient, kind: str, **query: str) -> bytes:
    answer = client.get(f"/v1/exports/{kind}", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-length"] == str(len(answer.content))
    return answer.content


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", ["communities", "facilities", "statistics", "residences"])
@pytest.mark.parametrize("form", FORMATS)
def test_import_of_an_export_changes_nothing(town: TestClient, importer: Importer, kind: str, form: str) -> None:
    content = exported(town, kind, format=form)
    for options in ({"dry_run": "true"}, {}):
        summary = importer.summary(content, kind, name=f"{kind}.{form}", **options)
        assert summary["errors"] == []
        total = {"communities": 3, "facilities": 6, "statistics": 4, "residences": 3}[kind]
        assert counts(summary) == (0, 0, total, 0)
    assert exported(town, kind, format=form) == content


def test_headings_in_chinese_are_imported_too(town: TestClient, importer: Importer) -> None:
    for kind in ("communities", "facilities", "statistics", "residences"):
        content = town.get(f"/v1/exports/{kind}", headers={"Accept-Language": "zh"}).content
        summary = importer.summary(content, kind)
        assert (summary["new"], summary["changed"], summary["faulty"]) == (0, 0, 0)


def test_export_fills_an_empty_service(town: TestClient, importer: Importer) -> None:
    content = exported(town, "communities", format="gpkg")
    for item in town.get("/v1/communities").json()["items"]:
        etag = {"If-Match": "*"}
        assert town.delete(f"/v1/communities/{item['id']}?cascade=true", headers=etag).status_code == 204
    assert counts(importer.summary(content, "communities", name="c.gpkg")) == (3, 0, 0, 0)
    assert exported(town, "communities", format="csv").count(b"\n") == 4


def test_only_what_is_asked_for_is_exported(town: TestClient) -> None:
    def codes(**query: str) -> list[str]:
        return [row["code"] for row in rows(exported(town, "communities", **query))]

    assert codes(division="522725") == [CODE, "522725001002"]
    assert codes(bbox="108.9,26,109.5,27") == ["522725001002"]
    assert codes(setting="RURAL") == ["130824200201"]
    assert [row["households"] for row in rows(exported(town, "communities", on="2025-01-01"))] == ["1900", "", ""]
    assert len(rows(exported(town, "facilities", on="2019-01-01"))) == 5
    assert len(rows(exported(town, "facilities", category="childcare"))) == 1
    assert len(rows(exported(town, "residences", bbox="107,26,110,27"))) == 2
    codes_of = [row["assigned_community_code"] for row in rows(exported(town, "residences", division="5227"))]
    assert codes_of == [CODE, ""]
    assert len(rows(exported(town, "statistics", division="5227"))) == 3
    assert len(rows(exported(town, "statistics", on="2024-12-31"))) == 1


def test_assessments_are_those_of_the_communities(town: TestClient) -> None:
    table = rows(exported(town, "assessments", on="2025-12-31", division="522725"))
    items = {item["code"]: item["id"] for item in town.get("/v1/communities").json()["items"]}
    for code in (CODE, "522725001002"):
        read = town.get(f"/v1/communities/{items[code]}/assessment", params={"on": "2025-12-31"}).json()
        mine = [row for row in table if row["code"] == code]
        assert [shown(row) for row in mine] == [told(finding) for finding in read["findings"]]


def shown(row: dict[str, str]) -> tuple[Any, ...]:
    figures = [float(row[name]) if row[name] else None for name in ("value", "target", "shortfall")]
    names = ("standard", "rule", "basis", "verdict", "reason", "unit", "source_place")
    return (*figures, *(row[name] or None for name in names))


def told(finding: Any) -> tuple[Any, ...]:
    missing = finding["shortfall"] and finding["shortfall"]["value"]
    names = ("standard", "rule", "basis", "verdict", "reason", "unit")
    place = finding["source"]["place"] or None
    return (finding["value"], finding["target"], missing, *(finding[name] or None for name in names), place)


@pytest.mark.parametrize("form", FORMATS)
def test_assessments_are_written_in_all_forms(town: TestClient, form: str) -> None:
    content = exported(town, "assessments", format=form, division="522725", standard="national-14fyp")
    assert len(content) > 1000
    if form == "geojson":
        assert json.loads(content)["features"][0]["geometry"]["type"] == "Polygon"


@pytest.mark.parametrize("kind", ["communities", "facilities", "statistics", "residences", "assessments"])
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_stored_is_a_file_without_rows(client: TestClient, kind: str, form: str) -> None:
    assert exported(client, kind, format=form)


def test_export_is_refused_when_it_makes_no_sense(client: TestClient) -> None:
    assert fault(client.get("/v1/exports/communities?format=pdf"))["pointer"] == "?format"
    assert fault(client.get("/v1/exports/statistics?bbox=1,2,3,4"))["code"] == "unknown_parameter"
    assert client.get("/v1/exports/assessments?standard=nothing").status_code == 404
    assert client.get("/v1/exports/houses").status_code == 404
