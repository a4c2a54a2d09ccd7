"""Street networks to measure on: a real city where the data are at hand, and made towns of any size."""

from pathlib import Path

import numpy as np

from app.readers.osm import read_osm, walkable_ways
from app.walking.network import StreetNetwork
from app.walking.streets import Streets, build_network

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "streets"
PORTO_ALEGRE = DATA / "porto_alegre.osm.pbf"
LAS_PALMAS = DATA / "las_palmas.osm.pbf"
CATEGORIES, FEWEST, MOST = 12, 200, 2_000
SPACING_M, KEPT = 55.0, 0.68
ORIGIN = np.array([117.3, 40.9])
DEGREES_PER_M = np.array([1 / 84_300, 1 / 111_050])


def real_city(path: Path) -> StreetNetwork:
    """The walkable streets of a city in OpenStreetMap's form."""
    return StreetNetwork.of(build_network(read_osm(path, ways=walkable_ways()).streets)[0])


def made_town(nodes: int) -> StreetNetwork:
    """About so many crossings, a grid pushed about, of whose streets two thirds are there."""
    random = np.random.default_rng(nodes)
    width = int(np.sqrt(nodes))
    number = np.arange(width * width).reshape(width, width)
    metres = np.stack(np.meshgrid(np.arange(width), np.arange(width)), axis=-1).reshape(-1, 2) * SPACING_M
    metres += random.normal(0, SPACING_M / 5, metres.shape)
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    upwards = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    ends = np.concatenate([across, upwards])
    start, end = ends[random.random(len(ends)) < KEPT].T
    length_m = np.hypot(*(metres[start] - metres[end]).T)
    classes = np.zeros(len(start), np.int64)
    streets = Streets(ORIGIN + metres * DEGREES_PER_M, start, end, length_m, classes, ("street",))
    return StreetNetwork.of(build_network(streets)[0])


def facilities_of(network: StreetNetwork) -> list[np.ndarray]:
    """The nodes of the facilities of each category: 200 of the rarest to 2,000 of the commonest."""
    random = np.random.default_rng(12)
    counts = np.geomspace(FEWEST, MOST, CATEGORIES).astype(int)
    return [
        np.sort(random.choice(network.node_count, min(count, network.node_count), replace=False)) for count in counts
    ]
