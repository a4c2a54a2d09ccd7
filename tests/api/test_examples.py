"""The examples of the documentation are accepted as they stand."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.schemas.assessment import AssessmentRead
from app.schemas.community import CommunityCreate, CommunityReplace, CommunityUpdate
from app.schemas.facility import FacilityCreate, FacilityUpdate
from app.schemas.problem import REFUSAL_EXAMPLES
from app.schemas.standard import StandardCreate
from app.schemas.statistics import StatisticsCreate, StatisticsUpdate
from tests.api.calls import ANY_STATE, community, facility, stored


def example(model: Any) -> Any:
    return model.model_json_schema()["examples"][0]


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("standards", StandardCreate),
        ("communities", CommunityCreate),
        ("communities", CommunityReplace),
        ("divisions/522725/statistics", StatisticsCreate),
    ],
)
def test_example_is_stored(client: TestClient, path: str, model: Any) -> None:
    answer = client.post(f"/v1/{path}", json=example(model))
    assert stored(answer) == client.get(answer.headers["location"]).json()


def test_example_of_a_facility_is_stored(client: TestClient) -> None:
    assert community(client)["id"] == example(FacilityCreate)["community_id"]
    assert stored(client.post("/v1/facilities", json=example(FacilityCreate)))["community_id"] == 1


@pytest.mark.parametrize(
    ("path", "model"),
    [("communities", CommunityUpdate), ("facilities", FacilityUpdate), ("statistics", StatisticsUpdate)],
)
def test_example_of_a_change_is_made(client: TestClient, path: str, model: Any) -> None:
    home = community(client, statistics={"as_of": "2025-06-30"})["id"]
    facility(client, community_id=home)
    assert client.patch(f"/v1/{path}/1", json=example(model), headers=ANY_STATE).status_code == 200


def test_example_of_an_assessment_is_what_the_service_answers(client: TestClient) -> None:
    statistics = {"as_of": "2023-01-01", "households": 2000}
    home = community(client, "522701001001", name="Riverside", statistics=statistics)["id"]
    facility(client, community_id=home, floor_area_m2=560)
    answer = client.get(f"/v1/communities/{home}/assessment", params={"on": "2023-06-30"}).json()
    expected = example(AssessmentRead)
    assert all(finding in answer["findings"] for finding in expected["findings"])
    assert len(expected["findings"]) == 3
    assert answer | {"findings": [], "standard": {}} == expected | {"findings": [], "standard": {}}


def refusals(client: TestClient) -> list[Any]:
    """One of each, beside a stored community."""
    there = {"code": "522701001001", "name": "Riverside"}
    renamed = {"name": "Riverbank"}
    stored(client.post("/v1/communities", json=there))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    statistics = {"as_of": "2023-01-01", "households": -5}
    return [
        client.get("/v1/communities/99"),
        client.post("/v1/communities", json=there),
        client.patch("/v1/communities/1", json=renamed, headers={"If-Match": '"7"'}),
        client.post("/v1/communities", content=b" " * 20_000_000, headers={"Content-Type": "application/json"}),
        client.post("/v1/communities", content="code=522701001001", headers=form),
        client.post("/v1/communities", json={**there, "statistics": statistics}),
        client.patch("/v1/communities/1", json=renamed),
    ]


def test_refusals_are_documented_as_they_are_answered(client: TestClient) -> None:
    answered = {str(answer.status_code): {**answer.json(), "request_id": None} for answer in refusals(client)}
    documented = {status: {**example, "request_id": None} for status, example in REFUSAL_EXAMPLES.items()}
    without_database = documented.pop("503")
    assert answered == documented
    assert (without_database["status"], without_database["errors"][0]["code"]) == (503, "no_answer")
