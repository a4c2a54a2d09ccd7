"""Coverage in the words and shapes of the wire."""

from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

import numpy as np

from app.reports.decimals import decimals
from app.schemas.coverage import (
    FacilitiesSeen,
    NetworkUsed,
    ParametersRead,
)
from app.services.coverage_desk import Covered
from app.services.coverage_result import (
    FACILITY_ON_SMALL_PIECE,
    FACILITY_TOO_FAR,
    METHODS,
    NO_GAP,
    NO_PLACE,
    STRAIGHT_LINE,
    UNLISTED,
    UNPLACED,
    CoverageResult,
)
from app.services.coverage_terms import CoverageTerms
from app.services.wording import Wording
from app.standards.catalogues import in_language
from app.standards.facts import Bools, Floats, Ints, SmallInts
from app.standards.vocabulary import CoverageMethod, CoverageReason
from app.walking.lengths import DM_PER_M
from app.walking.parameters import parameters

Json: TypeAlias = dict[str, Any]  # Any: fields of the wire

_ROUNDING: Final = 1e-12

ALL_LABELS = {"en": "All categories together", "zh": "全部类别"}


@dataclass(frozen=True)
class Figures:
    """What is known of units, (units,), and of their categories, (units, categories + 1), all of them together last.

    Weights, households (NaN: unknown), walks in decimetres.
    """

    total: Floats
    joined: Floats
    households: Floats
    method: Ints
    covered: Floats
    cut_off: Floats
    on_small_piece: Floats
    median_dm: Floats
    ninetieth_dm: Floats
    gap: SmallInts

    @property
    def share(self) -> Floats:
        """What is known to be covered; NaN where nothing can be said."""
        is_known = (self.method != NO_PLACE) & (self.joined > 0)
        shares: Floats = np.where(is_known[:, np.newaxis], np.minimum(_parts(self.covered, self.total), 1.0), np.nan)
        return shares

    @property
    def cut_off_share(self) -> Floats:
        """What lies on pieces of the network without the category, or too small to be believed."""
        return _parts(self.cut_off, self.total)

    @property
    def is_lower_bound(self) -> Bools:
        """(units, categories + 1) whether more may be covered: homes or facilities are not known well enough."""
        homes_apart = (self.joined > 0) & (self.joined < self.total * (1 - _ROUNDING))
        bound: Bools = homes_apart[:, np.newaxis] | (self.on_small_piece > 0) | (self._open_gap != NO_GAP)
        return bound

    @property
    def _open_gap(self) -> SmallInts:
        """What of the facilities is not known, where not all are covered anyway."""
        return np.where(self.share < 1 - _ROUNDING, self.gap, np.int8(NO_GAP))

    @property
    def reason(self) -> Ints:
        """The first of `REASONS` that keeps the share from being known or the households from being given; -1: none."""
        joined, gap = self.joined[:, np.newaxis], self._open_gap
        of_units = (
            self.method == NO_PLACE,
            self.method == STRAIGHT_LINE,
            self.total <= 0,
            self.joined < self.total * (1 - _ROUNDING),
        )
        conditions = [
            *(holds[:, np.newaxis] for holds in of_units),
            ((joined > 0) & (joined <= self.cut_off)) | (self.on_small_piece > 0),
            *(gap == which for which in (UNLISTED, UNPLACED, FACILITY_TOO_FAR, FACILITY_ON_SMALL_PIECE)),
            np.isnan(self.households)[:, np.newaxis],
        ]
        return np.select(np.broadcast_arrays(*conditions), range(len(REASONS)), default=-1)


REASONS: Final = (
    CoverageReason.MISSING_BOUNDARY,
    CoverageReason.NO_STREET_NETWORK,
    CoverageReason.ZERO_HOUSEHOLDS,
    CoverageReason.TOO_FAR_FROM_NETWORK,
    CoverageReason.UNREACHABLE,
    CoverageReason.NO_FACILITY_INVENTORY,
    CoverageReason.MISSING_LOCATION,
    CoverageReason.FACILITY_TOO_FAR_FROM_NETWORK,
    CoverageReason.UNREACHABLE,
    CoverageReason.MISSING_HOUSEHOLDS,
)


def figures_of(result: CoverageResult, rows: Ints) -> Figures:
    """Of some communities."""
    return Figures(**{item.name: getattr(result, item.name)[rows] for item in fields(Figures)})


def _parts(weights: Floats, total: Floats) -> Floats:
    whole = total[:, np.newaxis]
    parts: Floats = np.divide(weights, whole, out=np.full(weights.shape, np.nan), where=whole > 0)
    return parts


@dataclass(frozen=True)
class CoverageWords:
    """Turns figures into the shapes of the wire in one language."""

    wording: Wording
    terms: CoverageTerms

    def categories(self, figures: Figures) -> list[list[Json]]:
        """Of each unit the fields of a CategoryCoverage for each category; that of all together is the last."""
        names = (*self.terms.categories, None)
        named = [(name, self._label(name)) for name in names]
        households = figures.households[:, np.newaxis]
        share = figures.share
        covered = share * households
        metres_a_minute = self.terms.walk.m_per_min
        columns = (
            share,
            covered,
            households - covered,
            np.broadcast_to(households, share.shape),
            figures.median_dm / DM_PER_M / metres_a_minute,
            figures.ninetieth_dm / DM_PER_M / metres_a_minute,
            figures.cut_off_share,
        )
        numbers = _known(np.stack(columns, axis=-1))
        labels = self.wording.catalogues.labels
        reasons: list[tuple[str | None, str | None]] = [
            (reason.value, labels.of(reason, self.wording.language)) for reason in REASONS
        ]
        reasons.append((None, None))
        return [
            [
                _category(name, is_lower_bound, known, reasons[reason])
                for name, is_lower_bound, known, reason in zip(named, *of_unit, strict=True)
            ]
            for of_unit in zip(figures.is_lower_bound.tolist(), numbers, figures.reason.tolist(), strict=True)
        ]

    def _label(self, category: str | None) -> str:
        if category is None:
            return ALL_LABELS[self.wording.language]
        catalogues = self.wording.catalogues
        return in_language(catalogues.categories[catalogues.category_index[category]].label, self.wording.language)

    def method(self, number: int) -> tuple[CoverageMethod | None, str | None]:
        """The method and its label."""
        name = METHODS[number]
        if name is None:
            return None, None
        method = CoverageMethod(name)
        return method, self.wording.catalogues.labels.of(method, self.wording.language)

    def facilities(self, result: CoverageResult) -> list[FacilitiesSeen]:
        """How many facilities of each category were found, how many of them could be joined, and how many of these
        past small pieces of the network."""
        columns = result.sites, result.sites_joined, result.sites_past_small_pieces
        numbers = zip(self.terms.categories, *(column.tolist() for column in columns), strict=True)
        return [
            FacilitiesSeen(category=name, located=located, joined=joined, joined_past_small_pieces=past)
            for name, located, joined, past in numbers
        ]


def piece_of(result: CoverageResult, row: int) -> Json | None:
    """The fields of a PieceRead: the piece of network that homes of a community are cut off on."""
    nodes = int(result.piece_nodes[row])
    return {"nodes": nodes, "length_m": float(result.piece_length_m[row])} if nodes else None


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
        small_piece_m=given.small_piece_m,
        larger_times=given.larger_times,
        farther_m=given.farther_m,
        spacing_m=given.spacing_m,
        detour_factor=given.detour_factor,
        networks=[
            NetworkUsed(id=row.id, name=row.name, checksum=row.checksum) for row in covered.networks if row.id in used
        ],
    )


def _category(
    named: tuple[str | None, str], is_lower_bound: bool, numbers: list[Any], reason: tuple[str | None, str | None]
) -> Json:
    share, covered, uncovered, households, median, ninetieth, cut_off = numbers
    return {
        "category": named[0],
        "label": named[1],
        "covered_share": share,
        "is_lower_bound": is_lower_bound,
        "households_covered": covered,
        "households_uncovered": uncovered,
        "households_total": households,
        "walk_minutes": {"median": median, "p90": ninetieth},
        "cut_off_share": cut_off,
        "reason": reason[0],
        "reason_label": reason[1],
    }


def _known(numbers: Floats) -> list[list[list[float | None]]]:
    """As decimals, None where unknown."""
    shown = decimals(np.ravel(numbers)).astype(np.object_)
    shown[np.isnan(np.ravel(numbers))] = None
    known: list[list[list[float | None]]] = shown.reshape(numbers.shape).tolist()
    return known
