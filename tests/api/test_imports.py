"""Imports: dry runs, upserts, all or nothing, row by row, and what they say of faults."""

from collections.abc import Callable, Sequence

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.jobs.kinds import Chunk
from app.services import import_work
from app.services.import_facilities import FacilityForm
from app.services.import_work import RowByRow, WholeImport
from app.store.job_tables import Json
from tests.api.calls import ANY_STATE, CHINESE, CODE, INSIDE, SQUARE, community, facility, fault, faults
from tests.api.importing import Importer, counts

FACILITIES = """key,name,category,community_code,floor_area_m2,part_of,is_main
S-1,Station,community_service_station,522725001001,560,,yes
R-1,Room,childcare,,60,S-1,no
"""
COMMUNITIES = """code,name,as_of,households,population,boundary
522725001001,One,2025-06-30,2000,5200,"POLYGON ((107 26, 107.01 26, 107.01 26.01, 107 26.01, 107 26))"
522725001002,Two,2025-06-30,1000,2600,
"""
STATISTICS = """division_code,as_of,households,total_floor_area_m2
522725001001,2025-06-30,2000,230000
5227,2025-06-30,900000,
"""

RESIDENCES = """楼栋编号,住宅名称,户数,建筑面积,社区代码,位置,出入口
A,One,60,5000,522725001001,POINT (107.5 26.5),
B,,40,,,"POLYGON ((107.1 26.1, 107.2 26.1, 107.2 26.2, 107.1 26.1))","MULTIPOINT ((107.1 26.1), (107.2 26.2))"
"""


@pytest.mark.parametrize(
    ("kind", "content", "address"),
    [
        ("residences", RESIDENCES, "/v1/residences"),
        ("communities", COMMUNITIES, "/v1/communities"),
        ("facilities", FACILITIES, "/v1/facilities"),
        ("statistics", STATISTICS, "/v1/divisions/5227/statistics"),
    ],
)
def test_rows_are_new_then_unchanged(importer: Importer, kind: str, content: str, address: str) -> None:
    if kind != "communities":
        community(importer.client)
    assert counts(importer.summary(content, kind, dry_run="true")) == (2, 0, 0, 0)
    assert importer.client.get(address).json()["total"] == 0
    summary = importer.summary(content, kind)
    assert (counts(summary), summary["is_written"]) == ((2, 0, 0, 0), True)
    before = importer.client.get(address).json()["items"]
    assert counts(importer.summary(content, kind, on_error="continue")) == (0, 0, 2, 0)
    assert importer.client.get(address).json()["items"] == before


MANY = 250
"""More than PostgreSQL is sent one by one."""


def _many_facilities(turn: int) -> str:
    rows = (
        f"S-{n},Station {n}.{turn},childcare,{107 + n / 10_000 + turn / 100},26.005,{n + turn},202{turn}-01-01\n"
        for n in range(MANY)
    )
    return "key,name,category,longitude,latitude,floor_area_m2,opened_on\n" + "".join(rows)


def _many_communities(turn: int) -> str:
    rows = (
        f'5227250{n:05d},"A\\{n},{turn}",2025-06-30,{n + turn},'
        f'"POLYGON (({n / 2} {turn}, {n / 2 + 0.4} {turn}.5, {n / 2} {turn}.5, {n / 2} {turn}))"\n'
        for n in range(1, MANY)
    )
    return "code,name,as_of,households,boundary\n" + "".join(rows)


def _many_residences(turn: int) -> str:
    rows = (
        f'A-{n},,{n + turn},POINT (107.5 26.{n:04d}),"MULTIPOINT ((107.1 26.1), (107.{turn + 2} 26.2))"\n'
        for n in range(1, MANY)
    )
    return "楼栋编号,住宅名称,户数,位置,出入口\n" + "".join(rows)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("facilities", _many_facilities), ("communities", _many_communities), ("residences", _many_residences)],
)
def test_many_changed_rows_are_stored_as_given(importer: Importer, kind: str, content: Callable[[int], str]) -> None:
    count = len(content(0).splitlines()) - 1
    assert counts(importer.summary(content(0), kind)) == (count, 0, 0, 0)
    before = importer.client.get(f"/v1/{kind}").json()["items"]
    assert counts(importer.summary(content(1), kind)) == (0, count, 0, 0)
    assert counts(importer.summary(content(1), kind)) == (0, 0, count, 0)
    after = importer.client.get(f"/v1/{kind}").json()["items"]
    assert [item["id"] for item in after] == [item["id"] for item in before]
    assert {item["revision"] for item in after} == {item["revision"] + 1 for item in before}


def test_community_has_its_derived_facts_and_its_statistics(importer: Importer) -> None:
    importer.summary(COMMUNITIES, "communities")
    items = importer.client.get("/v1/communities", params={"bbox": "107,26,107.5,26.5"}).json()["items"]
    assert [(item["code"], item["setting"], item["bbox"]) for item in items] == [
        (CODE, "URBAN", [107, 26, 107.01, 26.01])
    ]
    read = importer.client.get(f"/v1/communities/{items[0]['id']}").json()
    assert read["statistics"]["population"] == 5200
    assert read["area_m2"] == pytest.approx(1.1e6, rel=0.02)


def test_only_changed_rows_get_another_revision(importer: Importer) -> None:
    importer.summary(COMMUNITIES, "communities")
    before = [item["revision"] for item in importer.client.get("/v1/communities").json()["items"]]
    assert counts(importer.summary(COMMUNITIES.replace("Two", "Second"), "communities")) == (0, 1, 1, 0)
    items = importer.client.get("/v1/communities").json()["items"]
    assert [item["revision"] for item in items] == [before[0], before[1] + 1]
    assert items[1]["name"] == "Second"


def test_assessment_is_another_only_where_facts_have_changed(importer: Importer) -> None:
    one, other = (community(importer.client, code)["id"] for code in (CODE, "522725001002"))
    importer.summary(FACILITIES, "facilities")

    def tags() -> list[str]:
        return [importer.client.get(f"/v1/communities/{key}/assessment").headers["ETag"] for key in (one, other)]

    before = tags()
    importer.summary(FACILITIES, "facilities")
    assert tags() == before
    importer.summary(FACILITIES.replace(",560,", ",570,"), "facilities")
    after = tags()
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_columns_that_are_missing_leave_alone_what_is_stored(importer: Importer) -> None:
    community(importer.client)
    importer.summary(FACILITIES, "facilities")
    summary = importer.summary("key,name,category\nS-1,Renamed,community_service_station\n", "facilities")
    assert counts(summary) == (0, 1, 0, 0)
    station, room = importer.client.get("/v1/facilities").json()["items"]
    assert (station["name"], station["floor_area_m2"], station["is_main"]) == ("Renamed", 560, True)
    assert (room["part_of"], room["community_id"]) == (station["id"], station["community_id"])


def test_empty_cells_remove_what_is_stored(importer: Importer) -> None:
    community(importer.client)
    importer.summary(FACILITIES, "facilities")
    importer.summary(FACILITIES.replace(",560,", ",,"), "facilities")
    assert importer.client.get("/v1/facilities").json()["items"][0]["floor_area_m2"] is None


def test_facility_is_found_by_its_id(importer: Importer) -> None:
    key = facility(importer.client, location=INSIDE)["id"]
    summary = importer.summary(f"id,key,name,category\n{key},S-9,Station,childcare\n", "facilities")
    assert counts(summary) == (0, 1, 0, 0)
    read = importer.client.get(f"/v1/facilities/{key}").json()
    assert (read["key"], read["category"]) == ("S-9", "childcare")


def test_located_facilities_are_given_to_the_community_around_them(importer: Importer) -> None:
    held = community(importer.client, boundary=SQUARE)["id"]
    rows = "key,name,category,longitude,latitude\nA,A,childcare,107.5,26.5\nB,B,childcare,110.5,26.5\n"
    importer.summary(rows, "facilities")
    items = importer.client.get("/v1/facilities").json()["items"]
    assert [(item["community_id"], item["is_assigned_by_location"]) for item in items] == [(held, True), (None, False)]
    moved = rows.replace("110.5", "107.6")
    assert counts(importer.summary(moved, "facilities", on_error="continue")) == (0, 1, 1, 0)
    assert importer.client.get("/v1/facilities").json()["items"][1]["community_id"] == held


def test_imported_boundaries_take_in_located_facilities(importer: Importer) -> None:
    point = {"type": "Point", "coordinates": [107.005, 26.005]}
    key = facility(importer.client, location=point)["id"]
    importer.summary(COMMUNITIES, "communities")
    assert importer.client.get(f"/v1/facilities/{key}").json()["is_assigned_by_location"]


FAULTY = """key,name,category,community_code,floor_area_m2,part_of
S-1,Station,community_service_station,522725001001,560,
S-2,Elsewhere,community_service_station,522725009009,560,
S-3,Minus,community_service_station,522725001001,-1,
R-1,Room,childcare,,60,S-2
R-2,Lost,childcare,,60,S-8
D,Twice,childcare,,60,
D,Twice,childcare,,61,
N,Nowhere,childcare,,60,
"""


def test_file_with_faults_is_not_stored_at_all(importer: Importer) -> None:
    community(importer.client)
    read = importer.done(FAULTY, "facilities")
    assert read["status"] == "FAILED"
    first, *rest = read["error"]["errors"]
    assert first["code"] == "import_refused"
    assert [(one["row"], one["column"], one["code"]) for one in rest] == [
        (3, "community_code", "unknown_community_code"),
        (4, "floor_area_m2", "must_be_at_least"),
        (5, "part_of", "unknown_building_key"),
        (6, "part_of", "unknown_building_key"),
        (7, "key", "repeated_in_file"),
        (8, "key", "repeated_in_file"),
        (9, "community_code", "place_missing"),
    ]
    assert importer.client.get("/v1/facilities").json()["total"] == 0


def test_dry_run_tells_the_faults(importer: Importer) -> None:
    community(importer.client)
    summary = importer.summary(FAULTY, "facilities", dry_run="true")
    assert (counts(summary), summary["is_written"]) == ((1, 0, 0, 7), False)
    assert summary["errors_by_code"]["unknown_building_key"] == 2
    assert {"sheet", "row", "column", "code", "message", "value", "remedy"} <= summary["errors"][0].keys()


def test_rows_without_faults_are_stored_when_asked_for(importer: Importer) -> None:
    community(importer.client)
    read = importer.done(FAULTY, "facilities", on_error="continue")
    assert (read["status"], counts(read["summary"])) == ("SUCCEEDED", (1, 0, 0, 7))
    assert [item["key"] for item in importer.client.get("/v1/facilities").json()["items"]] == ["S-1"]
    results = importer.client.get(read["links"]["results"], headers=CHINESE)
    assert [one["row"] for one in results.json()["errors"]] == [3, 4, 5, 6, 7, 8, 9]
    assert "社区" in results.json()["errors"][0]["message"]


def test_contradiction_with_what_is_stored_is_a_fault_of_the_row(importer: Importer) -> None:
    community(importer.client)
    importer.summary(FACILITIES, "facilities")
    rows = "key,name,category,resident_activity_area_m2\nS-1,Station,community_service_station,561\n"
    summary = importer.summary(rows, "facilities", dry_run="true")
    assert summary["errors_by_code"] == {"activity_area_exceeds_floor_area": 1}


def test_rooms_follow_their_building(importer: Importer) -> None:
    one, other = (community(importer.client, code)["id"] for code in (CODE, "522725001002"))
    importer.summary(FACILITIES, "facilities")
    moved = "key,name,category,community_code\nS-1,Station,community_service_station,522725001002\n"
    importer.summary(moved, "facilities")
    owners = {item["community_id"] for item in importer.client.get("/v1/facilities").json()["items"]}
    assert (owners, one != other) == ({other}, True)


def test_overlapping_boundaries_are_reported_with_area_and_place(importer: Importer) -> None:
    community(importer.client, "522725001009", boundary=SQUARE)
    rows = (
        "code,name,boundary\n"
        '522725001001,One,"POLYGON ((108.5 26, 108.51 26, 108.51 26.01, 108.5 26.01, 108.5 26))"\n'
        '522725001002,Two,"POLYGON ((108.509 26, 108.52 26, 108.52 26.01, 108.509 26.01, 108.509 26))"\n'
        '522725001003,Three,"POLYGON ((108.52 26, 108.53 26, 108.53 26.01, 108.52 26.01, 108.52 26))"\n'
        '522725001004,Four,"POLYGON ((107.5 26.5, 107.51 26.5, 107.51 26.51, 107.5 26.51, 107.5 26.5))"\n'
    )
    for options in ({"dry_run": "true"}, {"on_error": "continue"}, {"on_error": "stop"}):
        summary = importer.summary(rows, "communities", **options)
        assert summary["faulty"] == 0
        assert summary["warnings_by_code"] == {"overlapping_boundaries": 2}
        first, second = summary["warnings"]
        assert (first["row"], second["row"]) == (3, 5)
        assert "522725001001" in first["message"]
        assert 108.509 < first["value"][0] < 108.51
        assert "522725001009" in second["message"]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "rows.csv", "file_empty"),
        (b"PK\x03\x04broken", "rows.xlsx", "file_truncated"),
        (b"a,b\n1,2\n", "rows.csv", "no_known_heading"),
        (b"key,name,category\x00\n", "rows.csv", None),
    ],
)
def test_unusable_file_fails_with_the_reason(importer: Importer, content: bytes, name: str, code: str | None) -> None:
    read = importer.done(content, "facilities", name=name)
    assert read["status"] == "FAILED"
    assert all(one["message"] and one["remedy"] for one in read["error"]["errors"])
    assert code in {None, *(one["code"] for one in read["error"]["errors"])}
    chinese = importer.client.get(read["links"]["self"], headers=CHINESE).json()
    assert chinese["error"]["detail"] != read["error"]["detail"]


def test_order_is_refused_when_it_makes_no_sense(client: TestClient) -> None:
    file = {"file": ("rows.csv", FACILITIES)}
    assert fault(client.post("/v1/imports", data={}, files=file))["pointer"] == "/kind"
    assert fault(client.post("/v1/imports", data={"kind": "facilities"}, files={"x": b"1"}))["code"]
    bad = {"kind": "houses", "dry_run": "perhaps", "on_error": "never", "mapping": "[]", "other": "1"}
    pointers = {one["pointer"] for one in faults(client.post("/v1/imports", data=bad, files=file))}
    assert pointers == {"/kind", "/dry_run", "/on_error", "/mapping", "/other"}
    assert fault(client.post("/v1/imports", data={"kind": "facilities", "crs": "x"}, files=file))["pointer"] == "/crs"
    assert client.post("/v1/imports", json={}).status_code == 415


def test_same_key_gives_the_same_import(importer: Importer) -> None:
    headers = {"Idempotency-Key": "k"}
    send = {"data": {"kind": "facilities"}, "files": {"file": ("rows.csv", FACILITIES)}, "headers": headers}
    one, other = (importer.client.post("/v1/imports", **send).json() for _ in range(2))
    assert one["id"] == other["id"]
    send["data"] = {"kind": "communities"}
    assert fault(importer.client.post("/v1/imports", **send))["code"] == "idempotency_key_reused"


def test_imports_are_listed_cancelled_and_deleted(importer: Importer) -> None:
    first, second = (importer.order(FACILITIES, "facilities")["links"]["self"] for _ in range(2))
    page = importer.client.get("/v1/imports", params={"limit": 1}).json()
    assert page["items"][0]["links"]["self"] == second
    assert importer.client.get(page["next"]).json()["items"][0]["links"]["self"] == first
    assert fault(importer.client.get(f"{first}/results"), 409)["code"] == "import_unfinished"
    cancelled = importer.client.delete(first)
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "CANCELLED")
    assert importer.client.delete(first).status_code == 204
    assert importer.client.get(first).status_code == 404


def test_residences_come_as_points_or_footprints_with_their_entrances(importer: Importer) -> None:
    held = community(importer.client, boundary=SQUARE)["id"]
    importer.summary(RESIDENCES, "residences")
    one, other = importer.client.get("/v1/residences").json()["items"]
    assert (one["key"], one["name"], one["households"], one["floor_area_m2"]) == ("A", "One", 60, 5000)
    assert (one["community_id"], one["is_assigned_by_location"], one["entrances"]) == (held, False, None)
    assert (one["location"]["coordinates"], one["footprint"]) == ([107.5, 26.5], None)
    assert (other["community_id"], other["is_assigned_by_location"], other["location"]) == (held, True, None)
    assert (other["footprint"]["type"], len(other["entrances"]["coordinates"])) == ("Polygon", 2)
    assert (other["longitude"], other["latitude"]) == pytest.approx((107.16666667, 26.13333333))


def test_only_residences_that_differ_are_changed(importer: Importer) -> None:
    held = community(importer.client, boundary=SQUARE)["id"]
    importer.summary(RESIDENCES, "residences")
    assert counts(importer.summary("key,households\nA,61\nB,40\n", "residences")) == (0, 1, 1, 0)
    turned = RESIDENCES.replace("A,One,60", "A,One,61").replace(
        "107.1 26.1, 107.2 26.1, 107.2 26.2, 107.1 26.1", "107.2 26.1, 107.1 26.1, 107.2 26.2, 107.2 26.1"
    )
    swapped = turned.replace("(107.1 26.1), (107.2 26.2)", "(107.2 26.2), (107.1 26.1)")
    assert counts(importer.summary(swapped, "residences")) == (0, 0, 2, 0)
    moved = "id,key,位置,出入口\n1,,POINT (109 26.5),POINT (109 26.6)\n2,,POINT (109.1 26.5),\n"
    summary = importer.summary(moved, "residences", on_error="continue")
    assert (counts(summary), summary["warnings_by_code"]) == ((0, 2, 0, 0), {"residences_not_assigned": 1})
    one, other = importer.client.get("/v1/residences").json()["items"]
    assert (one["community_id"], one["revision"], one["households"]) == (held, 3, 61)
    assert one["entrances"] == {"type": "MultiPoint", "coordinates": [[109, 26.6]]}
    assert (other["community_id"], other["is_assigned_by_location"], other["entrances"]) == (None, False, None)


FAULTY_RESIDENCES = """id,key,households,community_code,位置,出入口
,A,10,,,
,B,10,522725009009,POINT (107.5 26.5),
77,,10,,POINT (107.5 26.5),
1,F,10,,POINT (107.5 26.5),
,D,10,,"MULTIPOINT ((107.5 26.5), (107.6 26.5))",
,E,-1,,POINT (107.5 26.5),
,G,10,,POINT (107.5 26.5),"MULTIPOINT ({many})"
,H,10,,LINESTRING (107.5 26.5),
,I,10,,POINT (107.5 26.5),
""".replace("{many}", ", ".join(f"(107.5 26.{number})" for number in range(100, 201)))


def test_faulty_residences_are_named_and_left_out(importer: Importer) -> None:
    importer.summary("key,经度,纬度\nX,107.5,26.5\nF,107.5,26.5\n", "residences")
    summary = importer.summary(FAULTY_RESIDENCES, "residences", on_error="continue")
    assert (counts(summary), len(importer.client.get("/v1/residences").json()["items"])) == ((1, 0, 0, 8), 3)
    assert [(one["row"], one["column"], one["code"]) for one in summary["errors"]] == [
        (2, "位置", "residence_place_missing"),
        (3, "community_code", "unknown_community_code"),
        (4, "id", "unknown_residence_number"),
        (5, "id", "id_and_key_differ"),
        (6, "位置", "geometry_type"),
        (7, "households", "must_be_at_least"),
        (8, "出入口", "entrance_count"),
        (9, "位置", "wkt_not_read"),
    ]
    refused = importer.done(FAULTY_RESIDENCES, "residences")
    assert (refused["status"], refused["error"]["errors"][0]["code"]) == ("FAILED", "import_refused")
    nameless = importer.summary("households,经度,纬度\n5,107.5,26.5\n", "residences", dry_run="true")
    assert nameless["warnings_by_code"] == {"residences_not_assigned": 1, "residences_without_key": 1}


def test_key_of_a_facility_is_its_own(client: TestClient) -> None:
    one = facility(client, key="S-1", location=INSIDE)
    assert one["key"] == "S-1"
    body = {"name": "Other", "category": "childcare", "key": "S-1", "location": INSIDE}
    assert fault(client.post("/v1/facilities", json=body), 409)["code"] == "duplicate_facility_key"
    other = facility(client, location=INSIDE)["id"]
    patched = client.patch(f"/v1/facilities/{other}", json={"key": "S-1"}, headers=ANY_STATE)
    assert fault(patched, 409)["pointer"] == "/key"


class Killed(BaseException):
    """The worker is gone, as after kill -9: nothing is put in order."""


@pytest.mark.parametrize("chunk", [0, 1, 2])
@pytest.mark.parametrize("is_committed", [False, True])
def test_killed_import_goes_on_where_it_was(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, chunk: int, is_committed: bool
) -> None:
    community(importer.client)
    monkeypatch.setattr(import_work, "ROWS_AT_ONCE", 2)
    write, run = RowByRow.write, RowByRow.run

    def dying_write(self: RowByRow, session: Session, number: int, given: Chunk) -> Chunk:
        written = write(self, session, number, given)
        if number == chunk and not is_committed:
            raise Killed
        return written

    def dying_run(self: RowByRow, number: int) -> Chunk:
        if number == chunk and is_committed:
            raise Killed
        return run(self, number)

    ordered = importer.order(FAULTY, "facilities", on_error="continue")
    with monkeypatch.context() as patched:
        patched.setattr(RowByRow, "write", dying_write)
        patched.setattr(RowByRow, "run", dying_run)
        with pytest.raises(Killed):
            importer.work()
    assert importer.client.get(ordered["links"]["self"]).json()["status"] == "RUNNING"
    importer.wait_for_work()
    read = importer.client.get(ordered["links"]["self"]).json()
    assert (read["status"], counts(read["summary"])) == ("SUCCEEDED", (1, 0, 0, 7))
    stations = importer.client.get("/v1/facilities").json()["items"]
    assert [(item["key"], item["revision"]) for item in stations] == [("S-1", 1)]


def test_whole_import_is_compared_and_written_at_once(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    community(importer.client)
    planned = 0
    plan, finish = FacilityForm.plan, WholeImport.finish

    def counted(*given: object, **named: object) -> object:
        nonlocal planned
        planned += 1
        return plan(*given, **named)  # type: ignore[arg-type]

    def dying(self: WholeImport, session: Session, summaries: Sequence[Json]) -> Json:
        finish(self, session, summaries)
        raise Killed

    monkeypatch.setattr(FacilityForm, "plan", counted)
    ordered = importer.order(FACILITIES, "facilities")
    with monkeypatch.context() as patched:
        patched.setattr(WholeImport, "finish", dying)
        with pytest.raises(Killed):
            importer.work()
    assert (planned, importer.client.get("/v1/facilities").json()["items"]) == (1, [])
    importer.wait_for_work()
    read = importer.client.get(ordered["links"]["self"]).json()
    assert (planned, read["status"], counts(read["summary"])) == (2, "SUCCEEDED", (2, 0, 0, 0))
    assert len(importer.client.get("/v1/facilities").json()["items"]) == 2


def test_day_of_statistics_is_asked_for_by_the_headings_of_the_file(importer: Importer) -> None:
    def faults(text: str) -> list[tuple[object, str]]:
        summary = importer.summary(text, "communities", dry_run="true")
        return [(error.get("column"), error["code"]) for error in summary["errors"]]

    assert faults("社区代码,社区名称,统计日期,户数\n522701001001,甲,,100\n") == [("统计日期", "missing")]
    assert faults("社区代码,社区名称,统计日期,户数\n522701001001,甲,2025-13,1\n") == [("统计日期", "date_not_read")]
    assert faults("社区代码,社区名称,户数\n522701001001,甲,100\n") == [(None, "statistics_undated")]
