"""Joining past small pieces of a network: the platform of a bus stop, a path that ends a metre from the street."""

import numpy as np
import pytest
import shapely

from app.walking.demand import Residences, along_streets, joined_residences
from app.walking.joining import Joints, is_on_small_piece, join
from app.walking.network import StreetNetwork
from app.walking.parameters import parameters
from tests.walking.towns import DEGREES_PER_M, ORIGIN, network_of, town

FARTHEST_M = 300
SMALL_M = parameters().small_piece_m


def at(*metres: tuple[float, float]) -> np.ndarray:
    return ORIGIN + np.array(metres, float) * DEGREES_PER_M


def streets(*ends_m: tuple[float, float, float, float]) -> StreetNetwork:
    """Straight streets that do not hang together, each from x, y to x, y, as long as they are drawn."""
    ends = np.array(ends_m, float).reshape(-1, 2, 2)
    length_m = np.hypot(*(ends[:, 1] - ends[:, 0]).T).round(1)
    numbers = np.arange(2 * len(ends)).reshape(-1, 2)
    return network_of(ORIGIN + ends.reshape(-1, 2) * DEGREES_PER_M, numbers, length_m)


def lengths_joined(network: StreetNetwork, joints: Joints) -> list[float]:
    """How long the street is that each place joins: which one it is."""
    return (network.length_dm[joints.street] / 10).tolist()


def test_a_place_beside_a_platform_joins_the_street_behind_it() -> None:
    """The platform, 40 m long, is 3 m away, the street of 600 m 9 m: 6 m farther."""
    network = streets((0, 0, 600, 0), (280, 6, 320, 6))
    joints = join(network, at((300, 9), (100, 9)), farthest_m=FARTHEST_M)
    assert lengths_joined(network, joints) == [600, 600]
    assert joints.is_past_small_piece.tolist() == [True, False]
    assert abs(joints.walk_dm - 90).max() <= 1
    assert abs(joints.offset_dm - [3_000, 1_000]).max() <= 5
    assert not is_on_small_piece(network, joints).any()


@pytest.mark.parametrize(("away_m", "joined_m"), [(52.9, 600.0), (53.1, 40.0)])
def test_the_street_may_be_50_m_farther(away_m: float, joined_m: float) -> None:
    """The platform is 3 m away from the place."""
    network = streets((0, -away_m, 600, -away_m), (280, 3, 320, 3))
    joints = join(network, at((300, 0)), farthest_m=FARTHEST_M)
    assert lengths_joined(network, joints) == [joined_m]
    assert is_on_small_piece(network, joints).tolist() == [joined_m == 40]


def test_the_street_may_not_be_farther_than_any_place_may() -> None:
    network = streets((0, -310, 600, -310), (280, 290, 320, 290))
    assert lengths_joined(network, join(network, at((300, 0)), farthest_m=300)) == [40]
    assert lengths_joined(network, join(network, at((300, 0)), farthest_m=311)) == [600]


@pytest.mark.parametrize(
    ("small_m", "large_m", "is_passed"),
    [
        (SMALL_M - 0.1, 6_000, True),
        (SMALL_M, 6_000, False),  # under 1 km, not at it
        (200, 1_000.1, True),
        (200, 1_000, False),  # under a fifth, not at it
        (900, 1_000, False),
    ],
)
def test_small_is_under_1_km_and_under_a_fifth(small_m: float, large_m: float, is_passed: bool) -> None:
    network = streets((0, 0, large_m, 0), (0, 10, small_m, 10))
    joints = join(network, at((100, 9)), farthest_m=FARTHEST_M)
    assert joints.is_past_small_piece.tolist() == [is_passed]
    assert lengths_joined(network, joints) == [round(large_m if is_passed else small_m, 1)]


def test_all_streets_of_a_piece_count_not_the_one_that_is_near() -> None:
    """A drive of 40 m that hangs together with 1,000 m more is no small piece."""
    metres = np.array([[0, 0], [6_000, 0], [100, 10], [140, 10], [1_140, 10]])
    lengths = np.array([6_000.0, 40.0, 1_000.0])
    network = network_of(ORIGIN + metres * DEGREES_PER_M, np.array([[0, 1], [2, 3], [3, 4]]), lengths)
    joints = join(network, at((110, 11)), farthest_m=FARTHEST_M)
    assert lengths_joined(network, joints) == [40]
    assert not joints.is_past_small_piece.any()


def test_the_nearest_piece_beside_which_it_is_small_is_joined_not_the_largest() -> None:
    """A platform of 40 m; a path of 150 m, beside which it is not small; a lane of 250 m; a street of 2,000 m."""
    network = streets((280, 3, 320, 3), (200, 8, 350, 8), (200, 20, 450, 20), (0, 40, 2_000, 40))
    joints = join(network, at((300, 0)), farthest_m=FARTHEST_M)
    assert lengths_joined(network, joints) == [250]
    # The lane is small beside the street: what stands on it is told apart.
    assert is_on_small_piece(network, joints).tolist() == [True]


def test_points_along_a_small_piece_join_the_street_with_their_walk_there() -> None:
    network = streets((0, 0, 600, 0), (200, 20, 240, 20), (200, 400, 240, 400))
    everywhere = shapely.box(*at((-50, -50))[0], *at((650, 450))[0])
    demand = along_streets(network, np.array([everywhere], object), spacing_m=25, farthest_m=FARTHEST_M)
    # 600 m in 24 parts, 40 m in two parts of 20 m: one platform is 20 m from the street, the other 400 m.
    assert np.bincount(demand.entrances.street[demand.entrances.street >= 0]).max() == 24 + 2
    assert demand.weight.sum() == 600 + 40 + 40
    past = demand.is_past_small_piece
    assert (demand.weight[past].tolist(), demand.entrances.walk_dm[past].tolist()) == ([20, 20], [200, 200])
    assert is_on_small_piece(network, demand.entrances).sum() == 2


def test_each_gate_of_a_compound_joins_past_small_pieces() -> None:
    network = streets((0, 0, 600, 0), (80, 6, 120, 6))
    gates = np.array([shapely.MultiPoint(at((100, 9), (500, 9))), None], object)
    homes = Residences(np.zeros(2, np.int64), np.ones(2), shapely.points(at((300, 50), (300, 9))), gates)
    demand = joined_residences(network, homes, farthest_m=FARTHEST_M)
    assert lengths_joined(network, demand.entrances) == [600, 600, 600]
    assert demand.entrances.is_past_small_piece.tolist() == [True, False, False]
    assert demand.is_past_small_piece.tolist() == [True, False]


@pytest.mark.parametrize("seed", range(6))
def test_many_places_join_as_one_by_one_in_plain_words(seed: int) -> None:
    """A town of which so many streets are gone that it lies in pieces, against every street measured by shapely."""
    network = town(16, 16, kept=0.42, seed=seed)
    places = ORIGIN + np.random.default_rng(seed).uniform(-100, 900, (60, 2)) * DEGREES_PER_M
    joints = join(network, places, farthest_m=FARTHEST_M)
    lines = shapely.linestrings(np.stack([network.xy_m[network.start], network.xy_m[network.end]], axis=1))
    length_m = network.piece_length_m[network.piece[network.start]]
    passed = 0
    for number, place in enumerate(shapely.points(network.plane.metres(places))):
        distance = shapely.distance(lines, place)
        nearest = int(np.argmin(distance))
        if distance[nearest] > FARTHEST_M:
            assert not joints.is_joined[number]
            continue
        own_m = length_m[nearest]
        allowed = (length_m > 5 * own_m) & (own_m < 1_000) & (distance <= min(distance[nearest] + 50, FARTHEST_M))
        wanted = np.where(allowed, distance, np.inf).min() if allowed.any() else distance[nearest]
        assert distance[joints.street[number]] == pytest.approx(wanted, abs=1e-6)
        assert joints.is_past_small_piece[number] == allowed.any()
        passed += int(allowed.any())
    assert passed
