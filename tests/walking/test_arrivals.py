"""Joining and arriving, against networkx on a graph into which every place is built as a node."""

import itertools

import networkx as nx
import numpy as np
import pytest

from app.walking.arrivals import Opened, arrivals
from app.walking.joining import NOT_JOINED, Joints, join, seeds_at
from app.walking.lanes import UNREACHED
from app.walking.network import StreetNetwork
from app.walking.search import search
from tests.walking.towns import DEGREES_PER_M, ORIGIN, as_graph, network_of, town

LIMIT_DM = 3_000


def places_in(town_size_m: float, count: int, seed: int) -> np.ndarray:
    metres = np.random.default_rng(seed).uniform(-60, town_size_m + 60, (count, 2))
    return ORIGIN + metres * DEGREES_PER_M


def built_in(network: StreetNetwork, facilities: Joints, homes: Joints) -> nx.Graph:
    """The streets cut at every joint, each place hung on its joint."""
    graph = as_graph(network)
    on_street: dict[int, list[tuple[int, str]]] = {}
    for kind, joints in (("facility", facilities), ("home", homes)):
        for number in np.flatnonzero(joints.is_joined):
            name = f"{kind} {number}"
            on_street.setdefault(int(joints.street[number]), []).append((int(joints.offset_dm[number]), f"at {name}"))
            graph.add_edge(name, f"at {name}", length=int(joints.walk_dm[number]))
    for street, joints_on_it in on_street.items():
        length = int(network.length_dm[street])
        stops = [(0, int(network.start[street])), *sorted(joints_on_it), (length, int(network.end[street]))]
        for (low, one), (high, other) in itertools.pairwise(stops):
            graph.add_edge(one, other, length=high - low)
    return graph


@pytest.mark.parametrize("seed", range(6))
def test_places_are_as_far_as_in_a_graph_that_holds_them(seed: int) -> None:
    network = town(9, 9, kept=0.75, seed=seed)
    facilities = join(network, places_in(400, 12, seed + 100), farthest_m=300)
    homes = join(network, places_in(400, 200, seed + 200), farthest_m=300)
    opened = Opened(facilities, np.arange(12) % 3)
    walks = search(network, seeds_at(network, facilities, opened.lane), limit_dm=LIMIT_DM)
    found = arrivals(network, walks, opened, places=homes)
    graph = built_in(network, facilities, homes)
    for lane in range(3):
        sources = {f"facility {number}" for number in range(12) if number % 3 == lane and facilities.is_joined[number]}
        lengths = nx.multi_source_dijkstra_path_length(graph, sources, weight="length")
        for home in np.flatnonzero(homes.is_joined):
            length = lengths.get(f"home {home}", UNREACHED)
            assert found[home, lane] == (length if length <= LIMIT_DM else UNREACHED)


def test_the_nearest_point_of_a_street_counts_and_so_does_the_walk_to_it() -> None:
    # One street of 100 m due east; a place 30 m north of the point 40 m along it.
    network = network_of(ORIGIN + np.array([[0, 0], [100, 0]]) * DEGREES_PER_M, np.array([[0, 1]]), np.array([100.0]))
    joints = join(network, ORIGIN + np.array([[40, 30.0]]) * DEGREES_PER_M, farthest_m=300)
    forth = (
        int(joints.offset_dm[0])
        if network.lon_lat[network.start[0], 0] == ORIGIN[0]
        else 1_000 - int(joints.offset_dm[0])
    )
    assert joints.street.tolist() == [0]
    assert abs(forth - 400) <= 2
    assert abs(int(joints.walk_dm[0]) - 300) <= 2


def test_a_place_farther_than_the_farthest_is_not_joined() -> None:
    network = network_of(ORIGIN + np.array([[0, 0], [100, 0]]) * DEGREES_PER_M, np.array([[0, 1]]), np.array([100.0]))
    places = ORIGIN + np.array([[40, 310.0], [np.nan, 0], [40, 290.0]]) * DEGREES_PER_M
    assert join(network, places, farthest_m=300).street.tolist() == [NOT_JOINED, NOT_JOINED, 0]


def test_nothing_is_reached_by_who_is_not_joined() -> None:
    network = town(3, 3, kept=1, seed=1)
    far = join(network, ORIGIN + np.array([[5_000, 5_000.0]]) * DEGREES_PER_M, farthest_m=300)
    near = join(network, network.lon_lat[:1], farthest_m=300)
    opened = Opened(near, np.array([0]))
    walks = search(network, seeds_at(network, near, opened.lane), limit_dm=LIMIT_DM)
    assert (arrivals(network, walks, opened, places=far) == UNREACHED).all()
    assert arrivals(network, walks, opened, places=near)[0, 0] == 0
