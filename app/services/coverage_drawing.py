"""What a picture of walking coverage shows: worked out anew, on the networks that a division's communities use."""

from collections.abc import Sequence

import numpy as np
import shapely
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault
from app.reports.coverage_picture import Band, Picture, coverage_picture
from app.services.coverage import Request, area_warnings
from app.services.coverage_desk import reach_m
from app.services.coverage_measure import join_places
from app.services.coverage_networks import OfferedNetwork
from app.services.coverage_terms import Walk
from app.services.coverage_uncovered import uncovered_lon_lat, walked_networks
from app.standards.catalogues import in_language
from app.standards.facts import Bools, Floats
from app.store.boxes import Box, around
from app.store.coverage_marks import box_of_scope
from app.store.coverage_rows import Area, Places, read_area, read_places
from app.store.scopes import of_communities
from app.walking.arrivals import Opened
from app.walking.joining import seeds_at
from app.walking.network import StreetNetwork
from app.walking.reach import reached_stretches
from app.walking.search import search

LARGEST_NUMBER_OF_STREETS = 200_000
_THIRDS = 3
_BETWEEN = {"en": ", ", "zh": "、"}


def division_picture(session: Session, division: str, request: Request) -> str:
    """An SVG of the division: the streets by the minutes to the nearest facility of any of the categories.

    Raises Conflict where no community was walked on a street network, or on the one named, or where too many streets
    would have to be drawn.
    """
    desk, terms, scope = request.desk, request.terms, of_communities(division)
    covered = desk.coverage(session, scope, terms)
    box = box_of_scope(session, scope)
    used = walked_networks(covered)
    if not used and terms.network_id is not None and len(covered.result):
        raise Conflict(*area_warnings(covered, division))
    if box is None or not used:
        raise Conflict(Fault("no_street_network_in_area", "?division", division))
    networks = desk.load(session, used)
    streets = _streets(networks, box, division)
    places = read_places(session, around(box, reach_m(terms)), categories=terms.categories, on=terms.on)
    area = read_area(session, scope, on=terms.on, catalogues=desk.catalogues)
    return coverage_picture(
        Picture(
            title=f"{division} {_asked(request)} {terms.on.isoformat()}",
            box=box,
            streets=streets,
            bands=_bands(networks, places, box, terms.walk),
            facilities=_inside(places.lon_lat, box),
            uncovered=uncovered_lon_lat(session, covered, area, desk=desk),
            borders=_borders(area),
            communities=len(covered.result),
            communities_left_out=int(np.count_nonzero(~covered.result.is_walked)),
        ),
        request.wording.language,
    )


def band_limits(walk: Walk) -> list[tuple[float, int]]:
    """Minutes and whole decimetres of the whole walk, two thirds and a third of it: no limit is passed, none is zero.

    >>> band_limits(Walk(15, 4))
    [(15.0, 10000), (10.0, 6666), (5.0, 3333)]
    """
    parts = [Walk(walk.minutes * thirds / _THIRDS, walk.speed_km_per_h) for thirds in range(_THIRDS, 0, -1)]
    return [(part.minutes, max(part.limit_dm, 1)) for part in parts]


def _asked(request: Request) -> str:
    """The label of the circle, or those of the categories."""
    catalogues, language, terms = request.desk.catalogues, request.wording.language, request.terms
    if terms.circle is not None:
        return in_language(catalogues.circle(terms.circle).label, language)
    return _BETWEEN[language].join(in_language(catalogues.category(name).label, language) for name in terms.categories)


def _streets(networks: Sequence[OfferedNetwork], box: Box, division: str) -> Floats:
    shown = np.concatenate([_streets_of(chosen.network, box) for chosen in networks])
    if len(shown) > LARGEST_NUMBER_OF_STREETS:
        params = {"count": len(shown), "largest": LARGEST_NUMBER_OF_STREETS}
        raise Conflict(Fault("picture_too_large", "?division", division, params))
    return shown


def _streets_of(network: StreetNetwork, box: Box) -> Floats:
    lines = np.stack([network.lon_lat[network.start], network.lon_lat[network.end]], axis=1)
    return lines[_meets(lines, box)]


def _bands(networks: Sequence[OfferedNetwork], places: Places, box: Box, walk: Walk) -> list[Band]:
    """What is within each limit, on all networks."""
    limits = band_limits(walk)
    reached = [_within(chosen, places, box, [limit_dm for _, limit_dm in limits]) for chosen in networks]
    return [
        Band(round(minutes, 1), np.concatenate(lines))
        for (minutes, _), lines in zip(limits, zip(*reached, strict=True), strict=True)
    ]


def _within(chosen: OfferedNetwork, places: Places, box: Box, limits_dm: Sequence[int]) -> list[Floats]:
    """The lines of one network that are within each limit."""
    joints = join_places(chosen, places)
    opened = Opened(joints, np.zeros(len(places), np.int64))
    seeds = seeds_at(chosen.network, joints, opened.lane)
    within = []
    for limit_dm in limits_dm:
        walks = search(chosen.network, seeds, limit_dm=limit_dm)
        lines = reached_stretches(chosen.network, walks, opened, lane=0).lines(chosen.network)
        within.append(lines[_meets(lines, box)])
    return within


def _meets(lines: Floats, box: Box) -> Bools:
    low, high = lines.min(axis=1), lines.max(axis=1)
    west, south, east, north = box
    meets: Bools = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    return meets


def _inside(places: Floats, box: Box) -> Floats:
    west, south, east, north = box
    x, y = places.T
    inside: Floats = places[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
    return inside


def _borders(area: Area) -> list[Floats]:
    known = [boundary for boundary in area.boundaries if boundary is not None]
    return [shapely.get_coordinates(part.exterior) for part in shapely.get_parts(np.array(known, object))]
