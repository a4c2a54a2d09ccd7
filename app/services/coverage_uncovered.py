"""Which homes are not covered, and what they lack."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from app.schemas.coverage import UncoveredPlace, UncoveredRead
from app.services.coverage_desk import CoverageDesk, Covered, reach_m
from app.services.coverage_measure import demand_of, join_places
from app.services.wording import decimal
from app.standards.facts import Bools, Floats, Ints
from app.store.boxes import around
from app.store.coverage_marks import box_of_scope
from app.store.coverage_rows import Area, read_area, read_places
from app.store.street_network_tables import StreetNetworkRow
from app.walking.circles import Sites, reach
from app.walking.demand import Demand
from app.walking.lanes import UNREACHED

LARGEST_NUMBER: Final = 10_000


@dataclass(frozen=True)
class _Lacking:
    """Homes of some communities (at `rows` of the area) and, (homes, categories), what each of them lacks."""

    rows: Ints
    demand: Demand
    lacks: Bools

    @property
    def homes(self) -> Ints:
        """The homes that lack something."""
        return np.flatnonzero(self.lacks.any(axis=1))


def uncovered_places(session: Session, covered: Covered, *, desk: CoverageDesk) -> UncoveredRead:
    """The homes that lack a category of those asked about, as far as coverage was walked along streets.

    Elsewhere nobody knows the homes: those communities are counted, and the total is None where there is no other.
    """
    area = read_area(session, covered.scope, on=covered.terms.on, catalogues=desk.catalogues)
    found = list(_lacking(session, covered, area, desk=desk))
    places: list[UncoveredPlace] = []
    for part in found:
        places += _places(part, area, covered)[: LARGEST_NUMBER - len(places)]
    is_walked = covered.result.is_walked
    return UncoveredRead(
        items=places,
        total=sum(len(part.homes) for part in found) if is_walked.any() else None,
        communities_left_out=int(np.count_nonzero(~is_walked)),
    )


def uncovered_lon_lat(session: Session, covered: Covered, area: Area, *, desk: CoverageDesk) -> Floats:
    """(homes, 2) longitudes and latitudes of all these homes, however many."""
    found = [part.demand.lon_lat[part.homes] for part in _lacking(session, covered, area, desk=desk)]
    return np.concatenate([np.empty((0, 2)), *found])


def walked_networks(covered: Covered) -> list[StreetNetworkRow]:
    """The networks that communities were walked on."""
    used = set(covered.result.network[covered.result.is_walked].tolist())
    return [row for row in covered.networks if row.id in used]


def _lacking(session: Session, covered: Covered, area: Area, *, desk: CoverageDesk) -> Iterator[_Lacking]:
    box, terms = box_of_scope(session, covered.scope), covered.terms
    if box is None:
        return
    near = around(box, reach_m(terms))
    places = read_places(session, near, categories=terms.categories, on=terms.on)
    for chosen in desk.load(session, walked_networks(covered)):
        rows = np.flatnonzero((covered.result.network == chosen.id) & covered.result.is_walked)
        demand = demand_of(chosen.network, area, rows)
        sites = Sites(join_places(chosen, places), places.category)
        distance_dm = reach(
            chosen.network, demand, sites, categories=len(terms.categories), limit_dm=terms.walk.limit_dm
        )
        yield _Lacking(rows, demand, distance_dm[:, :-1] == UNREACHED)


def _places(part: _Lacking, area: Area, covered: Covered) -> list[UncoveredPlace]:
    result, demand = covered.result, part.demand
    joined = demand.is_joined
    residences = _residence_ids(part, area)
    named = np.asarray(covered.terms.categories, object)
    return [
        UncoveredPlace(
            community_id=int(result.ids[row]),
            residence_id=residences.get(home),
            longitude=round(float(demand.lon_lat[home, 0]), 7),
            latitude=round(float(demand.lon_lat[home, 1]), 7),
            households=_households(covered, row, float(demand.weight[home])),
            is_joined=bool(joined[home]),
            missing=named[part.lacks[home]].tolist(),
        )
        for home, row in _with_rows(part)
    ]


def _with_rows(part: _Lacking) -> Iterator[tuple[int, int]]:
    homes = part.homes[:LARGEST_NUMBER]
    return zip(homes.tolist(), part.rows[part.demand.community[homes]].tolist(), strict=True)


def _residence_ids(part: _Lacking, area: Area) -> dict[int, int]:
    """The ids of the homes that are residences: they come first, in the order of the area's."""
    listed = np.flatnonzero(np.isin(area.homes.community, part.rows))
    return dict(enumerate(area.homes.ids[listed].tolist()))


def _households(covered: Covered, row: int, weight: float) -> float | None:
    """The home's part of its community's households."""
    result = covered.result
    if np.isnan(result.households[row]) or result.total[row] <= 0:
        return None
    return decimal(weight / float(result.total[row]) * float(result.households[row]))


def as_geojson(found: UncoveredRead) -> dict[str, object]:
    """The places as a GeoJSON FeatureCollection of points, what is said of them all as members of its own."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
            "properties": place.model_dump(exclude={"longitude", "latitude"}),
        }
        for place in found.items
    ]
    return {"type": "FeatureCollection", "features": features, **found.model_dump(exclude={"items"})}
