"""The streets within the walk of a facility."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault
from app.services.coverage_desk import CoverageDesk, networks_around
from app.services.coverage_terms import Walk
from app.store.facilities import get
from app.store.street_network_tables import StreetNetworkRow
from app.store.tables import Facility
from app.walking.arrivals import Opened
from app.walking.joining import Joints, is_on_small_piece, join, seeds_at
from app.walking.lengths import DM_PER_M
from app.walking.network import StreetNetwork
from app.walking.parameters import parameters
from app.walking.reach import Stretches, reached_stretches
from app.walking.search import search

_DECIMALS = 7
"""About a centimetre."""


@dataclass(frozen=True)
class Reach:
    """The stretches of a network within a walk of a facility, and how the facility joins the network."""

    row: StreetNetworkRow
    network: StreetNetwork
    joints: Joints
    stretches: Stretches
    walk: Walk


def facility_reach(
    session: Session, facility_id: int, *, walk: Walk, network_id: int | None, desk: CoverageDesk
) -> Reach:
    """The streets within the walk of a facility, clipped where it ends.

    Raises NotFound, and Conflict where the facility has no place or no street near it.
    """
    longitude, latitude = _place(session, facility_id)
    rows = networks_around(session, (longitude, latitude, longitude, latitude), network_id)
    for row in rows:
        network = desk.networks.get(session, row)
        joints = join(network, np.array([[longitude, latitude]]), farthest_m=parameters().joining_m)
        if joints.is_joined[0]:
            return Reach(row, network, joints, _stretches(network, joints, walk), walk)
    if not rows:
        raise Conflict(Fault("no_street_network_around", "{facility_id}", facility_id))
    farthest = {"farthest": parameters().joining_m}
    raise Conflict(Fault("facility_too_far_from_network", "{facility_id}", facility_id, farthest))


def _stretches(network: StreetNetwork, joints: Joints, walk: Walk) -> Stretches:
    opened = Opened(joints, np.zeros(1, np.int64))
    walks = search(network, seeds_at(network, joints, opened.lane), limit_dm=walk.limit_dm)
    return reached_stretches(network, walks, opened, lane=0)


def _place(session: Session, facility_id: int) -> tuple[float, float]:
    """Of the facility, or of the building that it is a room of."""
    facility: Facility | None = get(session, facility_id)
    if facility is not None and facility.location is None and facility.part_of is not None:
        facility = session.get(Facility, facility.part_of)
    if facility is None or facility.longitude is None or facility.latitude is None:
        raise Conflict(Fault("facility_without_place", "{facility_id}", facility_id))
    return facility.longitude, facility.latitude


def reach_geojson(reach: Reach, facility_id: int) -> dict[str, object]:
    """The streets as a GeoJSON FeatureCollection with one MultiLineString."""
    lines = np.round(reach.stretches.lines(reach.network), _DECIMALS)
    length_dm = int((reach.stretches.end_dm - reach.stretches.begin_dm).sum())
    feature = {
        "type": "Feature",
        "geometry": {"type": "MultiLineString", "coordinates": lines.tolist()},
        "properties": {
            "facility_id": facility_id,
            "minutes": reach.walk.minutes,
            "speed_km_per_h": reach.walk.speed_km_per_h,
            "limit_m": reach.walk.limit_dm / DM_PER_M,
            "length_m": length_dm / DM_PER_M,
            "joined_past_small_piece": bool(reach.joints.is_past_small_piece[0]),
            "on_small_piece": bool(is_on_small_piece(reach.network, reach.joints)[0]),
            "network_id": reach.row.id,
            "network_checksum": reach.row.checksum,
        },
    }
    return {"type": "FeatureCollection", "features": [feature]}
