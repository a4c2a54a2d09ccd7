"""Which network each community is walked on, by boxes alone."""

import numpy as np

from app.services.coverage_networks import OfferedNetwork, by_network
from app.store.boxes import Box
from app.walking.network import StreetNetwork

CITY: Box = (117.0, 40.0, 117.1, 40.1)


def unused() -> StreetNetwork:
    raise AssertionError("no streets are needed to choose")


def offered(key: int, box: Box, *, is_default: bool = True) -> OfferedNetwork:
    return OfferedNetwork(key, f"checksum {key}", is_default, box, unused)


def chosen(boxes: list[Box], *networks: OfferedNetwork) -> dict[int, list[int]]:
    """Of each network used, by its id, the communities that are walked on it."""
    return {networks[number].id: rows.tolist() for number, rows in by_network(np.array(boxes), networks)}


def test_a_community_that_only_touches_what_may_join_a_network_is_walked_on_it() -> None:
    city = offered(1, CITY)
    west, south, east, north = city.reach
    touching: list[Box] = [
        (east, 40.0, 117.2, 40.1),
        (116.9, 40.0, west, 40.1),
        (117.0, north, 117.1, 40.2),
        (117.0, 39.9, 117.1, south),
        (east, north, 117.2, 40.2),
    ]
    assert chosen(touching, city) == {1: [0, 1, 2, 3, 4]}
    apart: list[Box] = [
        (np.nextafter(east, 118), 40.0, 117.2, 40.1),
        (116.9, 40.0, np.nextafter(west, 116), 40.1),
        (117.0, np.nextafter(north, 41), 117.1, 40.2),
        (117.0, 39.9, 117.1, np.nextafter(south, 39)),
    ]
    assert chosen(apart, city) == {}


def test_a_default_that_is_only_touched_goes_before_a_trial_around_all() -> None:
    city, trial = offered(1, CITY), offered(2, (116.0, 39.0, 118.0, 41.0), is_default=False)
    east = city.reach[2]
    assert chosen([(east, 40.0, 117.2, 40.1)], city, trial) == {1: [0]}
    assert chosen([(np.nextafter(east, 118), 40.0, 117.2, 40.1)], city, trial) == {2: [0]}
