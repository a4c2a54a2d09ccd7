"""Street networks: ordered, read in a job, listed, looked at, deleted."""

import json

from fastapi.testclient import TestClient

from app.settings import Settings
from tests.api.street_files import EDGES, PATH, done, imported, order

LEFT_OUT = {
    "zero_length": 1,
    "duplicates": 0,
    "both_ways": 3,
    "not_walkable": 2,
    "missing_nodes": 0,
    "not_lines": 0,
}


def test_import_tells_nodes_edges_lengths_and_pieces(client: TestClient, settings: Settings) -> None:
    network = imported(client, settings, name="贵定县路网", is_default="true")
    assert network["name"] == "贵定县路网"
    assert (network["nodes"], network["edges"], network["pieces"]) == (5, 3, 2)
    assert (network["file_nodes"], network["file_edges"]) == (7, 9)
    assert network["length_m"] == 232.0
    assert network["largest_piece_share"] == 212 / 232
    assert network["length_by_class"] == [
        {"street_class": "footway", "edges": 1, "length_m": 111.0},
        {"street_class": "residential", "edges": 1, "length_m": 101.0},
        {"street_class": "path", "edges": 1, "length_m": 20.0},
    ]
    assert network["bbox"] == [108.0, 25.0, 108.0202, 25.001]
    assert network["left_out"] == LEFT_OUT
    assert (network["crs"], network["crs_source"], network["format"]) == ("EPSG:4326", "ASSUMED", "CSV")
    assert [note["code"] for note in network["notes"]] == ["walkable_by_class_alone"]
    assert network["is_default"]


def test_every_street_is_taken_without_the_filter(client: TestClient, settings: Settings) -> None:
    network = imported(client, settings, walkable_filter="none")
    assert (network["nodes"], network["edges"], network["left_out"]["not_walkable"]) == (7, 4, 0)
    assert (network["name"], network["notes"], network["is_default"]) == ("streets", [], False)


def test_mapping_names_columns_either_way_round(client: TestClient, settings: Settings) -> None:
    strange = EDGES.replace("u,v,x,y,length,highway", "von,nach,ost,nord,laenge,art")
    by_heading = {"von": "start", "nach": "end", "ost": "x", "nord": "y", "laenge": "length", "art": "class"}
    by_field = {field: heading for heading, field in by_heading.items()}
    ones = [imported(client, settings, strange, mapping=json.dumps(one)) for one in (by_heading, by_field)]
    assert {one["checksum"] for one in ones} == {imported(client, settings)["checksum"]}


def test_summary_of_the_job_names_the_network(client: TestClient, settings: Settings) -> None:
    job = done(client, settings, order(client))
    assert job["links"]["results"] == f"{PATH}/{job['summary']['id']}"
    assert job["summary"]["left_out"] == LEFT_OUT
    assert job["parameters"]["walkable_filter"] == "default"
    assert client.get(f"{PATH}/jobs").json()["items"] == [job]
    assert client.delete(job["links"]["self"]).status_code == 204
    assert client.get(job["links"]["results"]).status_code == 200


def test_networks_are_listed_and_deleted(client: TestClient, settings: Settings) -> None:
    ones = [imported(client, settings, name=name) for name in ("甲", "乙")]
    page = client.get(PATH, params={"limit": 1}).json()
    assert (page["items"], page["total"]) == (ones[:1], 2)
    assert client.get(page["next"]).json() == {"items": ones[1:], "next": None, "total": 2}
    address = f"{PATH}/{ones[0]['id']}"
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == client.delete(address).status_code == 404
    assert client.get(PATH).json()["items"] == ones[1:]


def test_same_order_makes_one_network_when_it_has_a_key(client: TestClient) -> None:
    headers = {"Idempotency-Key": "one"}
    files = {"file": ("streets.csv", EDGES)}
    first, again = (client.post(PATH, files=files, headers=headers).json() for _ in range(2))
    assert first["id"] == again["id"]
    other = client.post(PATH, files=files, data={"is_default": "true"}, headers=headers)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "idempotency_key_reused")


def test_job_fails_with_the_reason_when_coordinates_are_metres(client: TestClient, settings: Settings) -> None:
    metres = EDGES.replace("108.0", "500000.").replace("25.0", "2766000.")
    job = done(client, settings, order(client, metres))
    assert job["status"] == "FAILED"
    [error] = job["error"]["errors"]
    assert (error["code"], error["pointer"]) == ("crs_missing", "/crs")
    assert client.get(PATH).json()["items"] == []
    assert imported(client, settings, metres, crs="EPSG:32649")["crs_source"] == "OPTION"


def test_what_is_known_to_be_wrong_is_refused_at_once(client: TestClient) -> None:
    wrong = {"crs": "EPSG:3857", "encoding": "EBCDIC"}
    for name, value in wrong.items():
        answer = client.post(PATH, data={name: value}, files={"file": ("streets.csv", EDGES)})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/{name}"
    refused = client.post(PATH, data={"walkable_filter": "some", "colour": "red"}, files={"file": ("a.csv", EDGES)})
    assert {error["pointer"] for error in refused.json()["errors"]} == {"/walkable_filter", "/colour"}
    assert client.post(PATH, data={"name": "a"}, files={"files": ("a.csv", EDGES)}).status_code == 422
