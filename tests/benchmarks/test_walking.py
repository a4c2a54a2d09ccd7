"""The walking benchmark measures what gives equal results."""

import numpy as np

from benchmarks.report import SMALL
from benchmarks.streets import facilities_of, made_town
from benchmarks.walking import LIMIT_DM, check, run
from benchmarks.walking_peers import Igraph, Scipy


def test_all_libraries_find_the_same_distances() -> None:
    network = made_town(SMALL.street_nodes[0])
    facilities = facilities_of(network)
    expected = Scipy(network, LIMIT_DM).distances_dm(facilities)
    check(network, facilities, expected)
    found = np.array(Igraph(network, facilities).search())[:, : network.node_count]
    np.testing.assert_array_equal(np.where(found <= LIMIT_DM, found, 0xFFFF), expected)


def test_a_section_is_made_of_all_claims() -> None:
    whats = [claim.what for claim in run(SMALL).claims]
    assert len(whats) == len(set(whats))
    assert {"one facility added", "900 nodes, igraph"} <= set(whats)
