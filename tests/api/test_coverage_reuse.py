"""What is kept of walking coverage: after every change the answer is that of a service that has kept nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete

from app.schemas.coverage import DivisionCoverageRead
from app.services import coverage_desk
from app.services.coverage_desk import CoverageDesk
from app.services.coverage_result import CoverageResult as Result
from app.store.walking_tables import CoverageResult
from tests.api.calls import community, facility
from tests.api.walks import CODE, area, kindergarten, network, point, residence, river_town, south_bank

ASKED = {"division": CODE[:9], "categories": "kindergarten,elderly_meal_point", "on": "2025-06-01"}
ANY = {"If-Match": "*"}
Json = Any  # Any: bodies of answers


class Town:
    """A community on either bank, streets, a building with a room in it, and a facility to change."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.network = network(client)
        self.south = south_bank(client)
        statistics = {"as_of": "2025-01-01", "households": 200}
        north = area(-10, 110, 1_000, 300)
        self.north = community(client, f"{CODE[:9]}002", boundary=north, statistics=statistics)
        self.school = kindergarten(client, 100, 200)
        self.building = facility(client, category="community_service_station", location=point(450, 0))
        self.room = facility(client, category="elderly_meal_point", part_of=self.building["id"])
        self.home = residence(client, location=point(300, 5), households=10)

    def patch(self, link: str, **fields: Json) -> None:
        answer = self.client.patch(link, json=fields, headers=ANY)
        assert answer.status_code == 200, answer.text

    def delete(self, link: str) -> None:
        assert self.client.delete(link, headers=ANY).status_code == 204


CHANGES: dict[str, Callable[[Town], object]] = {
    "a facility more": lambda town: kindergarten(town.client, 450, 0),
    "a facility moved": lambda town: town.patch(f"/v1/facilities/{town.school['id']}", location=point(800, 0)),
    "a facility closed": lambda town: town.patch(f"/v1/facilities/{town.school['id']}", closed_on="2025-01-01"),
    "a facility of another category": lambda town: town.patch(
        f"/v1/facilities/{town.school['id']}", category="elderly_meal_point"
    ),
    "a facility removed": lambda town: town.delete(f"/v1/facilities/{town.school['id']}"),
    "a building moved with its room": lambda town: town.patch(
        f"/v1/facilities/{town.building['id']}", location=point(500, 200)
    ),
    "a room closed": lambda town: town.patch(f"/v1/facilities/{town.room['id']}", closed_on="2025-01-01"),
    "a room removed": lambda town: town.delete(f"/v1/facilities/{town.room['id']}"),
    "a boundary changed": lambda town: town.patch(
        f"/v1/communities/{town.north['id']}", boundary=area(-10, 110, 500, 300)
    ),
    "a community renamed": lambda town: town.patch(f"/v1/communities/{town.north['id']}", name="Another"),
    "a community more": lambda town: community(
        town.client, f"{CODE[:9]}003", boundary=area(1_000, -100, 1_200, 300), statistics=None
    ),
    "other households": lambda town: town.client.post(
        f"/v1/communities/{town.north['id']}/statistics", json={"as_of": "2025-05-01", "households": 77}
    ),
    "a residence more": lambda town: residence(town.client, location=point(600, 3), households=5),
    "a residence removed": lambda town: town.delete(f"/v1/residences/{town.home['id']}"),
    "another network": lambda town: network(town.client, river_town()),
    "no network": lambda town: town.delete(f"/v1/street-networks/{town.network}"),
}


def app_of(client: TestClient) -> FastAPI:
    assert isinstance(client.app, FastAPI)
    return client.app


def afresh(client: TestClient, **asked: Json) -> bytes:
    """The answer of a service that keeps nothing yet."""
    state = app_of(client).state
    kept = state.coverage
    state.coverage = CoverageDesk(state.store, state.networks, state.catalogues)
    with state.store.unit_of_work() as session:
        session.execute(delete(CoverageResult))
    answer = client.get("/v1/coverage", params={**ASKED, **asked})
    state.coverage.close()
    state.coverage = kept
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_that_of_a_service_that_has_kept_nothing(client: TestClient, change: str) -> None:
    town = Town(client)
    before = client.get("/v1/coverage", params=ASKED).content
    assert client.get("/v1/coverage", params=ASKED).content == before == afresh(client)
    CHANGES[change](town)
    after = client.get("/v1/coverage", params=ASKED).content
    assert after == afresh(client)
    assert after != before
    assert client.get("/v1/coverage", params=ASKED).content == after


@pytest.mark.parametrize(
    "asked", [{"on": "2024-06-01"}, {"minutes": 5}, {"categories": "elderly_meal_point"}, {"limit": 1}]
)
def test_another_question_is_answered_from_the_same_stock(client: TestClient, asked: Json) -> None:
    town = Town(client)
    town.patch(f"/v1/facilities/{town.school['id']}", opened_on="2025-01-01")
    before = client.get("/v1/coverage", params=ASKED).content
    other = client.get("/v1/coverage", params={**ASKED, **asked}).content
    assert other != before
    assert other == afresh(client, **asked)


def test_the_json_is_that_of_the_declared_model(client: TestClient) -> None:
    """It is written past the models: reading and writing it with them must change nothing."""
    Town(client)
    for asked in ({}, {"division": "77"}, {"on": "2020-01-01"}, {"uncovered": "list"}):
        body = client.get("/v1/coverage", params={**ASKED, **asked}).content
        assert DivisionCoverageRead.model_validate_json(body).model_dump_json().encode() == body


def test_facilities_that_change_places_with_others_are_seen(client: TestClient) -> None:
    """Two leave and two come whose ids and revisions have the same sums."""
    town = Town(client)
    first, second, third, fourth = (kindergarten(client, x, 0) for x in (100, 50_000, 50_000, 800))
    kindergarten(client, 120, 0)
    leaving, coming = (first, fourth), (second, third)
    for one in leaving:
        town.patch(f"/v1/facilities/{one['id']}", name="Another")
    before = client.get("/v1/coverage", params=ASKED).content
    for one in leaving:
        town.patch(f"/v1/facilities/{one['id']}", location=point(50_000, 0))
    for one in coming:
        town.patch(f"/v1/facilities/{one['id']}", location=point(450, 200))
    after = client.get("/v1/coverage", params=ASKED).content
    assert after == afresh(client)
    assert after != before


@pytest.mark.parametrize("arithmetic", ["METHOD", "__version__", "PACKED_AS"])
def test_results_of_an_arithmetic_of_before_are_not_given_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, arithmetic: str
) -> None:
    """A result is stored as it was worked out once, and then told to be wrong: the service after it works anew."""
    Town(client)
    right = client.get("/v1/coverage", params=ASKED).content
    state = app_of(client).state
    state.coverage.close()
    with state.store.unit_of_work() as session:
        [kept] = session.query(CoverageResult).all()
        wrong = Result.from_bytes(kept.result)
        kept.result = replace(wrong, covered=wrong.covered * 0).to_bytes()

    def asked_again() -> bytes:
        state.coverage = CoverageDesk(state.store, state.networks, state.catalogues)
        answer = client.get("/v1/coverage", params=ASKED)
        state.coverage.close()
        return answer.content

    assert asked_again() != right
    monkeypatch.setattr(coverage_desk, arithmetic, "another")
    assert asked_again() == right
