"""Where coverage is asked for: what was worked out for the same question is given again until something changes."""

import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from threading import Lock
from typing import Final, Protocol

from sqlalchemy.orm import Session

from app import __version__
from app.errors import FacilityStandardsError, Fault, InvalidInput
from app.services.answers import KeptAnswers
from app.services.coverage_measure import measure
from app.services.coverage_networks import OfferedNetwork
from app.services.coverage_result import METHOD, PACKED_AS, CoverageResult
from app.services.coverage_stock import Recent, Stock, StockedWalk
from app.services.coverage_terms import CoverageTerms
from app.standards.catalogues import Catalogues
from app.store.boxes import Box, around
from app.store.coverage_marks import NOWHERE, Marks, marks_of
from app.store.coverage_results import find, keep, new_result
from app.store.scopes import Scope
from app.store.street_network_tables import StreetNetworkRow
from app.store.street_networks import get as get_network
from app.store.street_networks import networks_for
from app.store.unit_of_work import Store, afterwards
from app.walking.alternatives import Alternatives
from app.walking.network import StreetNetwork
from app.walking.parameters import parameters

LARGEST_AREA: Final = 50_000
"""Communities whose coverage is worked out at once."""

_KEPT: Final = 64
_KEPT_WALKS: Final = 4
_KEPT_LOOKS: Final = 1_000
_WIDER: Final = 2
"""Facilities are looked for so many walks around: streets may be shorter in the data than the straight line."""

_LOG = logging.getLogger(__name__)


class Networks(Protocol):
    """Gives stored networks, loaded."""

    def get(self, session: Session, row: StreetNetworkRow) -> StreetNetwork:
        """The network of the row."""


@dataclass(frozen=True)
class Covered:
    """The result for the communities of a scope, and the networks that it may have been asked of, the best first."""

    scope: Scope
    terms: CoverageTerms
    result: CoverageResult
    networks: tuple[StreetNetworkRow, ...]
    state: str


@dataclass(frozen=True)
class Seen:
    """The marks of what is stored, as a digest too; the networks around, and the box that facilities are sought in."""

    marks: Marks
    state: str
    networks: tuple[StreetNetworkRow, ...]
    near: Box


class CoverageDesk:
    """Works coverage out, or gives what was kept of it: here, and in the database for other processes."""

    def __init__(self, store: Store, networks: Networks, catalogues: Catalogues) -> None:
        self.networks = networks
        self.catalogues = catalogues
        self._store = store
        self._kept: OrderedDict[str, tuple[str, CoverageResult]] = OrderedDict()
        self._walks: OrderedDict[str, Alternatives] = OrderedDict()
        self._seen: Recent[Seen] = Recent(_KEPT_LOOKS)
        self._stock = Stock()
        self._lock = Lock()
        self.answers = KeptAnswers()
        self._writer = ThreadPoolExecutor(1, "coverage")

    def state(self, session: Session, scope: Scope, terms: CoverageTerms) -> str:
        """A digest of all that the coverage of a scope depends on. Raises NotFound as `coverage`."""
        return self.look(session, scope, terms).state

    def coverage(self, session: Session, scope: Scope, terms: CoverageTerms, *, seen: Seen | None = None) -> Covered:
        """The coverage of the communities of a scope. Raises NotFound for a network that there is none of.

        `seen`: what `look` gave in this session.
        """
        seen = seen or self.look(session, scope, terms)
        question = _digest(scope.owned.value, dict(scope.values), terms)
        result = self._find(session, question, seen.state)
        if result is None:
            result = self._measure(session, scope, terms, seen)
            self._remember(question, seen.state, result)
            write = partial(self._write, question, seen.state, terms, result)
            afterwards(session, lambda: self._writer.submit(write))
        return Covered(scope, terms, result, seen.networks, seen.state)

    def look(self, session: Session, scope: Scope, terms: CoverageTerms) -> Seen:
        """What is stored now; one statement says whether it is still what was seen before. Raises NotFound."""
        key = scope.owned, tuple(scope.values.items()), reach_m(terms), terms.network_id
        before = self._seen.get(key)
        marks = marks_of(session, scope, NOWHERE if before is None else before.near)
        if before is not None and marks == before.marks:
            return before
        near = NOWHERE if marks.box is None else around(marks.box, reach_m(terms))
        if before is None or near != before.near:
            marks = marks_of(session, scope, near)
        rows = networks_around(session, marks.box, terms.network_id)
        networks = [(row.id, row.checksum, row.is_default) for row in rows]
        method = METHOD, asdict(parameters()), __version__, PACKED_AS
        seen = Seen(marks, _digest(asdict(marks), networks, *method), rows, near)
        self._seen.keep(key, seen)
        return seen

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

    def load(self, session: Session, rows: Sequence[StreetNetworkRow]) -> list[OfferedNetwork]:
        """The networks, whose streets can be asked for as long as the session lasts."""
        return [
            OfferedNetwork(
                id=row.id,
                checksum=row.checksum,
                is_default=row.is_default,
                box=(row.west, row.south, row.east, row.north),
                load=partial(self.networks.get, session, row),
            )
            for row in rows
        ]

    def close(self) -> None:
        """Write down what is still to be kept, and let go of the thread."""
        self._writer.shutdown()

    def _measure(self, session: Session, scope: Scope, terms: CoverageTerms, seen: Seen) -> CoverageResult:
        if scope.is_many and seen.marks.communities[0] > LARGEST_AREA:
            params = {"count": seen.marks.communities[0], "largest": LARGEST_AREA}
            raise InvalidInput(Fault("area_too_large", "?division", params["count"], params))
        area = self._stock.area(session, scope, seen.marks).on(terms.on, self.catalogues)
        stored = self._stock.places(session, seen.near, seen.marks)
        places, rows = stored.open_on(terms.on, terms.categories)
        walk = StockedWalk(self._stock, scope, seen.marks, seen.near, stored, rows)
        return measure(area, places, self.load(session, seen.networks), terms=terms, walk=walk)

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


def networks_around(session: Session, box: Box | None, network_id: int | None) -> tuple[StreetNetworkRow, ...]:
    """The network named; else all that something in an area may join, the best for the area as a whole first.

    Raises NotFound for a network that there is none of.
    """
    if network_id is not None:
        return (get_network(session, network_id),)
    return () if box is None else networks_for(session, box, within_m=parameters().joining_m)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(item: object) -> object:
    return asdict(item) if isinstance(item, CoverageTerms) else str(item)
