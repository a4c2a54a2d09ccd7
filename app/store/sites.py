"""Which stored communities hold how much of a site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.geometry.area import geodesic_area_m2
from app.standards.vocabulary import Setting
from app.store.boxes import box_of, meets_any
from app.store.tables import COMMUNITY

_Found: TypeAlias = Row[Any, Any, Any, Any, Any]  # Any: id, code, name, setting, boundary
_AT_ONCE: Final = 20
"""Of more boxes than that the one around them all would be asked."""
LEAST_SHARE: Final = 1e-6
"""Less is a border drawn twice."""


@dataclass(frozen=True)
class Holding:
    """A community that holds a share (0..1) of a site."""

    community_id: int
    code: str
    name: str
    setting: Setting | None
    share: float


def holdings(session: Session, sites: Sequence[BaseGeometry]) -> Iterator[tuple[Holding, ...]]:
    """Of each site the communities that hold some of it, the largest share first, of equal ones the lowest code."""
    for first in range(0, len(sites), _AT_ONCE):
        batch = sites[first : first + _AT_ONCE]
        rows = _around(session, batch)
        tree = shapely.STRtree([row.boundary for row in rows])
        for site in batch:
            met = (rows[place] for place in sorted(tree.query(site, predicate="intersects")))
            found = [_holding(row, site) for row in met]
            yield tuple(sorted((item for item in found if item.share > LEAST_SHARE), key=lambda item: -item.share))


def _around(session: Session, sites: Sequence[BaseGeometry]) -> Sequence[_Found]:
    """Communities whose box meets that of a site, the lowest code first."""
    columns = (COMMUNITY.c.id, COMMUNITY.c.code, COMMUNITY.c.name, COMMUNITY.c.effective_setting, COMMUNITY.c.boundary)
    query = select(*columns).order_by(COMMUNITY.c.code)
    boxes = [box_of(site) for site in sites]
    return session.execute(query.where(meets_any(session, COMMUNITY, boxes))).all()


def _holding(row: _Found, site: BaseGeometry) -> Holding:
    share = geodesic_area_m2(shapely.intersection(site, row.boundary)) / geodesic_area_m2(site)
    setting = None if row.effective_setting is None else Setting(row.effective_setting)
    return Holding(row.id, row.code, row.name, setting, min(1.0, share))
