"""Luanping and Gansu with their real codes and census, loaded beside each other and the sample county.

What the roll-up says over HTTP is recounted in SQL. The census figures are in the extra part's folder only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.main import create_app
from app.services.samples import load_county, load_jurisdiction
from app.settings import Settings
from app.store.engine import make_engine
from app.store.migrate import upgrade
from app.store.unit_of_work import Store
from tests.conftest import DATABASES
from tests.postgres import Cluster
from tests.real_places import EXTRA
from tests.sample.recount import (
    CLOSE,
    Json,
    assert_counts,
    assert_distance,
    assert_pooled,
    assert_recounted,
    finding,
    recount,
    roll_up,
    summary,
)

LUANPING, GANSU = "130824", "62"
ON = "2025-12-31"
TARGETS = {"area_target": 30, "activity_target": 0.6, "hours_target": 8}
WELL_UNDER_A_MINUTE_SECONDS = 45


@dataclass(frozen=True)
class Loaded:
    """The service over the loaded data, and the data themselves."""

    client: TestClient
    engine: Engine
    seconds: float

    def counted(self, division: str) -> dict[str, float]:
        return dict(recount(self.engine, division, ON, **TARGETS))


@pytest.fixture(scope="module", params=DATABASES)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """All three loaded once for each database: no test changes them."""
    url = _own_database(request, tmp_path_factory.mktemp("real"))
    engine = make_engine(url)
    upgrade(engine)
    store, today = Store(engine), date(2025, 12, 31)
    load_county(store, on=today)
    load_jurisdiction(store, EXTRA, division=LUANPING, on=today)
    start = monotonic()
    load_jurisdiction(store, EXTRA, division=GANSU, on=today)
    seconds = monotonic() - start
    with TestClient(create_app(Settings(database_url=url))) as client:
        yield Loaded(client, engine, seconds)
    engine.dispose()


def _own_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """A database that lasts for all tests of the file."""
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'real.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    cluster.create("real_data")
    request.addfinalizer(lambda: cluster.drop("real_data"))
    return cluster.url("real_data")


def test_gansu_loads_in_well_under_a_minute(loaded: Loaded) -> None:
    assert loaded.seconds < WELL_UNDER_A_MINUTE_SECONDS


def test_luanping_has_its_199_villages_and_14_committees(loaded: Loaded) -> None:
    counted = loaded.counted(LUANPING)
    assert (counted["communities"], counted["rural"], counted["urban"]) == (213, 199, 14)
    # 268,647 persons; / 2.58 = 104,126.7 households; x 35.22 m² = 9,461,747.34 m²
    assert (counted["population"], counted["households"]) == (268_647, 104_127)
    assert counted["total_floor_area_m2"] == pytest.approx(9_461_747.34, abs=0.005 * 213)


def test_luanping_shows_its_baselines_back(loaded: Loaded) -> None:
    counted = loaded.counted(LUANPING)
    assert (counted["rural_covered"], counted["urban_covered"]) == (119, 14)
    assert 100 * counted["service_m2"] / counted["households"] == pytest.approx(22.0, rel=1e-12)
    rolled_up = roll_up(loaded.client, LUANPING)
    assert finding(rolled_up, "service_area_per_100_households")["value"] == pytest.approx(22.0, rel=1e-12)
    assert_recounted(rolled_up, counted)


def test_luanpings_distance_to_each_target(loaded: Loaded) -> None:
    rolled_up = roll_up(loaded.client, LUANPING)
    assert (rolled_up["period_status"], rolled_up["verdict"]) == ("CURRENT", "FAIL")
    # (30 - 22) x 104,127 / 100 m²
    assert_distance(rolled_up, "service_area_per_100_households", 30, 8330.16)
    # 0.8 x 199 = 159.2: 160 villages, 119 are covered
    assert_distance(rolled_up, "rural_service_facility_coverage", 0.8, 40.2, whole=41)
    assert_distance(rolled_up, "urban_service_facility_coverage", 1, None)
    counted = loaded.counted(LUANPING)
    lacking = 0.6 * counted["service_m2"] - counted["activity_m2"]
    assert_distance(rolled_up, "resident_activity_share", 0.6, lacking)
    without_day_care = 213 - counted["with_day_care"]
    assert_distance(rolled_up, "coverage.elderly_day_care", 1, without_day_care, whole=round(without_day_care))
    assert_opening_hours(rolled_up, counted)


def test_gansu_has_its_17718_communities(loaded: Loaded) -> None:
    counted = loaded.counted(GANSU)
    assert (counted["communities"], counted["urban"], counted["rural"]) == (17_718, 2_144, 15_574)
    # Of Jiayuguan's one county, 620201, the census knows the prefecture only, 620200: 312,663 persons, 2.46 each.
    jiayuguan = loaded.counted("620201")
    assert (jiayuguan["communities"], jiayuguan["population"]) == (48, 312_663)


def test_gansu_shows_its_baselines_back(loaded: Loaded) -> None:
    counted = loaded.counted(GANSU)
    # Half of 15,574 villages
    assert (counted["rural_covered"], counted["urban_covered"]) == (7_787, 2_144)
    assert 100 * counted["service_m2"] / counted["households"] == pytest.approx(26.0, rel=1e-12)
    workers_per_10000 = 10_000 * counted["community_workers"] / counted["urban_population"]
    assert workers_per_10000 == pytest.approx(15, abs=10_000 * 0.5 / counted["urban_population"])
    rolled_up = roll_up(loaded.client, GANSU)
    assert finding(rolled_up, "service_area_per_100_households")["value"] == pytest.approx(26.0, rel=1e-12)
    assert_recounted(rolled_up, counted)


def test_gansus_distance_to_each_target(loaded: Loaded) -> None:
    rolled_up, counted = roll_up(loaded.client, GANSU), loaded.counted(GANSU)
    assert (rolled_up["period_status"], rolled_up["verdict"]) == ("CURRENT", "FAIL")
    assert_distance(rolled_up, "service_area_per_100_households", 30, (30 - 26) * counted["households"] / 100)
    # 0.8 x 15,574 = 12,459.2: 12,460 villages, 7,787 are covered
    assert_distance(rolled_up, "rural_service_facility_coverage", 0.8, 4672.2, whole=4673)
    assert_distance(rolled_up, "urban_service_facility_coverage", 1, None)
    assert_distance(rolled_up, "resident_activity_share", 0.6, 0.6 * counted["service_m2"] - counted["activity_m2"])
    both = counted["service_m2"] + counted["commercial_m2"]
    assert_distance(rolled_up, "commercial_and_service_ratio", 0.1, 0.1 * counted["total_floor_area_m2"] - both)
    assert_pooled(rolled_up, "commercial_and_service_ratio", both, counted["total_floor_area_m2"])
    assert_distance(
        rolled_up, "elderly_care_land_per_person", 0.1, 0.1 * counted["population"] - counted["day_care_land_m2"]
    )
    workers = 18 * counted["urban_population"] / 10_000 - counted["community_workers"]
    assert_distance(rolled_up, "community_workers_per_10000", 18, workers, whole=int(workers) + 1)
    assert_distance(rolled_up, "hosted.volunteer_station", 0.8, 0.8 * counted["stations"], whole=8_612)
    assert_opening_hours(rolled_up, counted)


def assert_opening_hours(rolled_up: Json, counted: dict[str, float]) -> None:
    """A rule of each community: it is judged for each, with the hours that all together lack."""
    assert_counts(
        rolled_up,
        "opening_hours_per_day",
        passed=counted["hours_passed"],
        failed=counted["hours_failed"],
        lacking=counted["hours_lacking"],
    )
    reasons = summary(rolled_up, "opening_hours_per_day")["reasons"]
    assert reasons["NO_SERVICE_FACILITY"] == counted["without_station"]


@pytest.mark.parametrize("division", [LUANPING, GANSU])
@pytest.mark.parametrize("on", ["2022-06-30", None])
def test_baselines_are_shown_on_other_days_too(loaded: Loaded, division: str, on: str | None) -> None:
    found = {item["rule"]: item["pooled"] for item in roll_up(loaded.client, division, on)["summary"]}
    at_the_end = {item["rule"]: item["pooled"] for item in roll_up(loaded.client, division)["summary"]}
    for rule in ("service_area_per_100_households", "rural_service_facility_coverage"):
        assert found[rule] == at_the_end[rule]


@pytest.mark.parametrize("division", ["6209", "620102", "620201", "6230"])
def test_parts_of_gansu_are_recounted_as_well(loaded: Loaded, division: str) -> None:
    assert_recounted(roll_up(loaded.client, division), loaded.counted(division))


def test_communities_listed_by_verdict_are_as_many_as_were_counted(loaded: Loaded) -> None:
    counted = loaded.counted(LUANPING)
    for verdict, name in (("PASS", "area_passed"), ("FAIL", "area_failed")):
        asked = {"division": LUANPING, "on": ON, "rule": "service_area_per_100_households", "verdict": verdict}
        listed = loaded.client.get("/v1/assessments", params={**asked, "limit": "1000"}).json()
        assert len(listed["items"]) == listed["total"] == counted[name]
        for item in listed["items"]:
            (area,) = item["findings"]
            # A target of the county held beside a community.
            assert (area["basis"], area["verdict"]) == ("BENCHMARK", verdict)


def test_what_is_missing_in_all_communities_is_more_than_the_county_lacks(loaded: Loaded) -> None:
    rolled_up = roll_up(loaded.client, LUANPING)
    below = summary(rolled_up, "service_area_per_100_households")["shortfall"]["value"]
    whole = finding(rolled_up, "service_area_per_100_households")["shortfall"]["value"]
    assert below == pytest.approx(loaded.counted(LUANPING)["area_lacking_m2"], rel=CLOSE)
    assert below > whole
