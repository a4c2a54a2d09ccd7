"""Rows with what a test does not care about filled in."""

from typing import Any

from shapely import Point, box
from sqlalchemy.orm import Session

from app.store import communities, facilities
from app.store.tables import Community, Facility
from app.store.unit_of_work import Store

CODE = "130824001001"


def community(code: str = CODE, **given: Any) -> Community:
    return Community(**{"code": code, "name": f"Community {code}", **given})


def facility(**given: Any) -> Facility:
    return Facility(**{"name": "Station", "category": "community_service_station", **given})


def square(west: float, south: float, *, side: float = 1.0) -> Any:
    return box(west, south, west + side, south + side)


def stored_community(session: Session, code: str = CODE, **given: Any) -> Community:
    row = community(code, **given)
    communities.create(session, row)
    return row


def stored_facility(session: Session, **given: Any) -> Facility:
    row = facility(**given)
    facilities.create(session, row)
    return row


def at(longitude: float, latitude: float) -> Point:
    return Point(longitude, latitude)


def change_community(store: Store, key: int, **values: Any) -> None:
    with store.unit_of_work() as session:
        row = communities.get(session, key)
        for name, value in values.items():
            setattr(row, name, value)
        communities.save(session, row)


def change_facility(store: Store, key: int, **values: Any) -> None:
    with store.unit_of_work() as session:
        row = facilities.get(session, key)
        for name, value in values.items():
            setattr(row, name, value)
        facilities.save(session, row)
