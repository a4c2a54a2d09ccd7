"""Coverage in the words and shapes of the wire."""

import math
from dataclasses import dataclass

import numpy as np

from app.schemas.coverage import (
    CategoryCoverage,
    FacilitiesSeen,
    NetworkUsed,
    ParametersRead,
    PieceRead,
    WalkMinutes,
)
from app.services.coverage_desk import Covered
from app.services.coverage_result import METHODS, NO_PLACE, STRAIGHT_LINE, CoverageResult
from app.services.coverage_terms import CoverageTerms
from app.services.wording import Wording, decimal
from app.standards.catalogues import in_language
from app.standards.vocabulary import CoverageMethod, CoverageReason
from app.walking.lengths import DM_PER_M
from app.walking.parameters import parameters

ALL_LABELS = {"en": "All categories together", "zh": "全部类别"}


@dataclass(frozen=True)
class Figures:
    """What is known of one unit and category: weights, households (NaN: unknown), walks in decimetres."""

    total: float
    joined: float
    covered: float
    cut_off: float
    households: float
    median_dm: float
    ninetieth_dm: float
    method: int

    @property
    def share(self) -> float:
        """What is known to be covered; NaN where nothing can be said."""
        if self.method == NO_PLACE or self.joined <= 0:
            return math.nan
        return min(self.covered / self.total, 1.0)

    @property
    def is_lower_bound(self) -> bool:
        return 0 < self.joined < self.total * (1 - 1e-12)

    @property
    def reason(self) -> CoverageReason | None:
        """The first that holds of what keeps the share from being known, or the households from being given."""
        conditions = (
            (CoverageReason.MISSING_BOUNDARY, self.method == NO_PLACE),
            (CoverageReason.NO_STREET_NETWORK, self.method == STRAIGHT_LINE),
            (CoverageReason.ZERO_HOUSEHOLDS, self.total <= 0),
            (CoverageReason.TOO_FAR_FROM_NETWORK, self.joined < self.total * (1 - 1e-12)),
            (CoverageReason.UNREACHABLE, 0 < self.joined <= self.cut_off),
            (CoverageReason.MISSING_HOUSEHOLDS, math.isnan(self.households)),
        )
        return next((reason for reason, holds in conditions if holds), None)


def figures_of(result: CoverageResult, row: int, lane: int) -> Figures:
    """Of one community and category."""
    return Figures(
        total=float(result.total[row]),
        joined=float(result.joined[row]),
        covered=float(result.covered[row, lane]),
        cut_off=float(result.cut_off[row, lane]),
        households=float(result.households[row]),
        median_dm=float(result.median_dm[row, lane]),
        ninetieth_dm=float(result.ninetieth_dm[row, lane]),
        method=int(result.method[row]),
    )


@dataclass(frozen=True)
class CoverageWords:
    """Turns figures into wire models in one language."""

    wording: Wording
    terms: CoverageTerms

    def categories(self, figures: list[Figures]) -> tuple[list[CategoryCoverage], CategoryCoverage]:
        """The figures of each category, and those of all together, which come last."""
        *single, together = figures
        read = [self._category(name, item) for name, item in zip(self.terms.categories, single, strict=True)]
        return read, self._category(None, together)

    def _category(self, category: str | None, figures: Figures) -> CategoryCoverage:
        share = figures.share
        covered = share * figures.households
        reason = figures.reason
        return CategoryCoverage(
            category=category,
            label=self._label(category),
            covered_share=_known(share),
            is_lower_bound=figures.is_lower_bound,
            households_covered=_known(covered),
            households_uncovered=_known(figures.households - covered),
            households_total=_known(figures.households),
            walk_minutes=WalkMinutes(median=self._minutes(figures.median_dm), p90=self._minutes(figures.ninetieth_dm)),
            cut_off_share=_known(figures.cut_off / figures.total if figures.total > 0 else math.nan),
            reason=reason,
            reason_label=None if reason is None else self._reason_label(reason),
        )

    def _label(self, category: str | None) -> str:
        if category is None:
            return ALL_LABELS[self.wording.language]
        catalogues = self.wording.catalogues
        return in_language(catalogues.categories[catalogues.category_index[category]].label, self.wording.language)

    def _reason_label(self, reason: CoverageReason) -> str:
        return self.wording.catalogues.labels.of(reason, self.wording.language)

    def method(self, number: int) -> tuple[CoverageMethod | None, str | None]:
        """The method and its label."""
        name = METHODS[number]
        if name is None:
            return None, None
        method = CoverageMethod(name)
        return method, self.wording.catalogues.labels.of(method, self.wording.language)

    def _minutes(self, distance_dm: float) -> float | None:
        return None if math.isnan(distance_dm) else decimal(self.terms.walk.minutes_of(distance_dm))

    def facilities(self, result: CoverageResult) -> list[FacilitiesSeen]:
        """How many facilities of each category were found, and how many of them could be joined."""
        numbers = zip(self.terms.categories, result.sites.tolist(), result.sites_joined.tolist(), strict=True)
        return [FacilitiesSeen(category=name, located=located, joined=joined) for name, located, joined in numbers]


def piece_of(result: CoverageResult, row: int) -> PieceRead | None:
    """The piece of network that homes of a community are cut off on."""
    nodes = int(result.piece_nodes[row])
    return PieceRead(nodes=nodes, length_m=float(result.piece_length_m[row])) if nodes else None


def parameters_of(terms: CoverageTerms, covered: Covered) -> ParametersRead:
    """All that the figures rest on."""
    given = parameters()
    used = set(np.unique(covered.result.network).tolist())
    return ParametersRead(
        minutes=terms.walk.minutes,
        speed_km_per_h=terms.walk.speed_km_per_h,
        limit_m=terms.walk.limit_dm / DM_PER_M,
        on=terms.on,
        circle=terms.circle,
        categories=list(terms.categories),
        joining_m=given.joining_m,
        spacing_m=given.spacing_m,
        detour_factor=given.detour_factor,
        networks=[
            NetworkUsed(id=row.id, name=row.name, checksum=row.checksum) for row in covered.networks if row.id in used
        ],
    )


def _known(number: float) -> float | None:
    return None if math.isnan(number) else decimal(number)
