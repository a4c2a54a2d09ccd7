"""What a picture of walking coverage shows: worked out anew, for one network around a division."""

import numpy as np
import shapely
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault
from app.reports.coverage_picture import Band, Picture, coverage_picture
from app.services.coverage import Request
from app.services.coverage_desk import reach_m
from app.services.coverage_measure import LoadedNetwork, join_places
from app.services.coverage_uncovered import uncovered_places
from app.standards.facts import Bools, Floats
from app.store.boxes import Box
from app.store.coverage_marks import box_of_scope
from app.store.coverage_rows import Area, Places, around, read_area, read_places
from app.store.scopes import of_communities
from app.walking.arrivals import Opened
from app.walking.joining import seeds_at
from app.walking.lengths import DM_PER_M
from app.walking.reach import reached_stretches
from app.walking.search import search

LARGEST_NUMBER_OF_STREETS = 200_000
_THIRDS = (1.0, 2 / 3, 1 / 3)


def division_picture(session: Session, division: str, request: Request) -> str:
    """An SVG of the division: the streets by the minutes to the nearest facility of any of the categories.

    Raises Conflict where no street network is near, or too many streets would have to be drawn.
    """
    desk, terms, scope = request.desk, request.terms, of_communities(division)
    covered = desk.coverage(session, scope, terms)
    box = box_of_scope(session, scope)
    if box is None or not covered.networks:
        raise Conflict(Fault("no_street_network_in_area", "?division", division))
    [chosen] = desk.load(session, covered.networks[:1])
    places = read_places(session, around(box, reach_m(terms)), categories=terms.categories, on=terms.on)
    area = read_area(session, scope, on=terms.on, catalogues=desk.catalogues)
    lacking = uncovered_places(session, covered, desk=desk).items
    return coverage_picture(
        Picture(
            title=f"{division} {terms.circle or ', '.join(terms.categories)} {terms.on.isoformat()}",
            box=box,
            streets=_streets(chosen, box, division),
            bands=_bands(chosen, places, box, request),
            facilities=_inside(places.lon_lat, box),
            uncovered=np.array([(item.longitude, item.latitude) for item in lacking], np.float64).reshape(-1, 2),
            borders=_borders(area),
        ),
        request.wording.language,
    )


def _streets(chosen: LoadedNetwork, box: Box, division: str) -> Floats:
    network = chosen.network
    lines = np.stack([network.lon_lat[network.start], network.lon_lat[network.end]], axis=1)
    shown = lines[_meets(lines, box)]
    if len(shown) > LARGEST_NUMBER_OF_STREETS:
        params = {"count": len(shown), "largest": LARGEST_NUMBER_OF_STREETS}
        raise Conflict(Fault("picture_too_large", "?division", division, params))
    return shown


def _bands(chosen: LoadedNetwork, places: Places, box: Box, request: Request) -> list[Band]:
    """The whole walk, two thirds and a third of it."""
    joints = join_places(chosen, places)
    opened = Opened(joints, np.zeros(len(places), np.int64))
    seeds = seeds_at(chosen.network, joints, opened.lane)
    bands = []
    for share in _THIRDS:
        limit_dm = max(int(request.terms.walk.limit_m * share * DM_PER_M + share), 1)
        walks = search(chosen.network, seeds, limit_dm=min(limit_dm, request.terms.walk.limit_dm))
        lines = reached_stretches(chosen.network, walks, opened, lane=0).lines(chosen.network)
        bands.append(Band(round(request.terms.walk.minutes * share, 1), lines[_meets(lines, box)]))
    return bands


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
