"""Facility points into community polygons, beside geopandas."""

import inspect
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from app.geometry.assignment import NOWHERE, holders
from benchmarks.mosaic import Floats, Geometries, communities, places
from benchmarks.report import Claim, Figure, Section, Sizes, Unit, at_least
from benchmarks.timing import Times, interleaved

METHOD = """\
Facilities into the communities that cover them: on a common border the one of the lowest code, outside all of them
none. The polygons (21 positions each) share crooked borders and cover the land without gaps; half of the points lie in
300 towns, a tenth exactly at corners that several communities share, some outside; neither stands in any order.
Ours begins with two columns of coordinates and the polygons, and sorts the points itself. The peer begins with
GeoDataFrames that are made before the clock starts. Both results are compared, point by point. Medians."""


@dataclass(frozen=True)
class Land:
    """The same data for both; the order of the areas is that of their codes."""

    areas: Geometries
    longitudes: Floats
    latitudes: Floats
    points_frame: Any  # Any: geopandas carries no types
    areas_frame: Any

    @classmethod
    def of(cls, sizes: Sizes) -> "Land":
        """So many communities and facilities."""
        areas = communities(sizes.communities)
        longitudes, latitudes = places(sizes.facilities, areas)
        points = geopandas.GeoDataFrame(geometry=shapely.points(longitudes, latitudes), crs=4326)
        frame = geopandas.GeoDataFrame({"code": np.arange(len(areas))}, geometry=areas, crs=4326)
        return cls(areas, longitudes, latitudes, points, frame)


def ours(land: Land) -> NDArray[np.int64]:
    return holders(land.areas, land.longitudes, land.latitudes)


def by_sjoin(land: Land) -> NDArray[np.int64]:
    joined = land.points_frame.sjoin(land.areas_frame, how="left", predicate="intersects")
    return joined["code"].groupby(level=0).min().fillna(NOWHERE).to_numpy(np.int64)


def by_sjoin_covered_by(land: Land) -> NDArray[np.int64]:
    joined = land.points_frame.sjoin(land.areas_frame, how="left", predicate="covered_by")
    return joined["code"].groupby(level=0).min().fillna(NOWHERE).to_numpy(np.int64)


PEERS = {"geopandas sjoin (intersects)": by_sjoin, "geopandas sjoin (covered_by)": by_sjoin_covered_by}


def run(sizes: Sizes) -> Section:
    """Measure, after making sure that the results are equal."""
    land = Land.of(sizes)
    check_equal(land)
    tasks = {name: lambda task=task: task(land) for name, task in {"ours": ours, **PEERS}.items()}
    times = interleaved(tasks, rounds=sizes.rounds)
    claim = Claim(
        what=f"{sizes.facilities:,} facilities into {sizes.communities:,} communities",
        ours=_figure("holders", times["ours"], ours),
        peers=tuple(_figure(name, times[name], task) for name, task in PEERS.items()),
        target=at_least(3),
    )
    return Section(
        title="Assignment of facilities to communities",
        method=METHOD,
        claims=(claim,),
        libraries=("geopandas", "numpy", "shapely"),
        notes=(f"GEOS {shapely.geos_version_string}.",),
    )


def check_equal(land: Land) -> None:
    """Raises AssertionError where a peer puts a point elsewhere."""
    expected = ours(land)
    for name, task in PEERS.items():
        np.testing.assert_array_equal(task(land), expected, err_msg=name)


def _figure(name: str, times: Times, task: object) -> Figure:
    how = inspect.getsource(task) if callable(task) else ""
    return Figure(name=name, value=times.median, unit=Unit.SECONDS, how=how, language="python")
