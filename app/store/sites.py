"""Which stored communities hold how much of a site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.geometry.area import geodesic_area_m2
from app.standards.vocabulary import Setting
from app.store.boxes import meets_box
from app.store.tables import COMMUNITY

_Found: TypeAlias = Row[Any, Any, Any, Any, Any]  # Any: id, code, name, setting, boundary
_Pairs: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Places of sites, ascending, and the ids of communities whose boxes meet theirs."""
_SITES_AT_ONCE: Final = 100
_IDS_AT_ONCE: Final = 500
_STRIP_DEGREES: Final = 0.1
"""Sites are gone through in strips of latitude, so that those near each other ask for boundaries together."""
LEAST_SHARE: Final = 1e-6
"""Less is a border drawn twice."""
SHARE_DIGITS: Final = 9
"""Shares that differ further behind are equal."""


@dataclass(frozen=True)
class Holding:
    """A community that holds a share (0..1) of a site."""

    community_id: int
    code: str
    name: str
    setting: Setting | None
    share: float


def holdings(session: Session, sites: Sequence[BaseGeometry]) -> list[tuple[Holding, ...]]:
    """Of each site the communities that hold some of it, the largest share first, of equal ones the lowest code."""
    held: list[tuple[Holding, ...]] = [()] * len(sites)
    if not len(sites):
        return held
    shapes = np.array(list(sites), np.object_)
    near = _near(session, shapes)
    met, start = np.unique(near[0], return_index=True)
    ends = np.append(start[1:], len(near[0]))
    order = _by_strips(shapes[met])
    for first in range(0, len(met), _SITES_AT_ONCE):
        chosen = order[first : first + _SITES_AT_ONCE]
        wanted = [near[1][start[place] : ends[place]] for place in chosen]
        known = _boundaries(session, np.unique(np.concatenate(wanted)))
        for place, ids in zip(met[chosen].tolist(), wanted, strict=True):
            held[place] = _held(shapes[place], [known[key] for key in ids.tolist()])
    return held


def _near(session: Session, shapes: NDArray[np.object_]) -> _Pairs:
    """By their boxes alone, asked for all at once."""
    around = shapely.total_bounds(shapes)
    box = (float(around[0]), float(around[1]), float(around[2]), float(around[3]))
    columns = (COMMUNITY.c.id, COMMUNITY.c.west, COMMUNITY.c.south, COMMUNITY.c.east, COMMUNITY.c.north)
    rows = session.execute(select(*columns).where(meets_box(session, COMMUNITY, box))).all()
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    table = np.array([tuple(row) for row in rows], np.float64)
    site, community = shapely.STRtree(_boxes(table[:, 1:])).query(_boxes(shapely.bounds(shapes)))
    order = np.argsort(site, kind="stable")
    return site[order].astype(np.int64), table[community[order], 0].astype(np.int64)


def _boxes(sides: NDArray[np.float64]) -> NDArray[np.object_]:
    west, south, east, north = sides.T
    return np.asarray(shapely.box(west, south, east, north), np.object_)


def _by_strips(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    bounds = shapely.bounds(shapes)
    return np.lexsort((bounds[:, 0], np.floor(bounds[:, 1] / _STRIP_DEGREES)))


def _boundaries(session: Session, ids: NDArray[np.int64]) -> dict[int, _Found]:
    columns = (COMMUNITY.c.id, COMMUNITY.c.code, COMMUNITY.c.name, COMMUNITY.c.effective_setting, COMMUNITY.c.boundary)
    found: dict[int, _Found] = {}
    for first in range(0, len(ids), _IDS_AT_ONCE):
        asked = ids[first : first + _IDS_AT_ONCE].tolist()
        rows = session.execute(select(*columns).where(COMMUNITY.c.id.in_(asked))).all()
        found |= {row.id: row for row in rows}
    shapely.prepare([row.boundary for row in found.values()])
    return found


def _held(site: BaseGeometry, rows: Sequence[_Found]) -> tuple[Holding, ...]:
    found = [_holding(row, site) for row in rows if shapely.intersects(row.boundary, site)]
    kept = (item for item in found if item.share > LEAST_SHARE)
    return tuple(sorted(kept, key=lambda item: (-round(item.share, SHARE_DIGITS), item.code)))


def _holding(row: _Found, site: BaseGeometry) -> Holding:
    setting = None if row.effective_setting is None else Setting(row.effective_setting)
    return Holding(row.id, row.code, row.name, setting, _share(row.boundary, site))


def _share(boundary: BaseGeometry, site: BaseGeometry) -> float:
    if shapely.covers(boundary, site):
        return 1.0
    return min(1.0, geodesic_area_m2(shapely.intersection(site, boundary)) / geodesic_area_m2(site))
