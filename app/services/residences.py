"""Residences: stored, read, removed, listed."""

import json
from collections.abc import Iterable, Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.geometry.geojson import to_geojson
from app.schemas.bounding_box import read_box
from app.schemas.etag import IfMatch
from app.schemas.page import Page
from app.schemas.problem import FaultRead
from app.schemas.residence import MOST_ENTRANCES, ResidenceCreate, ResidenceQuery, ResidenceRead
from app.services.places import read_boundary, read_location
from app.services.requests import NextLink, RequestContext
from app.store import residences as stored
from app.store.paging import Cut
from app.store.residences import ResidenceFilter
from app.store.walking_tables import Residence

_MULTIPOINT = "MultiPoint"


def create_residence(session: Session, created: ResidenceCreate, *, context: RequestContext) -> ResidenceRead:
    """Store a residence, in the community given or the one whose boundary holds it. Raises InvalidInput, Conflict."""
    place, warnings = _place(created, context)
    entrances, more = _entrances(created.entrances, crs=created.crs)
    residence = Residence(
        key=created.key,
        name=created.name,
        community_id=created.community_id,
        households=created.households,
        floor_area_m2=created.floor_area_m2,
        geometry=place,
        entrances=entrances,
        longitude=0.0,
        latitude=0.0,
    )
    stored.create(session, residence)
    return _read(residence, context.warnings((*warnings, *more, *_unassigned(residence))))


def read_residence(session: Session, residence_id: int) -> ResidenceRead:
    """The residence. Raises NotFound."""
    return _read(stored.get(session, residence_id))


def list_residences(session: Session, query: ResidenceQuery, *, link: NextLink) -> Page[ResidenceRead]:
    """A page of the residences that the query chooses."""
    box = None if query.bbox is None else read_box(query.bbox)
    chosen = ResidenceFilter(community_id=query.community_id, division=query.division or "", box=box)
    page = stored.read(session, chosen, cut=Cut(query.limit, query.after))
    return Page(
        items=[_read(residence) for residence in page.items],
        next=None if page.after is None else link(page.after),
        total=stored.count(session, chosen),
    )


def delete_residence(session: Session, residence_id: int, *, if_match: IfMatch) -> None:
    """Remove the residence. Raises NotFound, StaleResource."""
    residence = stored.get(session, residence_id)
    if_match.require(residence.revision)
    stored.remove(session, residence)


def _place(created: ResidenceCreate, context: RequestContext) -> tuple[BaseGeometry, tuple[Fault, ...]]:
    """The footprint or the point: the wire model holds that one of them is given."""
    if created.footprint is None:
        point, warnings = read_location(created.location, crs=created.crs)
        found: BaseGeometry | None = point
    else:
        found, warnings = read_boundary(
            created.footprint, crs=created.crs, max_vertices=context.max_vertices, member="/footprint"
        )
    assert found is not None  # noqa: S101 - the wire model refuses a residence without a place
    return found, warnings


def _entrances(document: object, *, crs: str) -> tuple[BaseGeometry | None, tuple[Fault, ...]]:
    """The ways in as a MultiPoint. Raises InvalidInput with pointers into `/entrances`."""
    if document is None:
        return None, ()
    if not isinstance(document, Mapping) or document.get("type") != _MULTIPOINT:
        kind = document.get("type") if isinstance(document, Mapping) else document
        raise InvalidInput(Fault("geometry_type", "/entrances/type", kind, {"expected": _MULTIPOINT, "found": kind}))
    positions = document.get("coordinates")
    if not isinstance(positions, Sequence) or isinstance(positions, str):
        raise InvalidInput(Fault("not_an_array", "/entrances/coordinates", positions))
    if not 0 < len(positions) <= MOST_ENTRANCES:
        params = {"largest": MOST_ENTRANCES, "count": len(positions)}
        raise InvalidInput(Fault("entrance_count", "/entrances/coordinates", len(positions), params))
    return _joined(positions, crs)


def _joined(positions: Iterable[object], crs: str) -> tuple[BaseGeometry, tuple[Fault, ...]]:
    points: list[shapely.Point] = []
    warnings: list[Fault] = []
    for number, position in enumerate(positions):
        document = {"type": "Point", "coordinates": position}
        try:
            point, noted = read_location(document, crs=crs)
        except InvalidInput as refusal:
            raise InvalidInput(*(_at(fault, number) for fault in refusal.faults)) from None
        points += [] if point is None else [point]
        warnings += [_at(fault, number) for fault in noted]
    return shapely.MultiPoint(points), tuple(warnings[:1])


def _at(fault: Fault, number: int) -> Fault:
    """A fault of a location as one of the entrance of this number; the coordinate system stands beside them all."""
    pointer = fault.pointer.removeprefix("/location/coordinates")
    if pointer == fault.pointer:
        return fault
    return Fault(fault.code, f"/entrances/coordinates/{number}{pointer}", fault.value, fault.params)


def _unassigned(residence: Residence) -> tuple[Fault, ...]:
    if residence.community_id is not None:
        return ()
    return (Fault("residence_not_assigned", "/location", [residence.longitude, residence.latitude]),)


def _read(residence: Residence, warnings: Sequence[FaultRead] = ()) -> ResidenceRead:
    named = {name: getattr(residence, name, None) for name in ResidenceRead.model_fields}
    is_point = residence.geometry.geom_type == "Point"
    place = to_geojson(residence.geometry)
    entrances = None if residence.entrances is None else json.loads(shapely.to_geojson(residence.entrances))
    places = {"location": place if is_point else None, "footprint": None if is_point else place, "entrances": entrances}
    return ResidenceRead.model_validate({**named, **places, "warnings": warnings})
