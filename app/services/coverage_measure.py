"""Working coverage out: by residences or points along the streets of the network around, else in straight lines."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol

import numpy as np
import shapely

from app.geometry.assignment import Geometries
from app.services.coverage_networks import OfferedNetwork, boxes_of, by_network
from app.services.coverage_result import (
    EQUAL,
    FACILITY_ON_SMALL_PIECE,
    FACILITY_TOO_FAR,
    FLOOR_AREA,
    HOUSEHOLDS,
    NO_GAP,
    NO_NETWORK,
    NO_PLACE,
    RESIDENCES,
    STRAIGHT_LINE,
    STREET_POINTS,
    UNLISTED,
    UNPLACED,
    CoverageResult,
    first_gap,
)
from app.services.coverage_terms import CoverageTerms
from app.standards.facts import Floats, Ints, SmallInts
from app.store.boxes import Box
from app.store.coverage_rows import Area, Places
from app.walking.circles import Sites, reach
from app.walking.coverage import Codes, cover
from app.walking.cut_off import Near, cut_off_homes
from app.walking.demand import Demand, Residences, along_streets, joined_residences, together
from app.walking.joining import Joints, is_on_small_piece, join
from app.walking.network import StreetNetwork
from app.walking.parameters import parameters
from app.walking.quantiles import Groups, quantiles
from app.walking.search import Rows
from app.walking.straight import Facilities, boxes_around, places_in_boxes, straight_shares


@dataclass(frozen=True)
class _Walked:
    """The homes of the communities at `rows` of the area, how far they are, and which are cut off (codes)."""

    rows: Ints
    demand: Demand
    distance_dm: Rows
    cut_off: Codes


class Walker(Protocol):
    """Walks from the homes of some communities of an area, over one network, to the facilities around."""

    def __call__(
        self, chosen: OfferedNetwork, rows: Ints, *, area: Area, places: Places, terms: CoverageTerms
    ) -> tuple[Demand, Sites, Rows]:
        """The homes, the facilities as they join the network, and how far they are from each other."""


def walk_anew(
    chosen: OfferedNetwork, rows: Ints, *, area: Area, places: Places, terms: CoverageTerms
) -> tuple[Demand, Sites, Rows]:
    """The walks of all homes, searched from all facilities."""
    demand = demand_of(chosen.network, area, rows)
    sites = Sites(join_places(chosen, places), places.category)
    categories, limit_dm = len(terms.categories), terms.walk.limit_dm
    return demand, sites, reach(chosen.network, demand, sites, categories=categories, limit_dm=limit_dm)


def measure(
    area: Area,
    places: Places,
    networks: Sequence[OfferedNetwork],
    *,
    terms: CoverageTerms,
    walk: Walker = walk_anew,
) -> CoverageResult:
    """The coverage of all communities of an area by the facilities around it.

    Each community is asked of one of the networks that lie around it (`by_network`), whatever others are beside it.
    """
    result, boxes = _nothing_known(area, terms), boxes_of(area)
    walks = []
    for number, rows in by_network(boxes, networks):
        chosen = networks[number]
        demand, sites, distance_dm = walk(chosen, rows, area=area, places=places, terms=terms)
        near = Near(sites, places.lon_lat, boxes_around(boxes[rows], terms.walk.limit_m))
        cut_off = cut_off_homes(chosen.network, demand, near, distance_dm)
        walked = _Walked(rows, demand, distance_dm, cut_off)
        _put_walked(result, walked, chosen, area)
        _count_joined(result, sites)
        _put_gaps(result, rows, chosen.network, near)
        walks.append(walked)
    result.sites[:] = np.bincount(places.category, minlength=len(terms.categories))
    _put_straight(result, area, places, within_m=terms.walk.limit_m / parameters().detour_factor)
    result.gap[:, -1] = first_gap(result.gap[:, :-1], axis=1)
    return _with_whole(result, walks)


def demand_of(network: StreetNetwork, area: Area, rows: Ints) -> Demand:
    """The homes of some communities, numbered in the order of `rows`: residences, or points along the streets."""
    given = parameters()
    local = np.full(len(area), -1, np.int64)
    local[rows] = np.arange(len(rows))
    homes = np.flatnonzero(local[area.homes.community] >= 0)
    owner = local[area.homes.community[homes]]
    listed = Residences(owner, weights_of(area)[0][homes], area.homes.geometry[homes], area.homes.entrances[homes])
    parts = [joined_residences(network, listed, farthest_m=given.joining_m)]
    boundaries = area.boundaries[rows].copy()
    boundaries[np.unique(owner)] = None
    if any(boundary is not None for boundary in boundaries):
        parts.append(along_streets(network, boundaries, spacing_m=given.spacing_m, farthest_m=given.joining_m))
    return together(parts)


def weights_of(area: Area) -> tuple[Floats, SmallInts]:
    """The weight of each residence, and by what each community's are weighed.

    Households where all residences of the community have them, else floor area where all have it, else each alike.
    """
    homes = area.homes
    weighed_by = np.full(len(area), EQUAL, np.int8)
    weights = np.ones(len(homes))
    for kind, column in ((FLOOR_AREA, homes.floor_area_m2), (HOUSEHOLDS, homes.households)):
        lacking = np.bincount(homes.community[np.isnan(column)], minlength=len(area))
        whole = (lacking == 0) & (np.bincount(homes.community, minlength=len(area)) > 0)
        weighed_by[whole] = kind
        weights = np.where(whole[homes.community], column, weights)
    return weights, weighed_by


def _nothing_known(area: Area, terms: CoverageTerms) -> CoverageResult:
    size, categories = len(area), len(terms.categories)
    lanes = categories + 1
    gap = np.zeros((size, lanes), np.int8)
    gap[:, :-1][area.gaps.unplaced(terms.on, terms.categories)] = UNPLACED
    gap[area.gaps.is_unlisted] = UNLISTED

    def by_lane(value: float) -> Floats:
        return np.full((size, lanes), value)

    return CoverageResult(
        ids=area.ids,
        codes=area.codes,
        method=np.full(size, NO_PLACE, np.int8),
        weighed_by=weights_of(area)[1],
        network=np.full(size, NO_NETWORK, np.int64),
        households=_households(area),
        total=np.zeros(size),
        joined=np.zeros(size),
        covered=by_lane(0.0),
        cut_off=by_lane(0.0),
        on_small_piece=by_lane(0.0),
        median_dm=by_lane(np.nan),
        ninetieth_dm=by_lane(np.nan),
        homes_past_small_pieces=np.zeros(size, np.int64),
        piece_nodes=np.zeros(size, np.int64),
        piece_length_m=np.zeros(size),
        gap=gap,
        whole_median_dm=np.full(lanes, np.nan),
        whole_ninetieth_dm=np.full(lanes, np.nan),
        sites=np.zeros(categories, np.int64),
        sites_joined=np.zeros(categories, np.int64),
        sites_past_small_pieces=np.zeros(categories, np.int64),
    )


def _households(area: Area) -> Floats:
    """Of the residences where all of a community's have them, else of its statistics."""
    weights, weighed_by = weights_of(area)
    listed = np.bincount(area.homes.community, weights=weights, minlength=len(area))
    return np.where(weighed_by == HOUSEHOLDS, listed, area.households)


def join_places(chosen: OfferedNetwork, places: Places) -> Joints:
    """The places joined to the network, those too far from it not."""
    return joined_places(chosen, places.lon_lat)


def joined_places(chosen: OfferedNetwork, lon_lat: Floats) -> Joints:
    """Places (n, 2) joined to the network, those too far from it not."""
    return join(chosen.network, lon_lat, farthest_m=parameters().joining_m)


def _put_walked(result: CoverageResult, walked: _Walked, chosen: OfferedNetwork, area: Area) -> None:
    """The communities that have a home on the network, or residences at least."""
    found = cover(walked.demand, walked.distance_dm, cut_off=walked.cut_off, communities=len(walked.rows))
    has_homes = np.zeros(len(area), np.bool_)
    has_homes[area.homes.community] = True
    here = np.flatnonzero((found.total > 0) | has_homes[walked.rows])
    rows = walked.rows[here]
    result.method[rows] = np.where(has_homes[rows], RESIDENCES, STREET_POINTS)
    result.network[rows] = chosen.id
    for item in fields(found):
        getattr(result, item.name)[rows] = getattr(found, item.name)[here]
    past = walked.demand.is_past_small_piece
    result.homes_past_small_pieces[rows] = np.bincount(walked.demand.community[past], minlength=len(found.total))[here]
    points = rows[~has_homes[rows]]
    result.total[points] /= _share_inside(area.boundaries[points], chosen.reach)
    _put_pieces(result, walked, chosen.network)


def _share_inside(boundaries: Geometries, reach: Box) -> Floats:
    """How much of each area lies around a network: what lies farther from its box has streets that nobody knows."""
    wide, bounds = np.array(reach), shapely.bounds(boundaries)
    shares = np.ones(len(boundaries))
    partly = np.flatnonzero((bounds[:, :2] <= wide[:2]).any(axis=1) | (bounds[:, 2:] >= wide[2:]).any(axis=1))
    inside = shapely.area(shapely.intersection(boundaries[partly], shapely.box(*wide)))
    shares[partly] = inside / shapely.area(boundaries[partly])
    return np.where(shares > 0, shares, 1.0)


def _put_pieces(result: CoverageResult, walked: _Walked, network: StreetNetwork) -> None:
    """Nodes and length of the piece that most of the homes cut off in a community stand on."""
    entrances, home = walked.demand.entrances, walked.demand.home
    lost = np.flatnonzero((walked.cut_off[home, -1] > 0) & entrances.is_joined)
    pieces = len(network.piece_nodes)
    pair = walked.demand.community[home[lost]] * pieces + network.piece_of_street[entrances.street[lost]]
    pairs, count = np.unique(pair, return_counts=True)
    community, piece = pairs // pieces, pairs % pieces
    order = np.lexsort((count, community))
    last = order[np.flatnonzero(np.diff(community[order], append=-1))]
    rows = walked.rows[community[last]]
    result.piece_nodes[rows] = network.piece_nodes[piece[last]]
    result.piece_length_m[rows] = network.piece_length_m[piece[last]]


def _count_joined(result: CoverageResult, sites: Sites) -> None:
    """How many facilities of each category the network that takes most of them takes."""
    counts = (
        (result.sites_joined, sites.joints.is_joined),
        (result.sites_past_small_pieces, sites.joints.is_past_small_piece),
    )
    for column, chosen in counts:
        np.maximum(column, np.bincount(sites.category[chosen], minlength=len(column)), out=column)


def _put_gaps(result: CoverageResult, rows: Ints, network: StreetNetwork, near: Near) -> None:
    """The facilities near some communities (at `rows`) of which nobody knows how they are walked to, where nothing
    graver is to be said of the category: too far from the network, or on a small piece of it."""
    joints = near.sites.joints
    for gap, chosen in (
        (FACILITY_TOO_FAR, ~joints.is_joined),
        (FACILITY_ON_SMALL_PIECE, is_on_small_piece(network, joints)),
    ):
        apart = np.flatnonzero(chosen)
        apart = apart[np.argsort(near.lon_lat[apart, 0], kind="stable")]
        owner, place = places_in_boxes(near.boxes, near.lon_lat[apart])
        community, category = rows[owner], near.sites.category[apart[place]]
        is_new = result.gap[community, category] == NO_GAP
        result.gap[community[is_new], category[is_new]] = gap


def _put_straight(result: CoverageResult, area: Area, places: Places, *, within_m: float) -> None:
    """The communities that no network lies around, as far as their boundaries are known.

    Of those of which only residences are known nothing can be told: no weight stands for them.
    """
    has_boundary = np.array([boundary is not None for boundary in area.boundaries], np.bool_)
    rows = np.flatnonzero((result.method == NO_PLACE) & has_boundary)
    facilities = Facilities(places.lon_lat, places.category, len(result.sites))
    result.covered[rows] = straight_shares(area.boundaries[rows], facilities, within_m=within_m)
    result.total[rows] = result.joined[rows] = 1.0
    result.method[rows] = STRAIGHT_LINE
    lives = area.homes.community
    result.method[lives[result.method[lives] == NO_PLACE]] = STRAIGHT_LINE


def _with_whole(result: CoverageResult, walks: Sequence[_Walked]) -> CoverageResult:
    """The walks of all communities together, each home standing for its part of its community's households."""
    weights: list[Floats] = []
    distances: list[Rows] = []
    for walked in walks:
        total = result.total[walked.rows]
        unknown = np.full(len(total), np.nan)
        per_weight = np.divide(result.households[walked.rows], total, out=unknown, where=total > 0)
        weight = walked.demand.weight * per_weight[walked.demand.community]
        counted = walked.demand.is_joined & (weight > 0)
        weights.append(weight[counted])
        distances.append(walked.distance_dm[counted])
    if not weights or not sum(map(len, weights)):
        return result
    weight = np.concatenate(weights)
    one = Groups.of(np.zeros(len(weight), np.int64), groups=1)
    median, ninetieth = quantiles(one, weight, np.concatenate(distances))
    return replace(result, whole_median_dm=median[0], whole_ninetieth_dm=ninetieth[0])
