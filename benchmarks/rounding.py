"""What whole decimetres do to walks: distances on lengths as measured, against those on rounded ones."""

from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from app.readers.osm import read_osm, walkable_ways
from app.walking.lengths import DM_PER_M
from app.walking.streets import length_in_dm

LIMIT_M = 1_000.0
SOURCES = 200


def rounding_of(city: str, path: Path) -> str:
    """A line of the table: nodes reached within 1,000 m, how far rounding moves their walks, how many change sides."""
    streets = read_osm(path, ways=walkable_ways()).streets
    nodes = len(streets.lon_lat)
    chosen = np.random.default_rng(7).choice(nodes, SOURCES, replace=False)

    source = np.concatenate([streets.start, streets.end])
    order = np.argsort(source, kind="stable")
    target = np.concatenate([streets.end, streets.start])[order]
    first = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=nodes))])

    def walks(length_m: np.ndarray) -> np.ndarray:
        graph = csr_matrix((np.tile(length_m, 2)[order], target, first), shape=(nodes, nodes))
        return dijkstra(graph, indices=chosen, min_only=True, limit=2 * LIMIT_M)

    measured = walks(streets.length_m)
    rounded = walks(length_in_dm(streets.length_m) / DM_PER_M)
    near = measured <= LIMIT_M
    moved_m = np.abs(rounded[near] - measured[near])
    changed = int(((measured <= LIMIT_M) != (rounded <= LIMIT_M)).sum())
    shares = f"{np.mean(moved_m):.3f} m | {np.quantile(moved_m, 0.99):.2f} m | {moved_m.max():.2f} m"
    return f"| {city} | {near.sum():,} | {shares} | {changed} |"


def table(cities: dict[str, Path]) -> str:
    """How far rounding moves the walks of some cities."""
    lines = [
        "Rounding every street to whole decimetres moves the walks from the nearest of 200 places by so much:",
        "",
        "| city | nodes within 1,000 m | mean | 99 of 100 less than | most | nodes that change sides of the limit |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(rounding_of(city, path) for city, path in cities.items() if path.is_file())])
