"""The walking search beside scipy's, igraph's and pandana's; what a change costs; coverage beside buffers."""

import importlib.util
import inspect
from collections.abc import Mapping

import numpy as np
import shapely

from app.walking.arrivals import Opened, arrivals
from app.walking.balls import Change, changed, nodes_around
from app.walking.coverage import cover, home_distances
from app.walking.demand import Demand, along_streets
from app.walking.joining import Joints, join, seeds_at
from app.walking.lanes import LANES, UNREACHED
from app.walking.lengths import DM_PER_M
from app.walking.network import StreetNetwork
from app.walking.reach import reached_stretches
from app.walking.search import Seeds, Walks, search
from benchmarks import rounding
from benchmarks.report import Claim, Figure, Limit, Section, Sizes, Unit, at_least
from benchmarks.streets import LAS_PALMAS, PORTO_ALEGRE, facilities_of, made_town, real_city
from benchmarks.timing import Times, interleaved, peak_memory_mb, seconds_of
from benchmarks.walking_peers import Igraph, Scipy

LIMIT_DM = 10_000
REAL = "Porto Alegre"
LARGEST_MB = 1_000
CITIES = {REAL: PORTO_ALEGRE, "Las Palmas": LAS_PALMAS}
METHOD = """Twelve categories with 200 to 2,000 facilities at nodes of the network, every node within 1,000 m of the
nearest facility of each. All search the same lengths in whole decimetres, and the distances are compared node by node
before anything is timed. One thread each. Porto Alegre is the walkable part of OpenStreetMap's file; the others are
made towns, of whose streets two thirds are there. igraph takes no limit: it searches from a node that is joined to all
facilities of a category. pandana's `nearest_pois` is given the limit; the time in which it builds its own index is not
counted. The floor is the time in which the machine's memory delivers once what the search must at least read and
write."""


def run(sizes: Sizes) -> Section:
    """Everything about the search that needs no server."""
    networks: dict[str, StreetNetwork] = {REAL: real_city(PORTO_ALEGRE)} if PORTO_ALEGRE.is_file() else {}
    networks |= {f"{nodes:,} nodes": made_town(nodes) for nodes in sizes.street_nodes}
    claims = [claim for name, network in networks.items() for claim in _searches(name, network, sizes)]
    largest = list(networks.values())[-1]
    claims.append(_change(largest, sizes))
    claims.append(_buffers(networks.get(REAL, largest), sizes))
    peak = peak_memory_mb("benchmarks.walking:search_made_town", str(sizes.street_nodes[-1]))
    memory = Figure(name="ours", value=peak, unit=Unit.MEGABYTES)
    return Section(
        title="Walking distances",
        method=METHOD,
        claims=tuple(claims),
        limits=(Limit(what=f"peak memory, {sizes.street_nodes[-1]:,} nodes", ours=memory, largest=LARGEST_MB),),
        libraries=("numpy", "numba", "scipy", "igraph", "shapely"),
        notes=(_linear(largest, sizes), rounding.table(CITIES)),
    )


def seeds_of(facilities: list[np.ndarray]) -> Seeds:
    """Walks that begin at the facilities' nodes, a lane for each category."""
    node = np.concatenate(facilities).astype(np.int32)
    lane = np.repeat(np.arange(len(facilities)), [len(nodes) for nodes in facilities])
    return Seeds(node, lane, np.zeros(len(node), np.int64))


def check(network: StreetNetwork, facilities: list[np.ndarray], expected: np.ndarray) -> None:
    """Raises AssertionError where a distance differs from the peer's."""
    walks = search(network, seeds_of(facilities), limit_dm=LIMIT_DM)
    for lane in range(len(facilities)):
        np.testing.assert_array_equal(walks.distances_dm(lane), expected[lane])


def search_made_town(nodes: str) -> None:
    """What the peak of memory is taken of."""
    network = made_town(int(nodes))
    search(network, seeds_of(facilities_of(network)), limit_dm=LIMIT_DM)


def _searches(name: str, network: StreetNetwork, sizes: Sizes) -> list[Claim]:
    facilities = facilities_of(network)
    seeds = seeds_of(facilities)
    scipy = Scipy(network, LIMIT_DM)
    check(network, facilities, scipy.distances_dm(facilities))
    times = interleaved(
        {"ours": lambda: search(network, seeds, limit_dm=LIMIT_DM), "scipy": lambda: scipy.search(facilities)},
        rounds=sizes.rounds,
    )
    ours = _figure("ours", times, inspect.getsource(search))
    floor = Figure(name="memory alone", value=_floor_ms(network), unit=Unit.MILLISECONDS)
    igraph = Igraph(network, facilities)
    alone = Figure(name="igraph", value=seconds_of(igraph.search) * 1_000, unit=Unit.MILLISECONDS)
    what = f"{name}: {network.node_count:,} nodes, {network.street_count:,} streets"
    claims = [
        Claim(
            what=what,
            ours=ours,
            peers=(_figure("scipy", times, inspect.getsource(Scipy.search)),),
            target=_target(name),
        ),
        Claim(what=f"{name}, igraph", ours=ours, peers=(alone,), target=at_least(25)),
        Claim(what=f"{name}, the floor", ours=ours, peers=(floor,)),
    ]
    if name == REAL and importlib.util.find_spec("pandana"):
        claims.append(_beside_pandana(network, facilities, ours))
    return claims


def _target(name: str) -> object:
    return at_least(8 if name.startswith("1,000,000") else 7)


def _figure(name: str, times: Mapping[str, Times], how: str = "") -> Figure:
    value = times[name].median * 1_000
    return Figure(name=name, value=value, unit=Unit.MILLISECONDS, how=how, language="python" if how else "")


def _floor_ms(network: StreetNetwork) -> float:
    """Reading the streets and the rows once, and writing the rows."""
    leaving = network.leaving
    rows = np.full((network.node_count, LANES), UNREACHED, np.uint16)

    def once() -> None:
        leaving.neighbour.sum(dtype=np.int32)
        leaving.step_dm.sum(dtype=np.uint16)
        np.add(rows, 0, out=rows)

    return interleaved({"once": once}, rounds=5)["once"].median * 1_000


def _beside_pandana(network: StreetNetwork, facilities: list[np.ndarray], ours: Figure) -> Claim:
    from benchmarks.pandana_peer import nearest_pois_of  # noqa: PLC0415  # only where it is installed

    value = seconds_of(nearest_pois_of(network, facilities, LIMIT_DM / DM_PER_M)) * 1_000
    peer = Figure(name="pandana", value=value, unit=Unit.MILLISECONDS)
    return Claim(what=f"{REAL}, pandana", ours=ours, peers=(peer,), target=at_least(100))


def _change(network: StreetNetwork, sizes: Sizes) -> Claim:
    """One facility more in a category, against searching the category anew."""
    nodes = facilities_of(network)[-1]
    joints = join(network, network.lon_lat[nodes], farthest_m=300)
    new = join(network, network.lon_lat[[network.node_count // 2]], farthest_m=300)
    lanes = np.zeros(len(nodes), np.int64)
    walks = search(network, seeds_at(network, joints, lanes), limit_dm=LIMIT_DM)

    def add_one() -> None:
        around = nodes_around(network, new, limit_dm=LIMIT_DM)
        near = np.isin(network.start[joints.street], around) | np.isin(network.end[joints.street], around)
        both = Joints(
            *(np.append(old[near], one) for old, one in zip(vars(joints).values(), vars(new).values(), strict=True))
        )
        change = Change(around, np.zeros(1, np.int64), seeds_at(network, both, np.zeros(len(both), np.int64)))
        with changed(network, walks, change):
            pass

    times = interleaved(
        {"ours": add_one, "anew": lambda: search(network, seeds_at(network, joints, lanes), limit_dm=LIMIT_DM)},
        rounds=sizes.rounds,
    )
    peers = (_figure("anew", times),)
    return Claim(
        what="one facility added",
        ours=_figure("ours", times, inspect.getsource(add_one)),
        peers=peers,
        target=at_least(20),
    )


def _buffers(network: StreetNetwork, sizes: Sizes) -> Claim:
    """Who is covered, counted on the streets, against uniting buffers of the reached streets."""
    nodes = facilities_of(network)[0]
    opened = Opened(join(network, network.lon_lat[nodes], farthest_m=300), np.zeros(len(nodes), np.int64))
    walks = search(network, seeds_at(network, opened.joints, opened.lane), limit_dm=LIMIT_DM)
    box = shapely.box(*network.lon_lat.min(axis=0), *network.lon_lat.max(axis=0))
    demand = along_streets(network, np.array([box], object), spacing_m=25, farthest_m=300)
    points = shapely.points(network.plane.metres(demand.lon_lat))

    def unite() -> int:
        lines = reached_stretches(network, walks, opened, lane=0).lines(network)
        plane = network.plane.metres(lines.reshape(-1, 2)).reshape(lines.shape)
        area = shapely.union_all(shapely.buffer(shapely.linestrings(plane), 1.0))
        shapely.prepare(area)
        return int(shapely.covers(area, points).sum())

    times = interleaved({"ours": lambda: counted(network, walks, opened, demand), "buffers": unite}, rounds=1)
    what = f"covered among {len(demand):,} places along streets"
    ours = _figure("ours", times, inspect.getsource(counted))
    return Claim(
        what=what, ours=ours, peers=(_figure("buffers", times, inspect.getsource(unite)),), target=at_least(100)
    )


def counted(network: StreetNetwork, walks: Walks, opened: Opened, demand: Demand) -> float:
    """The covered weight of the first category."""
    distances = home_distances(demand, arrivals(network, walks, opened, places=demand.entrances))[:, :1]
    nowhere = np.zeros(distances.shape, np.uint8)
    return float(cover(demand, distances, cut_off=nowhere, communities=1).covered[0, 0])


def _linear(network: StreetNetwork, sizes: Sizes) -> str:
    seeds = seeds_of(facilities_of(network))
    lines = [
        "Nodes reached and time, limit by limit:",
        "",
        "| limit | reached, all categories | ns per node reached |",
        "|---|---|---|",
    ]
    for limit_dm in (2_500, 5_000, 10_000, 20_000):
        reached = int((search(network, seeds, limit_dm=limit_dm).rows != UNREACHED).sum())
        times = interleaved(
            {"ours": lambda limit_dm=limit_dm: search(network, seeds, limit_dm=limit_dm)}, rounds=sizes.rounds
        )
        lines.append(
            f"| {limit_dm // DM_PER_M:,} m | {reached:,} | {times['ours'].median * 1e9 / max(reached, 1):.0f} |"
        )
    return "\n".join(lines)
