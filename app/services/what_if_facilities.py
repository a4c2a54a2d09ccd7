"""The stored facilities that what-if takes away or moves: whether each may be named so, and which change nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.errors import Fault, InvalidInput
from app.schemas.what_if import WhatIf
from app.services.coverage_terms import CoverageTerms
from app.store.coverage_days import days_of
from app.store.coverage_rows import Places
from app.store.paging import batches
from app.store.tables import FACILITY


@dataclass(frozen=True)
class NamedFacility:
    """A stored facility that is named: its category, and whether it is open on the day and has a place."""

    category: str
    is_open: bool
    has_place: bool


def named_facilities(session: Session, asked: WhatIf, *, on: date) -> dict[int, NamedFacility]:
    """The stored facilities that are named, by id, as they are on a day. Raises InvalidInput where one is not there,
    or is named twice: it can go once only, and stands in one place."""
    named = [(f"/remove/{number}", key) for number, key in enumerate(asked.remove)]
    named += [(f"/move/{number}/id", item.id) for number, item in enumerate(asked.move)]
    found: dict[int, NamedFacility] = {}
    building = aliased(FACILITY)
    columns = FACILITY.c.id, FACILITY.c.category, FACILITY.c.opened_on, FACILITY.c.closed_on
    place = func.coalesce(FACILITY.c.longitude, building.c.longitude).label("longitude")
    query = select(*columns, place).outerjoin(building, FACILITY.c.part_of == building.c.id)
    for batch in batches(key for _, key in named):
        rows = session.execute(query.where(FACILITY.c.id.in_(batch))).all()
        is_open = days_of(rows).hold(on).tolist()
        for row, opened in zip(rows, is_open, strict=True):
            found[row.id] = NamedFacility(row.category, opened, row.longitude is not None)
    faults = [Fault("unknown_facility", pointer, key, {"id": key}) for pointer, key in named if key not in found]
    faults += _named_again((pointer, key) for pointer, key in named if key in found)
    if faults:
        raise InvalidInput(*faults)
    return found


def _named_again(named: Iterable[tuple[str, int]]) -> list[Fault]:
    """Every mention of a facility but the first."""
    faults: list[Fault] = []
    first: dict[int, str] = {}
    for pointer, key in named:
        if first.setdefault(key, pointer) != pointer:
            faults.append(Fault("facility_named_twice", pointer, key, {"id": key, "first": first[key]}))
    return faults


def idle_facilities(
    asked: WhatIf, of_stored: Mapping[int, NamedFacility], before: Places, terms: CoverageTerms
) -> list[Fault]:
    """A warning of each facility that comes, goes or moves and changes nothing: `before` are those around the area."""
    return [
        *_not_asked_about(asked, of_stored, terms),
        *_not_open(asked, of_stored, terms),
        *_not_there(asked, of_stored, before, terms),
    ]


def _not_asked_about(asked: WhatIf, of_stored: Mapping[int, NamedFacility], terms: CoverageTerms) -> list[Fault]:
    """A warning of each facility that comes, goes or moves and changes nothing, being of another category."""
    named = [(f"/add/{number}", item.category) for number, item in enumerate(asked.add)]
    named += [(pointer, of_stored[key].category) for pointer, key in _named(asked)]
    return [
        Fault("facility_not_asked_about", pointer, category, {"category": category})
        for pointer, category in named
        if category not in terms.categories
    ]


def _not_open(asked: WhatIf, of_stored: Mapping[int, NamedFacility], terms: CoverageTerms) -> list[Fault]:
    """A warning of each facility that goes or moves and changes nothing, not being open on the day."""
    return [
        Fault("facility_not_open", pointer, key, {"id": key, "on": terms.on.isoformat()})
        for pointer, key in _named(asked)
        if of_stored[key].category in terms.categories and not of_stored[key].is_open
    ]


def _not_there(
    asked: WhatIf, of_stored: Mapping[int, NamedFacility], before: Places, terms: CoverageTerms
) -> list[Fault]:
    """A warning of each open facility that goes and changes nothing, as it has no place, or one far from the area."""
    around, faults = set(before.ids.tolist()), []
    for number, key in enumerate(asked.remove):
        facility = of_stored[key]
        if facility.category in terms.categories and facility.is_open and key not in around:
            code = "facility_out_of_reach" if facility.has_place else "facility_nowhere"
            faults.append(Fault(code, f"/remove/{number}", key, {"id": key}))
    return faults


def _named(asked: WhatIf) -> list[tuple[str, int]]:
    """The stored facilities that go or move, each with where the body names it."""
    named = [(f"/remove/{number}", key) for number, key in enumerate(asked.remove)]
    return named + [(f"/move/{number}", item.id) for number, item in enumerate(asked.move)]
