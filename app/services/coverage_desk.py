"""Where coverage is asked for: what was worked out for the same question is given again until something changes."""

import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Final, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import __version__
from app.errors import FacilityStandardsError, Fault, InvalidInput
from app.services.answers import KeptAnswers
from app.services.coverage_measure import LoadedNetwork, measure
from app.services.coverage_result import CoverageResult
from app.services.coverage_terms import CoverageTerms
from app.standards.catalogues import Catalogues
from app.store.boxes import Box
from app.store.coverage_results import box_of_scope, find, keep, new_result, state_of
from app.store.coverage_rows import around, read_area, read_places
from app.store.scopes import Scope, communities
from app.store.street_network_tables import StreetNetworkRow
from app.store.street_networks import get as get_network
from app.store.street_networks import networks_for
from app.store.tables import COMMUNITY
from app.store.unit_of_work import Store
from app.walking.alternatives import Alternatives
from app.walking.network import StreetNetwork
from app.walking.parameters import parameters

LARGEST_AREA: Final = 50_000
"""Communities whose coverage is worked out at once."""

_KEPT: Final = 64
_KEPT_WALKS: Final = 4
_WIDER: Final = 2
"""Facilities are looked for so many walks around: streets may be shorter in the data than the straight line."""

_COUNT: Final = select(func.count()).select_from(COMMUNITY)
_LOG = logging.getLogger(__name__)


class Networks(Protocol):
    """Gives stored networks, loaded."""

    def get(self, session: Session, row: StreetNetworkRow) -> StreetNetwork:
        """The network of the row."""


@dataclass(frozen=True)
class Covered:
    """The result for the communities of a scope, and the networks that it was asked of, the first one first."""

    scope: Scope
    terms: CoverageTerms
    result: CoverageResult
    networks: tuple[StreetNetworkRow, ...]
    state: str


@dataclass(frozen=True)
class _Asked:
    """A question and the state in which it is asked, as digests; the networks and the box that facilities lie in."""

    question: str
    state: str
    networks: tuple[StreetNetworkRow, ...]
    box: Box | None


class CoverageDesk:
    """Works coverage out, or gives what was kept of it: here, and in the database for other processes."""

    def __init__(self, store: Store, networks: Networks, catalogues: Catalogues) -> None:
        self.networks = networks
        self.catalogues = catalogues
        self._store = store
        self._kept: OrderedDict[str, tuple[str, CoverageResult]] = OrderedDict()
        self._walks: OrderedDict[str, Alternatives] = OrderedDict()
        self._lock = Lock()
        self.answers = KeptAnswers()
        self._writer = ThreadPoolExecutor(1, "coverage")

    def state(self, session: Session, scope: Scope, terms: CoverageTerms) -> str:
        """A digest of all that the coverage of a scope depends on. Raises NotFound as `coverage`."""
        return self._asked(session, scope, terms).state

    def coverage(self, session: Session, scope: Scope, terms: CoverageTerms) -> Covered:
        """The coverage of the communities of a scope. Raises NotFound for a network that there is none of."""
        asked = self._asked(session, scope, terms)
        result = self._find(session, asked.question, asked.state)
        if result is None:
            result = self._measure(session, scope, terms, rows=asked.networks, box=asked.box)
            self._keep(asked.question, asked.state, terms, result)
        return Covered(scope, terms, result, asked.networks, asked.state)

    def _asked(self, session: Session, scope: Scope, terms: CoverageTerms) -> _Asked:
        box = box_of_scope(session, scope)
        rows = chosen_networks(session, box, terms.network_id)
        wide = None if box is None else around(box, reach_m(terms))
        question = _digest(scope.owned.value, dict(scope.values), terms)
        state = _digest(
            state_of(session, scope, wide), [(row.id, row.checksum) for row in rows], asdict(parameters()), __version__
        )
        return _Asked(question, state, rows, wide)

    def kept_walks(self, key: str, make: Callable[[], Alternatives]) -> Alternatives:
        """The walks kept under a key, or those that `make` begins."""
        with self._lock:
            found = self._walks.get(key)
            if found is None:
                found = self._walks[key] = make()
                while len(self._walks) > _KEPT_WALKS:
                    self._walks.popitem(last=False)
            self._walks.move_to_end(key)
            return found

    def load(self, session: Session, rows: Sequence[StreetNetworkRow]) -> list[LoadedNetwork]:
        """The networks themselves."""
        return [
            LoadedNetwork(
                row.id, row.checksum, (row.west, row.south, row.east, row.north), self.networks.get(session, row)
            )
            for row in rows
        ]

    def close(self) -> None:
        """Write down what is still to be kept, and let go of the thread."""
        self._writer.shutdown()

    def _measure(
        self, session: Session, scope: Scope, terms: CoverageTerms, *, rows: Sequence[StreetNetworkRow], box: Box | None
    ) -> CoverageResult:
        _require_size(session, scope)
        area = read_area(session, scope, on=terms.on, catalogues=self.catalogues)
        # Without any place known there is nothing around it either.
        places = read_places(
            session, box or (0.0, 0.0, 0.0, 0.0), categories=terms.categories if box else (), on=terms.on
        )
        return measure(area, places, self.load(session, rows), terms=terms)

    def _find(self, session: Session, question: str, state: str) -> CoverageResult | None:
        with self._lock:
            known, result = self._kept.get(question, (None, None))
            if known == state:
                self._kept.move_to_end(question)
                return result
        packed = find(session, question, state)
        if packed is None:
            return None
        found = CoverageResult.from_bytes(packed)
        self._remember(question, state, found)
        return found

    def _remember(self, question: str, state: str, result: CoverageResult) -> None:
        with self._lock:
            self._kept[question] = (state, result)
            self._kept.move_to_end(question)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def _keep(self, question: str, state: str, terms: CoverageTerms, result: CoverageResult) -> None:
        """At once in memory; in the database when whoever reads there now is done."""
        self._remember(question, state, result)
        self._writer.submit(self._write, question, state, terms, result)

    def _write(self, question: str, state: str, terms: CoverageTerms, result: CoverageResult) -> None:
        try:
            with self._store.unit_of_work() as session:
                keep(session, new_result(question, state, on=terms.on, result=result.to_bytes()))
        except FacilityStandardsError as refusal:
            # It was answered already; it will be worked out again.
            _LOG.warning("coverage was not kept: %s", refusal)


def reach_m(terms: CoverageTerms) -> float:
    """How far from an area facilities may lie that its homes can walk to."""
    return _WIDER * (terms.walk.limit_m + 2 * parameters().joining_m)


def chosen_networks(session: Session, box: Box | None, network_id: int | None) -> tuple[StreetNetworkRow, ...]:
    """The network named; else the default ones around an area, else the best other one; none where none is near.

    Raises NotFound for a network that there is none of.
    """
    if network_id is not None:
        return (get_network(session, network_id),)
    near = () if box is None else networks_for(session, box)
    defaults = tuple(row for row in near if row.is_default)
    return defaults or near[:1]


def _require_size(session: Session, scope: Scope) -> None:
    if not scope.is_many:
        return
    count = session.execute(_COUNT.where(*communities(scope.owned)), scope.values).scalar_one()
    if count > LARGEST_AREA:
        raise InvalidInput(Fault("area_too_large", "?division", count, {"count": count, "largest": LARGEST_AREA}))


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(item: object) -> object:
    return asdict(item) if isinstance(item, CoverageTerms) else str(item)
