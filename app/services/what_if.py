"""What a change of facilities would do to walking coverage. Nothing is stored."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput
from app.schemas.coverage import CategoryCoverage
from app.schemas.what_if import ChangedCommunity, Difference, State, WhatIf, WhatIfRead
from app.services.coverage import Request, division_subject, subjects_of
from app.services.coverage_desk import CoverageDesk, reach_m
from app.services.coverage_measure import LoadedNetwork, demand_of, join_places, measure
from app.services.coverage_result import CoverageResult
from app.services.coverage_terms import CoverageTerms
from app.services.coverage_whole import whole_figures
from app.services.coverage_words import CoverageWords, Figures, figures_of, parameters_of
from app.services.places import read_location
from app.services.requests import RequestContext
from app.services.wording import decimal
from app.standards.facts import Ints
from app.store.coverage_marks import box_of_scope
from app.store.coverage_rows import Area, Places, around, read_area, read_places
from app.store.paging import batches
from app.store.scopes import of_communities
from app.store.tables import FACILITY
from app.walking.alternatives import Alternatives, both
from app.walking.circles import Reached, Sites
from app.walking.demand import Demand


@dataclass(frozen=True)
class _Change:
    """The facilities around as they are, the places of those that go, and those that come."""

    before: Places
    gone: Ints
    new: Places

    @property
    def after(self) -> Places:
        """The facilities as they would be."""
        stay = np.setdiff1d(np.arange(len(self.before)), self.gone)
        return Places(
            np.concatenate([self.before.ids[stay], self.new.ids]),
            np.concatenate([self.before.category[stay], self.new.category]),
            np.concatenate([self.before.lon_lat[stay], self.new.lon_lat]),
        )


@dataclass(frozen=True)
class _Trial:
    """Walks to the facilities as they would be, with what is kept of the walks to those that are there."""

    desk: CoverageDesk
    state: str
    change: _Change

    def __call__(
        self, chosen: LoadedNetwork, rows: Ints, *, area: Area, places: Places, terms: CoverageTerms
    ) -> tuple[Demand, Sites, Reached]:
        def begin() -> Alternatives:
            sites = Sites(join_places(chosen, self.change.before), self.change.before.category)
            demand = demand_of(chosen.network, area, rows)
            return Alternatives(chosen.network, demand, sites, len(terms.categories), terms.walk.limit_dm)

        kept = self.desk.kept_walks(f"{self.state} {terms} {chosen.checksum}", begin)
        new = Sites(join_places(chosen, self.change.new), self.change.new.category)
        stay = np.setdiff1d(np.arange(len(kept.sites)), self.change.gone)
        after = both(Sites(kept.sites.joints.at(stay), kept.sites.category[stay]), new)
        return kept.demand, after, kept.reach(self.change.gone, new)


def what_if(session: Session, asked: WhatIf, request: Request, *, context: RequestContext) -> WhatIfRead:
    """The coverage of a division as it is and as it would be. Raises InvalidInput for a facility that is not there."""
    desk, terms, scope = request.desk, request.terms, of_communities(asked.division)
    covered = desk.coverage(session, scope, terms)
    new, warnings = _new_places(session, asked, terms)
    box = box_of_scope(session, scope)
    near = around(box, reach_m(terms)) if box else (0.0, 0.0, 0.0, 0.0)
    before = read_places(session, near, categories=terms.categories, on=terms.on)
    leaving = [*asked.remove, *(moved.id for moved in asked.move)]
    change = _Change(before, np.flatnonzero(np.isin(before.ids, leaving)), new)
    area = read_area(session, scope, on=terms.on, catalogues=desk.catalogues)
    trial = _Trial(desk, desk.state(session, scope, terms), change)
    after = measure(area, change.after, desk.load(session, covered.networks), terms=terms, walk=trial)
    words = request.words
    whole = _state(whole_figures(covered.result), words), _state(whole_figures(after), words)
    return WhatIfRead(
        subject=division_subject(asked.division),
        before=whole[0],
        after=whole[1],
        difference=_differences(*whole, only_changed=False),
        communities=_communities(session, covered.result, after, words),
        parameters=parameters_of(terms, covered),
        warnings=context.warnings(warnings),
    )


def _new_places(session: Session, asked: WhatIf, terms: CoverageTerms) -> tuple[Places, tuple[Fault, ...]]:
    """The facilities that come, of the categories asked about."""
    of_stored = _categories(session, asked)
    coming = [(f"/add/{number}", item.category, item.location, item.crs) for number, item in enumerate(asked.add)]
    coming += [
        (f"/move/{number}", of_stored[item.id], item.location, item.crs) for number, item in enumerate(asked.move)
    ]
    number_of = {category: number for number, category in enumerate(terms.categories)}
    found, warnings = [], []
    for pointer, category, location, crs in coming:
        point, noted = _located(location, crs=crs, pointer=pointer)
        warnings += [fault.under(pointer) for fault in noted]
        if category in number_of:
            found.append((number_of[category], *point))
    columns = np.array(found, np.float64).reshape(-1, 3)
    ids = -1 - np.arange(len(columns))
    return Places(ids, columns[:, 0].astype(np.int64), columns[:, 1:]), tuple(warnings)


def _located(location: object, *, crs: str, pointer: str) -> tuple[tuple[float, float], tuple[Fault, ...]]:
    try:
        point, warnings = read_location(location, crs=crs)
    except InvalidInput as refusal:
        raise InvalidInput(*(fault.under(pointer) for fault in refusal.faults)) from None
    if point is None:
        raise InvalidInput(Fault("missing", f"{pointer}/location"))
    return (point.x, point.y), warnings


def _categories(session: Session, asked: WhatIf) -> dict[int, str]:
    """The categories of the stored facilities that are named, by id. Raises InvalidInput where one is not there."""
    named = [(f"/remove/{number}", key) for number, key in enumerate(asked.remove)]
    named += [(f"/move/{number}/id", item.id) for number, item in enumerate(asked.move)]
    found: dict[int, str] = {}
    for batch in batches(key for _, key in named):
        rows = session.execute(select(FACILITY.c.id, FACILITY.c.category).where(FACILITY.c.id.in_(batch)))
        found |= {row.id: row.category for row in rows}
    faults = [Fault("unknown_facility", pointer, key, {"id": key}) for pointer, key in named if key not in found]
    if faults:
        raise InvalidInput(*faults)
    return found


def _communities(
    session: Session, before: CoverageResult, after: CoverageResult, words: CoverageWords
) -> list[ChangedCommunity]:
    """Those of which any share changes."""
    same = np.isclose(before.covered_share, after.covered_share, rtol=0, atol=1e-12, equal_nan=True)
    rows = np.flatnonzero(~same.all(axis=1))
    subjects = subjects_of(session, before.ids[rows])
    changed = []
    for row in rows.tolist():
        then, now = (_state(figures_of(result, np.array([row])), words) for result in (before, after))
        subject, difference = subjects[int(before.ids[row])], _differences(then, now, only_changed=True)
        changed.append(ChangedCommunity(subject=subject, before=then, after=now, difference=difference))
    return changed


def _state(figures: Figures, words: CoverageWords) -> State:
    """Of one unit."""
    [read] = words.categories(figures)
    *categories, together = (CategoryCoverage(**item) for item in read)
    return State(households_total=together.households_total, categories=categories, all_categories=together)


def _differences(before: State, after: State, *, only_changed: bool) -> list[Difference]:
    pairs = zip([*before.categories, before.all_categories], [*after.categories, after.all_categories], strict=True)
    found = [_difference(*pair) for pair in pairs]
    return [item for item in found if item.covered_share != 0] if only_changed else found


def _difference(before: CategoryCoverage, after: CategoryCoverage) -> Difference:
    return Difference(
        category=before.category,
        covered_share=_less(after.covered_share, before.covered_share),
        households_covered=_less(after.households_covered, before.households_covered),
    )


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else decimal(after - before)
