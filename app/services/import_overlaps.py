"""Boundaries of an import that overlap each other, or boundaries that are stored: to be looked at, not refused."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Fault
from app.geometry.overlaps import Overlap, overlaps
from app.services.import_plan import Draft
from app.services.import_sheet import Ints, Objects, RowFault, Sheet, is_known
from app.store.boxes import box_of, meets_box
from app.store.paging import batches
from app.store.tables import COMMUNITY

_AREA_DECIMALS: Final = 1


def inner_overlaps(sheet: Sheet) -> Iterator[RowFault]:
    """A warning for each pair within the file, at the row that comes later."""
    if "boundary" in sheet.given:
        places = np.arange(len(sheet))
        codes = sheet.values("code", places)
        for found in overlaps(_without_faulty(sheet, places)):
            yield _warning(found, found.other, codes[found.other], codes[found.one])


def outer_overlaps(session: Session, sheet: Sheet, draft: Draft) -> Iterator[RowFault]:
    """A warning for each pair with a stored boundary of a community that is not in the file."""
    if "boundary" not in sheet.given:
        return
    areas, codes = draft.columns["boundary"].copy(), draft.columns["code"]
    areas[draft.is_faulty] = None
    if not is_known(areas).any():
        return
    inside = frozenset(sheet.values("code", np.arange(len(sheet))).tolist())
    for others, other_codes in _stored_around(session, areas, inside):
        for found in overlaps(areas, others):
            yield _warning(found, int(draft.places[found.one]), codes[found.one], other_codes[found.other])


def _without_faulty(sheet: Sheet, places: Ints) -> Objects:
    areas = sheet.values("boundary", places)
    areas[sheet.is_faulty(places)] = None
    return areas


def _stored_around(
    session: Session, areas: Objects, left_out: frozenset[object]
) -> Iterator[tuple[Objects, list[str]]]:
    """Stored boundaries that lie in the box around the areas, with their codes, some at a time."""
    around = box_of(shapely.box(*shapely.total_bounds(areas)))
    query = select(COMMUNITY.c.id, COMMUNITY.c.code).where(meets_box(session, COMMUNITY, around))
    ids = [row.id for row in session.execute(query.order_by(COMMUNITY.c.code)) if row.code not in left_out]
    for batch in batches(ids):
        rows = session.execute(select(COMMUNITY.c.code, COMMUNITY.c.boundary).where(COMMUNITY.c.id.in_(batch))).all()
        rows = sorted(rows, key=lambda row: row.code)
        others = np.full(len(rows), None, np.object_)
        others[:] = [row.boundary for row in rows]
        yield others, [row.code for row in rows]


def _warning(found: Overlap, place: int, code: str, other: str) -> RowFault:
    params = {
        "code": code,
        "other": other,
        "area_m2": round(found.area_m2, _AREA_DECIMALS),
        "lon": found.longitude,
        "lat": found.latitude,
    }
    fault = Fault("overlapping_boundaries", "", [found.longitude, found.latitude], params)
    return RowFault(place, "boundary", fault, is_warning=True)
