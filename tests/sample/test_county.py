"""The county that comes with the service: loaded once, shown back by the roll-up, recounted in SQL."""

from datetime import date

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import main
from app.sample.county import load_sample_county
from app.services.samples import load_county
from app.store.tables import Community
from app.store.unit_of_work import Store
from tests.sample.recount import assert_distance, assert_recounted, recount, roll_up, summary

COUNTY = "522799"
ON = date(2025, 12, 31)


@pytest.fixture
def county(store: Store) -> Store:
    """A store with the county in it."""
    assert load_county(store, on=ON) is not None
    return store


def test_roll_up_shows_the_baselines_back(client: TestClient, county: Store) -> None:
    rolled_up = roll_up(client, COUNTY)
    counted = recount(county.engine, COUNTY, ON.isoformat(), area_target=31.2, activity_target=0.6, hours_target=8)
    assert (counted["urban"], counted["rural"]) == (6, 16)
    assert 100 * counted["service_m2"] / counted["households"] == pytest.approx(30, rel=1e-12)
    assert_recounted(rolled_up, counted)
    # 31.2 x 32,000 / 100 - 9,600 = 384 m²
    assert counted["households"] == 32_000
    assert_distance(rolled_up, "service_area_per_100_households", 31.2, 384.0)
    assert_distance(rolled_up, "urban_service_facility_coverage", 1, None)
    assert_distance(rolled_up, "rural_service_facility_coverage", 1, None)


def test_every_community_and_its_facts_are_marked_as_sample(client: TestClient, county: Store) -> None:
    communities = client.get("/v1/communities", params={"limit": "1000"}).json()["items"]
    facilities = client.get("/v1/facilities", params={"limit": "1000"}).json()["items"]
    assert len(communities) == 22
    assert facilities
    assert all(item["is_sample"] for item in [*communities, *facilities])


def test_some_communities_have_a_boundary_and_their_main_station_lies_in_it(client: TestClient, county: Store) -> None:
    inside = client.get("/v1/communities", params={"bbox": "107.41,26.21,107.43,26.23"}).json()["items"]
    assert [item["name"] for item in inside] == [
        "东溪社区居民委员会",
        "西溪社区居民委员会",
        "新桥社区居民委员会",
        "塘坊村民委员会",
    ]
    located = client.get("/v1/facilities", params={"bbox": "107.40,26.20,107.42,26.22"}).json()["items"]
    assert [(item["is_main"], item["community_id"]) for item in located] == [(True, inside[0]["id"])]
    single = client.get(f"/v1/communities/{inside[0]['id']}").json()
    # 0.02 degrees at 26.2 degrees north are about 2.00 km by 2.22 km.
    assert single["area_m2"] == pytest.approx(4.43e6, rel=0.01)


def test_second_loading_changes_nothing(client: TestClient, county: Store) -> None:
    before = roll_up(client, COUNTY)
    assert load_county(county, on=ON) is None
    assert roll_up(client, COUNTY) == before


def test_not_loaded_beside_communities_of_ones_own(store: Store) -> None:
    with store.unit_of_work() as session:
        session.add(Community(code="130824001001", name="Own", revision=1))
    assert load_county(store, on=ON) is None


def test_the_command_loads_it_and_says_so(database_url: str) -> None:
    environment = {"DATABASE_URL": database_url}
    first = CliRunner().invoke(main, ["sample"], env=environment)
    assert first.exit_code == 0, first.output
    assert "22 new communities" in first.output
    assert "9,600.00 m² of service facilities for 32,000 households: 30 m² per 100" in first.output
    second = CliRunner().invoke(main, ["sample"], env=environment)
    assert second.exit_code == 0, second.output
    assert "stored already" in second.output


def test_the_command_asks_for_migrations_first(bare_database_url: str) -> None:
    result = CliRunner().invoke(main, ["sample"], env={"DATABASE_URL": bare_database_url})
    assert result.exit_code == 2
    assert "facility-standards migrate" in result.output


def test_verdicts_differ_among_the_communities(client: TestClient, county: Store) -> None:
    verdicts = summary(roll_up(client, COUNTY), "service_area_per_100_households")["verdicts"]
    assert min(verdicts["PASS"], verdicts["FAIL"]) > 0


def test_codes_are_those_of_no_county() -> None:
    places = load_sample_county().source().places
    assert len({place.code for place in places}) == len({place.name for place in places}) == len(places) == 22
    assert all(place.code.startswith(COUNTY) and place.setting is not None for place in places)
