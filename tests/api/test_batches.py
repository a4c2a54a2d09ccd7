"""POST /v1/batches and what can be done with a batch: order, watch, read, cancel, delete."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.dependencies import get_today
from app.main import create_app
from app.schemas.project import PROJECT_EXAMPLE
from app.schemas.standard import STANDARD_EXAMPLE
from app.settings import Settings
from tests.api.batch_calls import (
    FACILITIES,
    FACILITY_HEADINGS,
    ON,
    PATH,
    PROJECTS,
    accepted,
    as_json,
    csv,
    finished,
    ordered,
    results,
    succeeded,
    work,
    xlsx,
)
from tests.api.calls import CHINESE, SQUARE, community, fault, faults, stored

Json = Any  # Any: bodies of answers
TEXT = csv(PROJECTS)
MISSING = "01" * 16


def test_batch_is_stored_before_it_is_answered(client: TestClient) -> None:
    batch = ordered(client, TEXT.encode("gbk"), encoding="GBK", mapping='{"项目名称": "name"}', project_role="PART")
    assert (batch["status"], batch["progress"]) == ("ACCEPTED", {"done": 0, "total": None})
    assert (batch["summary"], batch["error"], batch["links"]["results"]) == (None, None, None)
    given = batch["parameters"]
    assert (given["on"], given["standard"], given["encoding"]) == (ON, "effective", "GBK")
    assert (given["mapping"], given["project_role"]) == ({"项目名称": "name"}, "PART")
    assert set(given["standards"]) == {item["id"] for item in client.get("/v1/standards").json()["items"]}
    assert [file["name"] for file in batch["files"]] == ["项目.csv"]
    assert client.get(batch["links"]["self"]).json() == batch


def test_summary_tells_counts_and_what_they_rest_on(client: TestClient, settings: Settings) -> None:
    batch = succeeded(client, settings, ordered(client, xlsx(项目=PROJECTS, 设施=FACILITIES), "项目.xlsx"))
    summary = batch["summary"]
    assert (summary["projects"], summary["by_status"]) == (3, {"EVALUATED": 3})
    assert sum(summary["by_verdict"].values()) == 3
    known = batch["parameters"]["standards"]
    assert {item["id"]: item["content_hash"] for item in summary["standards"]}.items() <= known.items()
    assert {"luanping-14fyp", "qiannan-14fyp"} <= {item["id"] for item in summary["standards"]}
    read = summary["read"]
    assert (read["format"], [sheet["row_count"] for sheet in read["sheets"]]) == ("XLSX", [3, 3])
    assert read["sheets"][0]["fields"][0] == {"heading": "项目编号", "field": "reference", "unit": None, "factor": None}
    chinese = client.get(batch["links"]["self"], headers=CHINESE).json()["summary"]
    assert chinese["rules"][0]["indicator_label"] != summary["rules"][0]["indicator_label"]
    assert batch["links"]["results"] == f"{batch['links']['self']}/results"
    assert (batch["started_at"] is None, batch["finished_at"] is None) == (False, False)


def test_results_are_those_of_project_validations(client: TestClient, settings: Settings) -> None:
    """Of a file rows stand for places in lists; all else is the same."""
    batch = succeeded(client, settings, ordered(client, xlsx(项目=PROJECTS, 设施=FACILITIES), "a.xlsx"))
    *listed, unlisted = as_json()
    del unlisted["facilities"]  # it has no row in the sheet of facilities: nothing is known of them
    told = client.post("/v1/project-validations", json=[*listed, unlisted], headers=CHINESE).json()
    found = results(client, batch, **CHINESE).json()
    assert [item.pop("row") for item in found["results"]] == [2, 3, 4]
    assert _without_places(found["results"]) == _without_places(told["results"])
    assert _keyed(found["summary"]) == _keyed(told["summary"])
    assert found["errors"] == []


def _keyed(summary: Json) -> Json:
    """The counts; rules by what names them."""
    rules = {(rule["standard"], rule["rule"]): rule for rule in summary["rules"]}
    return rules, {name: summary[name] for name in ("projects", "by_status", "by_verdict")}


def _without_places(items: Json) -> Json:
    if isinstance(items, list):
        return [_without_places(item) for item in items]
    if not isinstance(items, dict):
        return items
    return {
        key: _without_places(value)
        for key, value in items.items()
        if key not in {"row", "facilities_counted", "facility"}
    }


def test_list_gives_what_project_validations_gives(client: TestClient, settings: Settings) -> None:
    """Also with phases, a receiving community, sites, and items that are none; in both languages."""
    owner = community(client, "522701001001", boundary=SQUARE, statistics={"as_of": "2023-01-01", "households": 900})
    inside = {"type": "Polygon", "coordinates": [[[107.1, 26.1], [107.2, 26.1], [107.2, 26.2], [107.1, 26.1]]]}
    body = [
        *as_json(),
        PROJECT_EXAMPLE,
        {"reference": "S", "site": inside, "households": 200},
        {"reference": "R", "project_role": "PART", "households": 100, "receiving_community_id": owner["id"]},
        {"reference": "U", "standard": "nowhere"},
        {"households": -1},
        5,
    ]
    batch = succeeded(client, settings, accepted(client.post(PATH, json=body)))
    for headers in ({}, CHINESE):
        told = client.post("/v1/project-validations", json=body, headers=headers).json()
        found = results(client, batch, **headers).json()
        assert found["results"] == told["results"]
        assert _keyed(found["summary"]) == _keyed(told["summary"])
    assert batch["summary"]["by_status"] == {"EVALUATED": 6, "INVALID_INPUT": 3}
    assert batch["summary"]["errors"] == {"must_be_at_least": 1, "object_expected": 1, "unknown_standard": 1}
    assert batch["summary"]["read"] is None
    for form in ("csv", "xlsx", "geojson"):
        assert results(client, batch, form).content


def test_long_list_is_judged_in_parts(client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.batch_work.ITEMS_AT_ONCE", 2)
    body = [*as_json(), {"households": -1}, *as_json()]
    batch = succeeded(client, settings, accepted(client.post(PATH, json=body)))
    told = client.post("/v1/project-validations", json=body).json()["results"]
    found = results(client, batch).json()["results"]
    assert found == told
    assert found[3]["errors"][0]["pointer"] == "/3/households"


@pytest.mark.parametrize("address", [PATH, f"{PATH}/items"])
def test_list_may_be_as_large_as_a_file(settings: Settings, address: str) -> None:
    """It is not held in memory; one that is judged at once is."""
    small = settings.model_copy(update={"max_body_bytes": 1024, "max_upload_bytes": 20_000})
    with TestClient(create_app(small)) as client:
        body = as_json() * 4
        assert client.post("/v1/project-validations", json=body).status_code == 413
        accepted(client.post(address, json=body))
        assert client.post(address, json=body * 10).status_code == 413


def test_list_without_items_is_a_batch_too(client: TestClient, settings: Settings) -> None:
    batch = succeeded(client, settings, accepted(client.post(PATH, json=[])))
    assert results(client, batch).json()["results"] == []
    for form in ("csv", "xlsx", "geojson"):
        assert results(client, batch, form).content


@pytest.mark.parametrize(
    ("body", "code"),
    [("{}", "list_expected"), ("[1,]", "json_invalid"), ("", "body_missing"), ('[{"a":1,"a":2}]', "duplicate_key")],
)
def test_body_that_is_no_list_is_refused_at_once(client: TestClient, body: str, code: str) -> None:
    answer = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert fault(answer)["code"] == code
    assert client.get(PATH).json()["items"] == []


def test_list_has_an_address_of_its_own(client: TestClient, settings: Settings) -> None:
    batch = succeeded(client, settings, accepted(client.post(f"{PATH}/items", json=as_json())))
    told = client.post("/v1/project-validations", json=as_json()).json()["results"]
    assert results(client, batch).json()["results"] == told
    form = client.post(f"{PATH}/items", files={"file": ("projects.csv", TEXT)})
    assert fault(form, 415)["pointer"] == "Content-Type"


def test_body_of_another_type_is_refused(client: TestClient) -> None:
    assert fault(client.post(PATH, content=TEXT, headers={"Content-Type": "text/csv"}), 415)


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"on": "31.12.2025"}, "/on", "date_expected"),
        ({"standard": "nowhere"}, "/standard", "unknown_standard"),
        ({"crs": "EPSG:1"}, "/crs", "unknown_crs"),
        ({"encoding": "EBCDIC"}, "/encoding", "encoding_unknown"),
        ({"mapping": "栋数"}, "/mapping", "json_invalid"),
        ({"mapping": "[]"}, "/mapping", "object_expected"),
        ({"project_role": "HALF"}, "/project_role", "not_in_list"),
        ({"langauge": "zh"}, "/langauge", "unknown_field"),
    ],
)
def test_form_that_makes_no_sense_is_refused(
    client: TestClient, fields: dict[str, str], pointer: str, code: str
) -> None:
    found = fault(client.post(PATH, files={"file": ("a.csv", TEXT.encode())}, data=fields))
    assert (found["pointer"], found["code"]) == (pointer, code)


def test_form_without_file_is_refused(client: TestClient) -> None:
    assert fault(client.post(PATH, files={"facilities": ("a.csv", b"")}))["pointer"] == "/file"
    files = {"file": ("a.csv", TEXT.encode()), "others": ("b.csv", b"")}
    assert fault(client.post(PATH, files=files))["pointer"] == "/others"


def test_second_file_holds_the_facilities(client: TestClient, settings: Settings) -> None:
    listed = csv(FACILITIES, FACILITY_HEADINGS)
    files = {"file": ("项目.csv", TEXT.encode("gb18030")), "facilities": ("设施.csv", listed.encode("gbk"))}
    batch = succeeded(client, settings, accepted(client.post(PATH, files=files, data={"on": ON})))
    assert [file["name"] for file in batch["files"]] == ["项目.csv", "设施.csv"]
    whole = succeeded(client, settings, ordered(client, xlsx(项目=PROJECTS, 设施=FACILITIES), "项目.xlsx"))
    found, expected = (results(client, item).json()["results"] for item in (batch, whole))
    assert _without_places(found) == _without_places(expected)


def test_site_without_a_division_is_looked_up(client: TestClient, settings: Settings) -> None:
    community(client, "522701001001", boundary=SQUARE)
    site = {"type": "Polygon", "coordinates": [[[107.1, 26.1], [107.2, 26.1], [107.2, 26.2], [107.1, 26.1]]]}
    feature = {"type": "Feature", "properties": {"项目编号": "S", "总户数": 500}, "geometry": site}
    content = str({"type": "FeatureCollection", "features": [feature]}).replace("'", '"').encode()
    batch = succeeded(client, settings, ordered(client, content, "sites.geojson"))
    [found] = results(client, batch).json()["results"]
    assert (found["division_code"], found["division_source"]) == ("522701001001", "SITE")
    assert [item["code"] for item in found["site_communities"]] == ["522701001001"]
    [shown] = results(client, batch, "geojson").json()["features"]
    assert shown["geometry"]["type"] == "Polygon"


def test_standards_and_day_are_those_of_the_order(client: TestClient, settings: Settings) -> None:
    """A standard that is stored before the work begins has no say, and the day of the work has none."""
    batch = accepted(client.post(PATH, files={"file": ("项目.csv", TEXT.encode())}))
    stored(client.post("/v1/standards", json={**STANDARD_EXAMPLE, "division_code": "130824"}))
    client.app.dependency_overrides[get_today] = lambda: date(2099, 1, 1)
    done = succeeded(client, settings, batch)
    found = results(client, done).json()["results"]
    assert {item["assessed_on"] for item in found} == {batch["parameters"]["on"]}
    assert all(STANDARD_EXAMPLE["id"] not in item["standard"]["chain"] for item in found)


def test_same_key_and_order_give_the_same_batch(client: TestClient) -> None:
    batch = ordered(client, TEXT.encode(), key="2026-014")
    assert ordered(client, TEXT.encode(), key="2026-014")["id"] == batch["id"]
    assert ordered(client, TEXT.encode())["id"] != batch["id"]
    headers = {"Idempotency-Key": "2026-014"}
    for other in ({"on": "2024-12-31"}, {"on": ON, "standard": "all"}):
        answer = client.post(PATH, files={"file": ("项目.csv", TEXT.encode())}, data=other, headers=headers)
        assert fault(answer)["code"] == "idempotency_key_reused"
    assert fault(client.post(PATH, json=[], headers=headers))["code"] == "idempotency_key_reused"


def test_same_key_gives_the_same_batch_on_another_day(client: TestClient) -> None:
    """Neither the day nor a new standard makes another order of it."""
    headers = {"Idempotency-Key": "k"}
    batch = accepted(client.post(PATH, json=[], headers=headers))
    stored(client.post("/v1/standards", json=STANDARD_EXAMPLE))
    client.app.dependency_overrides[get_today] = lambda: date(2099, 1, 1)
    assert accepted(client.post(PATH, json=[], headers=headers))["id"] == batch["id"]


def test_batches_are_listed_newest_first(client: TestClient) -> None:
    made = [accepted(client.post(PATH, json=[]))["id"] for _ in range(3)]
    page = client.get(PATH, params={"limit": 2}).json()
    rest = client.get(page["next"]).json()
    assert [item["id"] for item in (*page["items"], *rest["items"])] == made[::-1]
    assert rest["next"] is None


def test_batch_without_results_says_why(client: TestClient, settings: Settings) -> None:
    waiting = accepted(client.post(PATH, json=[]))
    answer = client.get(f"{waiting['links']['self']}/results")
    assert (fault(answer, 409)["code"], fault(answer, 409)["value"]) == ("batch_unfinished", waiting["id"])
    cancelled = client.delete(waiting["links"]["self"])
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "CANCELLED")
    assert fault(client.get(f"{waiting['links']['self']}/results"), 409)["code"] == "batch_cancelled"
    failed = finished(client, settings, ordered(client, b""))
    assert failed["status"] == "FAILED"
    assert fault(client.get(f"{PATH}/{failed['id']}/results", headers=CHINESE), 409)["code"] == "batch_failed"


def test_finished_batch_is_deleted(client: TestClient, settings: Settings) -> None:
    batch = succeeded(client, settings, accepted(client.post(PATH, json=as_json())))
    assert client.delete(batch["links"]["self"]).status_code == 204
    for answer in (
        client.get(batch["links"]["self"]),
        client.get(f"{batch['links']['self']}/results"),
        client.delete(batch["links"]["self"]),
    ):
        assert fault(answer, 404)["value"] == batch["id"]


def test_cancelled_batch_is_not_worked_on(client: TestClient, settings: Settings) -> None:
    batch = accepted(client.post(PATH, json=as_json()))
    client.delete(batch["links"]["self"])
    work(client, settings)
    assert client.get(batch["links"]["self"]).json()["status"] == "CANCELLED"


def test_unknown_batch_is_not_found(client: TestClient) -> None:
    assert fault(client.get(f"{PATH}/{MISSING}"), 404)["value"] == MISSING
    assert client.get(f"{PATH}/1").status_code == 404
    assert client.delete(f"{PATH}/template").status_code == 405


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("headers", [{}, CHINESE])
def test_empty_form_is_understood_and_has_no_rows(
    client: TestClient, settings: Settings, form: str, headers: dict[str, str]
) -> None:
    template = client.get(f"{PATH}/template", params={"format": form}, headers=headers)
    assert template.headers["content-disposition"] == f'attachment; filename="template.{form}"'
    done = finished(client, settings, ordered(client, template.content, f"template.{form}"))
    codes = [found["code"] for found in (done["error"] or {"errors": []})["errors"]]
    assert (done["status"], codes) == ("FAILED", ["file_without_rows"])


def test_unknown_form_of_results_is_refused(client: TestClient) -> None:
    assert [item["pointer"] for item in faults(client.get(f"{PATH}/template?format=pdf"))] == ["?format"]
    assert fault(client.get(f"{PATH}/{MISSING}/results?format=pdf"))["pointer"] == "?format"
