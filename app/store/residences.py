"""Residences: stored, removed, listed."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault, InvalidInput
from app.store.boxes import Box
from app.store.paging import Cut, Page, below, count_rows, equals_key, is_key, read_one, read_page
from app.store.placement import NO_COMMUNITY, assign, hold_communities, hold_places
from app.store.tables import COMMUNITY
from app.store.walking_tables import RESIDENCE, Residence


@dataclass(frozen=True)
class ResidenceFilter:
    """Which residences are listed; what is left empty does not matter."""

    community_id: int | None = None
    division: str = ""
    box: Box | None = None


def create(session: Session, residence: Residence) -> None:
    """Store a new residence; without a community it goes to the one whose boundary holds its middle.

    Raises InvalidInput (`unknown_community`), Conflict (`duplicate_residence_key`).
    """
    middle = residence.geometry.centroid
    residence.longitude, residence.latitude = middle.x, middle.y
    _settle(session, residence)
    if residence.key is not None and count_rows(session, RESIDENCE, [RESIDENCE.c.key == residence.key]):
        raise Conflict(Fault("duplicate_residence_key", "/key", residence.key))
    session.add(residence)
    session.flush()


def get(session: Session, residence_id: int) -> Residence:
    """The residence of this id. Raises NotFound."""
    return read_one(session, Residence, residence_id, resource="residence")


def remove(session: Session, residence: Residence) -> None:
    """Remove a residence that was read in this session."""
    session.delete(residence)
    session.flush()


def read(session: Session, chosen: ResidenceFilter, *, cut: Cut) -> Page[Residence]:
    """A page of the residences that the filter chooses."""
    return read_page(session, Residence, RESIDENCE, conditions(chosen), cut=cut)


def count(session: Session, chosen: ResidenceFilter) -> int:
    """How many residences the filter chooses."""
    return count_rows(session, RESIDENCE, conditions(chosen))


def _settle(session: Session, residence: Residence) -> None:
    key = residence.community_id
    if key is None:
        hold_places(session)
        [holder] = assign(session, np.array([residence.longitude]), np.array([residence.latitude])).tolist()
        residence.community_id = None if holder == NO_COMMUNITY else holder
        residence.is_assigned_by_location = holder != NO_COMMUNITY
    elif not is_key(key) or not hold_communities(session, [key]):
        raise InvalidInput(Fault("unknown_community", "/community_id", key, {"id": key}))


def conditions(chosen: ResidenceFilter) -> list[ColumnElement[bool]]:
    """What the filter asks of rows."""
    asked: list[ColumnElement[bool]] = []
    if chosen.community_id is not None:
        asked.append(equals_key(RESIDENCE.c.community_id, chosen.community_id))
    if chosen.division:
        inside = select(COMMUNITY.c.id).where(*below(COMMUNITY.c.code, chosen.division))
        asked.append(RESIDENCE.c.community_id.in_(inside))
    if chosen.box is not None:
        west, south, east, north = chosen.box
        asked += [RESIDENCE.c.longitude.between(west, east), RESIDENCE.c.latitude.between(south, north)]
    return asked
