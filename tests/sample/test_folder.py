"""Real communities from a data folder: which figures they get, what stays as it is, what is refused."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import main
from app.errors import InvalidInput
from app.sample.refusals import SampleImpossible
from app.services.samples import Loaded, load_jurisdiction
from app.store.unit_of_work import Store
from tests.sample.folders import NO_CENSUS, NO_ROW, ONE_ROW
from tests.sample.recount import assert_recounted, recount, roll_up

ON = date(2025, 12, 31)
TARGETS = {"area_target": 30, "activity_target": 0.6, "hours_target": 8}


def loaded(store: Store, folder: Path, division: str = "62") -> Loaded:
    return load_jurisdiction(store, folder, division=division, on=ON)


def counted(store: Store, division: str) -> dict[str, float]:
    return dict(recount(store.engine, division, ON.isoformat(), **TARGETS))


def test_a_county_is_shown_back_with_its_baselines(store: Store, client: TestClient, folder: Path) -> None:
    result = loaded(store, folder, ONE_ROW + "000000")
    assert (result.name, result.division, len(result.added)) == ("示例县", ONE_ROW, 14)
    found = counted(store, ONE_ROW)
    assert 100 * found["service_m2"] / found["households"] == pytest.approx(26, rel=1e-12)
    # Half of 11 villages, halves upwards.
    assert (found["urban_covered"], found["urban"], found["rural_covered"], found["rural"]) == (3, 3, 6, 11)
    assert_recounted(roll_up(client, ONE_ROW), found)


@pytest.mark.parametrize("on", ["2022-05-20", "2025-12-31", None])
def test_baselines_are_shown_on_any_day_of_the_plan(
    store: Store, client: TestClient, folder: Path, on: str | None
) -> None:
    loaded(store, folder, ONE_ROW)
    pooled = {item["rule"]: item["pooled"] for item in roll_up(client, ONE_ROW, on)["summary"]}
    assert pooled["service_area_per_100_households"]["value"] == pytest.approx(26, rel=1e-12)


def test_a_county_without_a_row_takes_its_prefectures(store: Store, folder: Path) -> None:
    loaded(store, folder)
    found = counted(store, NO_ROW)
    assert (found["population"], found["urban_population"], found["households"]) == (90_000, 90_000, 36_000)
    assert found["total_floor_area_m2"] == 0  # not in the table of housing


def test_what_the_census_lacks_is_left_out_of_the_pooled_area(store: Store, client: TestClient, folder: Path) -> None:
    result = loaded(store, folder)
    assert len(result.added) == 22
    assert counted(store, NO_CENSUS)["population"] == 0
    area = {item["rule"]: item for item in roll_up(client, "62")["findings"]}["service_area_per_100_households"]
    assert area["value"] == pytest.approx(26, rel=1e-12)
    assert area["inputs"]["units_left_out"] == 3
    without_figures = roll_up(client, NO_CENSUS)["summary"]
    reasons = {item["rule"]: item["reasons"] for item in without_figures}
    assert reasons["service_area_per_100_households"] == {"MISSING_HOUSEHOLDS": 3}


def test_a_township_alone_has_the_people_that_it_has_in_its_county(store: Store, folder: Path) -> None:
    loaded(store, folder, "620901100")
    alone = counted(store, "620901")
    loaded(store, folder, "620901")
    assert counted(store, "620901100")["population"] == alone["population"] < 40_001
    assert counted(store, "620901")["population"] == 40_001


def test_second_loading_changes_nothing(store: Store, client: TestClient, folder: Path) -> None:
    loaded(store, folder)
    before = roll_up(client, "62"), counted(store, "62")
    again = loaded(store, folder)
    assert (again.added, again.kept_samples, again.kept_own, again.others) == ((), 22, 0, 0)
    assert (roll_up(client, "62"), counted(store, "62")) == before


def test_what_was_removed_comes_back_as_it_was(store: Store, client: TestClient, folder: Path) -> None:
    loaded(store, folder, ONE_ROW)
    before = counted(store, ONE_ROW)
    (first,) = client.get("/v1/communities", params={"division": ONE_ROW, "limit": "1"}).json()["items"]
    removed = client.delete(f"/v1/communities/{first['id']}?cascade=true", headers={"If-Match": "*"})
    assert removed.status_code == 204, removed.text
    assert [item.place.code for item in loaded(store, folder, ONE_ROW).added] == [first["code"]]
    assert counted(store, ONE_ROW) == pytest.approx(before, rel=1e-12)


def test_communities_of_ones_own_stay_as_they_are(store: Store, client: TestClient, folder: Path) -> None:
    mine = {"code": "620901001001", "name": "Mine", "statistics": {"as_of": "2024-01-01", "households": 7}}
    stored = client.post("/v1/communities", json=mine).json()
    client.post("/v1/communities", json={"code": "620901001999", "name": "Not in the list"})
    result = loaded(store, folder, ONE_ROW)
    assert (len(result.added), result.kept_own, result.kept_samples, result.others) == (13, 1, 0, 1)
    kept = client.get(f"/v1/communities/{stored['id']}").json()
    assert (kept["name"], kept["is_sample"]) == ("Mine", False)
    assert client.get("/v1/facilities", params={"community_id": stored["id"]}).json()["items"] == []


def test_facilities_waiting_for_a_boundary_are_left_alone(store: Store, client: TestClient, folder: Path) -> None:
    waiting = {"name": "Waiting", "category": "pharmacy", "location": {"type": "Point", "coordinates": [100.0, 38.0]}}
    stored = client.post("/v1/facilities", json=waiting).json()
    loaded(store, folder, ONE_ROW)
    assert client.get(f"/v1/facilities/{stored['id']}").json()["community_id"] is None


def test_the_plan_of_ones_own_gives_the_baselines(store: Store, client: TestClient, folder: Path) -> None:
    rule = next(
        item
        for item in client.get("/v1/standards/gansu-14fyp").json()["rules"]
        if item["id"] == "service_area_per_100_households"
    )
    own = {
        "id": "own",
        "title": {"zh": "自定", "en": "Own"},
        "issuer": "Us",
        "effective_on": "2024-01-01",
        "division_code": ONE_ROW,
        "period": {"from": 2024, "to": 2026},
        "extends": "gansu-14fyp",
        "rules": [
            {
                "id": rule["id"],
                "group": "AREA",
                "level": "JURISDICTION",
                "indicator": rule["indicator"],
                "categories": ["group:service"],
                "targets": [{"year": 2026, "value": 40.0}],
                "baselines": [{"year": 2023, "value": 33.37}],
                "source": {"place": "s. 1", "verification": "PRIMARY"},
            }
        ],
    }
    assert client.post("/v1/standards", json=own).status_code == 201
    loaded(store, folder, ONE_ROW)
    found = counted(store, ONE_ROW)
    assert 100 * found["service_m2"] / found["households"] == pytest.approx(33.37, rel=1e-12)


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _rewritten(name: str, old: str, new: str) -> Callable[[Path], None]:
    def rewrite(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return rewrite


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without("codes/counties.csv"), r"No list in .*codes holds communities of 62"),
        (_without("census/housing.csv"), r"housing\.csv cannot be read"),
        (_rewritten("census/households.csv", "HHLD_S", "HHLD_X"), r"households\.csv has no column HHLD_S"),
        (_rewritten("census/population.csv", "0.61", "61"), r"population\.csv, line 2: POPU_URB is '61'"),
        (_rewritten("census/population.csv", "40001", "-1"), r"line 2: POPU is '-1'"),
        (_rewritten("census/households.csv", "2.71", "nan"), r"line 2: HHLD_S is 'nan'"),
        (_rewritten("census/housing.csv", "35.22", "many"), r"line 2: HOUS_SMPP is 'many'"),
        (_rewritten("codes/counties.csv", "620901001001,", "62090100100X,"), r"line 5: '62090100100X' is not the code"),
        (_rewritten("codes/counties.csv", "code12,name,level", "code12,title,level"), r"No list in"),
    ],
)
def test_refused_with_file_and_line_when_the_folder_is_not_as_it_should_be(
    store: Store, client: TestClient, folder: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(folder)
    with pytest.raises(SampleImpossible, match=said):
        loaded(store, folder)
    assert client.get("/v1/communities").json()["items"] == []


def test_refused_when_the_division_code_is_impossible(store: Store, folder: Path) -> None:
    with pytest.raises(InvalidInput):
        loaded(store, folder, "6")


def test_the_command_loads_a_division_and_says_what_is_real(database_url: str, folder: Path) -> None:
    arguments = ["load-jurisdiction", str(folder), "--division", ONE_ROW]
    first = CliRunner().invoke(main, arguments, env={"DATABASE_URL": database_url})
    assert first.exit_code == 0, first.output
    for said in (
        "示例县 620901: 14 new communities, 0 samples stored before.",
        "modelled (docs/real-data.md, seed 14) and marked as sample",
        "6 of 11 rural communities have one: baseline 0.5",
        "baseline 26 of 2020: gansu-14fyp, service_area_per_100_households, 2(2), Box 1 item 4",
        "/v1/assessments?division=620901",
    ):
        assert said in first.output
    second = CliRunner().invoke(main, arguments, env={"DATABASE_URL": database_url})
    assert "示例县 620901: 0 new communities, 14 samples stored before." in second.output


def test_the_command_says_what_keeps_the_whole_from_the_baselines(database_url: str, folder: Path) -> None:
    def said(division: str) -> str:
        arguments = ["load-jurisdiction", str(folder), "--division", division]
        result = CliRunner().invoke(main, arguments, env={"DATABASE_URL": database_url})
        assert result.exit_code == 0, result.output
        return result.output

    assert "another division" not in said(ONE_ROW)
    whole = said("62")
    assert "62: 8 new communities, 14 samples stored before." in whole
    assert "Samples stored for another division keep the facilities" in whole
    assert "3 communities have no households and no areas: the folder has no census figures" in whole


def test_the_command_says_what_it_could_not_do(database_url: str, folder: Path) -> None:
    for division, said in (("533124", "No list in"), ("6", "division code"), ("62090", "division code")):
        arguments = ["load-jurisdiction", str(folder), "--division", division]
        result = CliRunner().invoke(main, arguments, env={"DATABASE_URL": database_url})
        assert result.exit_code == 2
        assert said in result.stderr
