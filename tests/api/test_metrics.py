"""Every indicator of a community over HTTP, judged against nothing."""

from collections import Counter

from fastapi.testclient import TestClient

from tests.api.calls import CHINESE, Json, community, facility


def metrics(client: TestClient, community_id: int, on: str = "2025-12-31") -> Json:
    answer = client.get(f"/v1/communities/{community_id}/metrics", params={"on": on})
    assert answer.status_code == 200, answer.text
    return answer.json()


def of(measured: Json, indicator: str) -> Json:
    return next(item for item in measured["metrics"] if item["indicator"] == indicator)


def test_values_stand_with_what_entered_them(client: TestClient) -> None:
    statistics = {"as_of": "2024-01-01", "households": 1000, "total_floor_area_m2": 8000}
    there = community(client, statistics=statistics)["id"]
    station = facility(client, community_id=there, floor_area_m2=300, resident_activity_area_m2=180)["id"]
    shop = facility(client, community_id=there, category="convenience_store", floor_area_m2=500)["id"]
    day_care = facility(client, community_id=there, category="elderly_day_care", floor_area_m2=100)["id"]
    measured = metrics(client, there)
    area = of(measured, "service_area_per_100_households")
    assert (area["value"], area["value_broad"], area["facilities_counted"]) == (30.0, 40.0, [station])
    assert area["inputs"] == {"service_floor_area_m2": 300.0, "households": 1000.0}
    ratio = of(measured, "commercial_and_service_ratio")
    assert (ratio["value"], ratio["value_shown"], ratio["facilities_counted"]) == (0.1, "10.00 %", [station, shop])
    walking = of(measured, "walking_coverage")
    assert walking["inputs"] == {"households_covered": None, "households": 1000.0}
    share = of(measured, "resident_activity_share")
    assert (share["value"], share["value_broad"], share["reason"]) == (0.6, None, None)
    assert day_care not in area["facilities_counted"]


def test_what_counts_for_older_people_is_named_beside_the_figure(client: TestClient) -> None:
    """The rule speaks of rooms for care at home: a day-care centre of 300 m² is no part of it."""
    there = community(
        client, statistics={"as_of": "2024-01-01", "households": 1000}, facility_inventory_as_of="2024-01-01"
    )
    facility(client, community_id=there["id"], category="elderly_day_care", floor_area_m2=300)
    elderly = of(metrics(client, there["id"]), "elderly_care_area_per_100_households")
    assert (elderly["value_shown"], elderly["categories"]) == ("0.00", ["elderly_home_care_room"])
    assert elderly["indicator_label"] == (
        "Area for services to older people per 100 households (Room for home-based care of older people)"
    )
    address = f"/v1/communities/{there['id']}/metrics?on=2025-12-31"
    chinese = of(client.get(address, headers=CHINESE).json(), "elderly_care_area_per_100_households")
    assert chinese["indicator_label"] == "每百户养老服务用房面积（社区居家养老服务用房）"


def test_no_two_figures_share_a_name(client: TestClient) -> None:
    there = community(client)["id"]
    for headers in (CHINESE, {}):
        found = client.get(f"/v1/communities/{there}/metrics", headers=headers).json()["metrics"]
        names = Counter((item["indicator_label"], item["measure"]) for item in found)
        assert [name for name, count in names.items() if count > 1] == []


def test_a_station_without_floor_area_has_no_share_to_divide(client: TestClient) -> None:
    there = community(client)["id"]
    facility(client, community_id=there, floor_area_m2=0)
    share = of(metrics(client, there), "resident_activity_share")
    assert (share["value"], share["reason"]) == (None, "ZERO_FLOOR_AREA")
    assert share["reason_label"] == "The service facilities listed have no floor area (0 m²)"


def test_every_indicator_of_the_catalogue_is_there_with_a_value_or_a_reason(client: TestClient) -> None:
    there = community(client)["id"]
    facility(client, community_id=there, floor_area_m2=300)
    measured = metrics(client, there)["metrics"]
    indicators = {item["id"] for item in client.get("/v1/indicators").json()["items"]}
    assert {item["indicator"] for item in measured} == indicators - {"reported", "information"}
    assert all((item["value"] is None) == (item["reason"] is not None) for item in measured)


def test_reported_figures_are_listed_by_name(client: TestClient) -> None:
    there = community(client, statistics={"as_of": "2024-01-01", "reported": {"volunteers_share": 0.2}})["id"]
    reported = of(metrics(client, there), "reported")
    assert (reported["figure"], reported["value"], reported["value_shown"]) == ("volunteers_share", 0.2, "0.2")


def test_the_day_decides_which_facts_count(client: TestClient) -> None:
    there = community(client, statistics={"as_of": "2024-07-01", "households": 1000})["id"]
    facility(client, community_id=there, floor_area_m2=300, closed_on="2024-05-01")
    before = of(metrics(client, there, "2024-06-30"), "service_area_per_100_households")
    assert (before["value"], before["reason"]) == (None, "MISSING_HOUSEHOLDS")
    after = of(metrics(client, there, "2024-07-01"), "service_area_per_100_households")
    assert (after["value"], after["facilities_counted"]) == (0.0, [])


def test_refused_when_the_community_is_not_there(client: TestClient) -> None:
    assert client.get("/v1/communities/7/metrics").status_code == 404
