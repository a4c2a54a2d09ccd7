"""Divisions with the codes that the whole nation's list has, without census figures."""

import re
import shlex
import subprocess
from datetime import date

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import main
from app.sample.data_folder import read_folder
from app.services.samples import load_jurisdiction
from app.standards.vocabulary import Setting
from app.store.unit_of_work import Store
from tests.real_places import DIVISION_CODES, ROOT
from tests.sample.recount import finding, roll_up

README = (ROOT / "README.md").read_text(encoding="utf-8")
ON = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("division", "name", "committees", "villages"),
    [
        ("130824", "滦平县", 14, 199),
        ("533124", "陇川县", 9, 68),
        ("5227", "黔南布依族苗族自治州", 269, 1_195),
        ("62", "甘肃省", 2_144, 15_574),
        ("110101001", "东华门街道", 10, 0),
    ],
)
def test_communities_of_a_division_are_those_of_the_nations_list(
    division: str, name: str, committees: int, villages: int
) -> None:
    source = read_folder(DIVISION_CODES, division)
    settings = [place.setting for place in source.places if place.code.startswith(division)]
    assert source.name == name
    assert (settings.count(Setting.URBAN), settings.count(Setting.RURAL)) == (committees, villages)
    assert len(settings) == committees + villages


def test_division_without_census_figures_shows_coverage_and_leaves_areas_unknown(
    store: Store, client: TestClient
) -> None:
    load_jurisdiction(store, DIVISION_CODES, division="130824", on=ON)
    rolled_up = roll_up(client, "130824")
    # 0.6 x 199 = 119.4: 119 villages
    assert finding(rolled_up, "rural_service_facility_coverage")["value"] == pytest.approx(119 / 199, rel=1e-12)
    assert finding(rolled_up, "urban_service_facility_coverage")["value"] == 1
    area = finding(rolled_up, "service_area_per_100_households")
    assert (area["verdict"], area["reason"], area["value"]) == ("NOT_EVALUATED", "MISSING_HOUSEHOLDS", None)
    stored = client.get("/v1/communities", params={"division": "130824", "limit": 1}).json()
    assert stored["total"] == 213


def test_the_command_says_that_nothing_is_known_of_people(database_url: str) -> None:
    arguments = ["load-jurisdiction", str(DIVISION_CODES), "--division", "130824"]
    result = CliRunner().invoke(main, arguments, env={"DATABASE_URL": database_url})
    assert result.exit_code == 0, result.output
    assert "滦平县 130824: 213 new communities" in result.output
    assert "213 communities have no households and no areas" in result.output
    assert "m² of service facilities" not in result.output


def test_the_commands_of_the_readme_load_both_divisions(bare_database_url: str) -> None:
    section = README.split("\n## Real communities\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)
    codes, *commands, _ = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert codes == ["make", "codes"]
    subprocess.run(codes, cwd=ROOT, check=True, capture_output=True)
    for words, count in zip([["", "migrate"], *commands], ["schema", "213", "17,718"], strict=True):
        result = CliRunner().invoke(main, words[1:], env={"DATABASE_URL": bare_database_url})
        assert result.exit_code == 0, result.output
        assert count in result.output
