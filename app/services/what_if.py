"""What a change of facilities would do to walking coverage. Nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput, NotFound
from app.schemas.coverage import CategoryCoverage
from app.schemas.what_if import ChangedCommunity, Difference, State, WhatIf, WhatIfRead
from app.services.coverage import Request, area_warnings, division_subject, subjects_of
from app.services.coverage_desk import CoverageDesk, Covered, reach_m
from app.services.coverage_measure import demand_of, join_places, measure
from app.services.coverage_networks import OfferedNetwork
from app.services.coverage_result import CoverageResult
from app.services.coverage_terms import CoverageTerms
from app.services.coverage_whole import whole_figures
from app.services.coverage_words import CoverageWords, Figures, figures_of, parameters_of
from app.services.places import read_location
from app.services.requests import RequestContext
from app.services.what_if_facilities import NamedFacility, idle_facilities, named_facilities
from app.services.wording import decimal
from app.standards.facts import Bools, Ints
from app.store.boxes import around
from app.store.coverage_marks import box_of_scope
from app.store.coverage_rows import Area, Places, read_area, read_places
from app.store.scopes import Scope, of_communities
from app.walking.alternatives import Alternatives, both
from app.walking.circles import Sites
from app.walking.demand import Demand
from app.walking.joining import is_on_small_piece
from app.walking.parameters import parameters
from app.walking.search import Rows


@dataclass(frozen=True)
class _New:
    """The facilities that come, where the body names each, and what is to be looked at in what it says."""

    places: Places
    pointers: tuple[str, ...]
    warnings: tuple[Fault, ...]


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
    """Walks to the facilities as they would be, with what is kept of the walks to those that are there.

    `joined` and `on_small_piece`: of each network used, which of the facilities that come join it, and which of them a
    small piece of it.
    """

    desk: CoverageDesk
    state: str
    change: _Change
    joined: list[Bools] = field(default_factory=list)
    on_small_piece: list[Bools] = field(default_factory=list)

    def __call__(
        self, chosen: OfferedNetwork, rows: Ints, *, area: Area, places: Places, terms: CoverageTerms
    ) -> tuple[Demand, Sites, Rows]:
        def begin() -> Alternatives:
            sites = Sites(join_places(chosen, self.change.before), self.change.before.category)
            demand = demand_of(chosen.network, area, rows)
            return Alternatives(chosen.network, demand, sites, len(terms.categories), terms.walk.limit_dm)

        kept = self.desk.kept_walks(f"{self.state} {terms} {chosen.checksum}", begin)
        new = Sites(join_places(chosen, self.change.new), self.change.new.category)
        self.joined.append(new.joints.is_joined)
        self.on_small_piece.append(is_on_small_piece(chosen.network, new.joints))
        stay = np.setdiff1d(np.arange(len(kept.sites)), self.change.gone)
        after = both(Sites(kept.sites.joints.at(stay), kept.sites.category[stay]), new)
        return kept.demand, after, kept.reach(self.change.gone, new)

    @property
    def too_far(self) -> Ints:
        """The facilities that come and join none of the networks used; none where no network was used."""
        return np.flatnonzero(~np.any(self.joined, axis=0)) if self.joined else np.zeros(0, np.int64)

    @property
    def left_on_small_pieces(self) -> Ints:
        """The facilities that come and join nothing but small pieces of the networks used."""
        if not self.joined:
            return np.zeros(0, np.int64)
        well = np.any(np.array(self.joined) & ~np.array(self.on_small_piece), axis=0)
        return np.flatnonzero(np.any(self.joined, axis=0) & ~well)


def what_if(session: Session, asked: WhatIf, request: Request, *, context: RequestContext) -> WhatIfRead:
    """The coverage of a division as it is and as it would be. Raises InvalidInput for a facility that is not there
    or named twice, NotFound for a network that there is none of."""
    desk, terms, scope = request.desk, request.terms, of_communities(asked.division)
    covered = _covered(session, scope, request)
    of_stored = named_facilities(session, asked, on=terms.on)
    new = _new_places(asked, of_stored, terms)
    box = box_of_scope(session, scope)
    near = around(box, reach_m(terms)) if box else (0.0, 0.0, 0.0, 0.0)
    before = read_places(session, near, categories=terms.categories, on=terms.on)
    leaving = [*asked.remove, *(moved.id for moved in asked.move)]
    change = _Change(before, np.flatnonzero(np.isin(before.ids, leaving)), new.places)
    area = read_area(session, scope, on=terms.on, catalogues=desk.catalogues)
    trial = _Trial(desk, desk.state(session, scope, terms), change)
    after = measure(area, change.after, desk.load(session, covered.networks), terms=terms, walk=trial)
    words = request.words
    whole = _state(whole_figures(covered.result), words), _state(whole_figures(after), words)
    warnings = [
        *(replace(item, pointer=f"/{item.pointer[1:]}") for item in area_warnings(covered, asked.division)),
        *new.warnings,
        *idle_facilities(asked, of_stored, before, terms),
        *_too_far(new, trial.too_far),
        *_on_small_pieces(new, trial.left_on_small_pieces),
    ]
    return WhatIfRead(
        subject=division_subject(asked.division),
        before=whole[0],
        after=whole[1],
        difference=_differences(*whole, only_changed=False),
        communities=_communities(session, covered.result, after, words),
        joined_past_small_pieces=after.joined_past_small_pieces,
        parameters=parameters_of(terms, covered),
        warnings=context.warnings(warnings),
    )


def _covered(session: Session, scope: Scope, request: Request) -> Covered:
    """The coverage as it is. Raises NotFound that names the network in the body."""
    try:
        return request.desk.coverage(session, scope, request.terms)
    except NotFound as refusal:
        fault = Fault("no_such_resource", "/network", request.terms.network_id, refusal.params)
        raise NotFound(fault, **refusal.params) from None


def _new_places(asked: WhatIf, of_stored: Mapping[int, NamedFacility], terms: CoverageTerms) -> _New:
    """The facilities that come, of the categories asked about; one that is closed is so in another place too."""
    coming = [(f"/add/{number}", item.category, item.location, item.crs) for number, item in enumerate(asked.add)]
    coming += [
        (f"/move/{number}", of_stored[item.id].category, item.location, item.crs)
        for number, item in enumerate(asked.move)
        if of_stored[item.id].is_open
    ]
    number_of = {category: number for number, category in enumerate(terms.categories)}
    found, pointers, warnings = [], [], []
    for pointer, category, location, crs in coming:
        point, noted = _located(location, crs=crs, pointer=pointer)
        warnings += [fault.under(pointer) for fault in noted]
        if category in number_of:
            found.append((number_of[category], *point))
            pointers.append(pointer)
    columns = np.array(found, np.float64).reshape(-1, 3)
    ids = -1 - np.arange(len(columns))
    places = Places(ids, columns[:, 0].astype(np.int64), columns[:, 1:])
    return _New(places, tuple(pointers), tuple(warnings))


def _on_small_pieces(new: _New, rows: Ints) -> list[Fault]:
    """A warning of each facility that comes and joins a small piece of the network, with no larger one near."""
    farther = {"farther": parameters().farther_m}
    places = zip(rows.tolist(), new.places.lon_lat[rows].tolist(), strict=True)
    return [Fault("on_small_piece", new.pointers[row], lon_lat, farther) for row, lon_lat in places]


def _too_far(new: _New, rows: Ints) -> list[Fault]:
    """A warning of each facility that comes and joins none of the networks used."""
    farthest = {"farthest": parameters().joining_m}
    places = zip(rows.tolist(), new.places.lon_lat[rows].tolist(), strict=True)
    return [Fault("too_far_from_network", new.pointers[row], lon_lat, farthest) for row, lon_lat in places]


def _located(location: object, *, crs: str, pointer: str) -> tuple[tuple[float, float], tuple[Fault, ...]]:
    try:
        point, warnings = read_location(location, crs=crs)
    except InvalidInput as refusal:
        raise InvalidInput(*(fault.under(pointer) for fault in refusal.faults)) from None
    if point is None:
        raise InvalidInput(Fault("missing", f"{pointer}/location"))
    return (point.x, point.y), warnings


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
