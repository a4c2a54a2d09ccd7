"""What a benchmark says: figures beside those of peers, their ratio, and whether it reaches its target."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured. `small` only shows that the results are right; its times say nothing."""

    communities: int
    facilities: int
    imported_facilities: int
    rounds: int
    seconds_per_load: float
    street_nodes: tuple[int, ...]
    reported_projects: int
    validated_projects: tuple[int, ...]
    read_rows: int


FULL = Sizes(
    communities=600_000,
    facilities=2_000_000,
    imported_facilities=100_000,
    rounds=5,
    seconds_per_load=5.0,
    street_nodes=(100_000, 500_000, 1_000_000),
    reported_projects=20_000,
    validated_projects=(10_000, 100_000, 1_000_000),
    read_rows=100_000,
)
SMALL = Sizes(
    communities=300,
    facilities=1_000,
    imported_facilities=500,
    rounds=1,
    seconds_per_load=0.2,
    street_nodes=(900,),
    reported_projects=40,
    validated_projects=(40,),
    read_rows=40,
)


class Unit(StrEnum):
    """What a figure counts; of requests more is better, of the others less."""

    MILLISECONDS = "ms"
    SECONDS = "s"
    REQUESTS_PER_SECOND = "requests/s"
    MEGABYTES = "MB"
    ANSWERS = "answers"


class Better(StrEnum):
    """How a target speaks of the ratio."""

    AT_LEAST = "at least"
    """Times as fast as the best peer: its time by ours, or our requests per second by its."""
    AT_MOST = "at most"
    """Times what the best peer needs: our time by its."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The ratio that is asked for."""

    better: Better
    times: float

    def __str__(self) -> str:
        return f"{self.better} {self.times:g} times" + (" as fast" if self.better is Better.AT_LEAST else "")


def at_least(times: float) -> Target:
    """As fast as the best peer so many times, or faster."""
    return Target(better=Better.AT_LEAST, times=times)


def at_most(times: float) -> Target:
    """So many times what the best peer needs, or less."""
    return Target(better=Better.AT_MOST, times=times)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value. `how` is the code or query behind it, printed as it stands."""

    name: str
    value: float
    unit: Unit
    how: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A figure of ours beside the same of peers; without a target it is only recorded."""

    what: str
    ours: Figure
    peers: tuple[Figure, ...]
    target: Target | None = None

    @property
    def best_peer(self) -> Figure:
        """The peer that did best."""
        by_value = sorted(self.peers, key=lambda peer: peer.value)
        return by_value[-1 if self.ours.unit is Unit.REQUESTS_PER_SECOND else 0]

    @property
    def ratio(self) -> float:
        """Ours against the best peer, as the target speaks of it; without a target how many times as fast."""
        ours, peer = self.ours.value, self.best_peer.value
        is_ours_above = (self.ours.unit is Unit.REQUESTS_PER_SECOND) != self._is_at_most
        return ours / peer if is_ours_above else peer / ours

    @property
    def is_met(self) -> bool | None:
        """None without a target."""
        if self.target is None:
            return None
        return self.ratio <= self.target.times if self._is_at_most else self.ratio >= self.target.times

    @property
    def _is_at_most(self) -> bool:
        return self.target is not None and self.target.better is Better.AT_MOST


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A figure of ours that must stay under a number of its own, such as peak memory."""

    what: str
    ours: Figure
    largest: float

    @property
    def is_met(self) -> bool:
        """Whether it stays under."""
        return self.ours.value < self.largest


@dataclass(frozen=True, kw_only=True)
class Section:
    """All that one benchmark has found."""

    title: str
    method: str
    claims: tuple[Claim, ...]
    limits: tuple[Limit, ...] = ()
    libraries: tuple[str, ...] = field(default=())
    """Distributions whose versions belong beside the figures: numpy, duckdb, ..."""
    notes: tuple[str, ...] = ()
    """Paragraphs below the table: what holds a figure back, what was tried."""

    def missed(self) -> Iterator[str]:
        """What did not reach its target."""
        yield from (claim.what for claim in self.claims if claim.is_met is False)
        yield from (limit.what for limit in self.limits if not limit.is_met)
