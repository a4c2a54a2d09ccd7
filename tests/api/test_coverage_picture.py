"""The picture of a division: the networks that its communities use, all homes not covered, and plain titles."""

import re

import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.services import coverage_uncovered
from app.walking.network import StreetNetwork
from tests.api.calls import CHINESE, community, fault
from tests.api.walks import CODE, ENDS, LENGTHS, RIVER, Json, area, degrees, kindergarten, network, south_bank
from tests.walking.towns import network_of

ADDRESS = "/v1/coverage/picture"
ASKED = {"division": CODE[:6], "categories": "kindergarten", "on": "2025-06-01"}
EAST_M = 5_000


def drawn(client: TestClient, headers: Json = None, **asked: Json) -> str:
    answer = client.get(ADDRESS, params={**ASKED, **asked}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def paths(picture: str) -> list[str]:
    """Streets, the bands from the farthest on, homes that are not covered."""
    return re.findall(r'<path d="([^"]*)"', picture)


def title(picture: str) -> str:
    return re.findall("<title>(.*?)</title>", picture)[0]


def twin_town() -> StreetNetwork:
    """The same streets 5 km further east."""
    return network_of(degrees(RIVER + np.array([EAST_M, 0])), ENDS, LENGTHS)


def eastern_bank(client: TestClient) -> Json:
    return community(client, "130824001002", boundary=area(EAST_M - 10, -100, EAST_M + 1_000, 100))


def test_all_networks_that_communities_use_are_drawn(client: TestClient) -> None:
    """The southern road and the bridge of each town, and in each all of it is within the walk."""
    network(client)
    network(client, twin_town())
    south_bank(client)
    eastern_bank(client)
    kindergarten(client, 450, 0)
    kindergarten(client, EAST_M + 450, 0)
    streets, farthest, *_ = paths(drawn(client))
    assert (streets.count("l"), streets.count("M")) == (4, 2)
    assert farthest.count("M") == 2


def test_a_network_that_no_community_uses_is_not_drawn(client: TestClient) -> None:
    network(client)
    network(client, twin_town())
    south_bank(client)
    community(client, "130824001002", boundary=area(EAST_M - 10, 4_000, EAST_M + 1_000, 4_100))
    kindergarten(client, 450, 0)
    assert paths(drawn(client))[0].count("l") == 3


def test_named_network_that_does_not_cover_the_area_is_refused(client: TestClient) -> None:
    network(client)
    elsewhere = network(client, twin_town(), is_default=False)
    south_bank(client)
    answer = client.get(ADDRESS, params={**ASKED, "network": elsewhere})
    assert fault(answer, 409)["code"] == "network_elsewhere"


def test_all_homes_not_covered_are_drawn_however_few_are_listed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage_uncovered, "LARGEST_NUMBER", 5)
    network(client)
    south_bank(client)
    kindergarten(client, 100, 200)
    assert paths(drawn(client))[-1].count("h0") == 36


@pytest.mark.parametrize(
    ("headers", "asked", "words"),
    [
        (None, {}, "130824 Kindergarten 2025-06-01"),
        (CHINESE, {}, "130824 幼儿园 2025-06-01"),
        (None, {"categories": "kindergarten,childrens_place"}, "130824 Kindergarten, Children&#x27;s place 2025-06-01"),
        (CHINESE, {"categories": "kindergarten,childrens_place"}, "130824 幼儿园、儿童之家 2025-06-01"),
        (None, {"categories": None, "circle": "life"}, "130824 Convenient-life circle 2025-06-01"),
        (CHINESE, {"categories": None}, "130824 便民生活圈 2025-06-01"),
    ],
)
def test_title_has_labels_in_the_language_of_the_answer(
    client: TestClient, headers: Json, asked: Json, words: str
) -> None:
    network(client)
    south_bank(client)
    given = {name: value for name, value in {**ASKED, **asked}.items() if value is not None}
    answer = client.get(ADDRESS, params=given, headers=headers)
    assert title(answer.text) == words


@pytest.mark.parametrize(
    ("headers", "words"),
    [(None, "home not covered (unknown in 1 of 2 communities)"), (CHINESE, "未覆盖的住宅（2 个社区中有 1 个未知）")],
)
def test_legend_counts_the_communities_whose_homes_are_unknown(client: TestClient, headers: Json, words: str) -> None:
    network(client)
    south_bank(client)
    assert "unknown" not in drawn(client)
    community(client, "130824001002", boundary=area(-10, 4_000, 1_000, 4_100))
    assert f">{words}</text>" in drawn(client, headers)
