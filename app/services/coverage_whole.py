"""Coverage of several communities together, weighed by households."""

import numpy as np

from app.services.coverage_result import NO_PLACE, STRAIGHT_LINE, CoverageResult, first_gap
from app.services.coverage_words import Figures
from app.standards.facts import Floats, Ints


def whole_rows(result: CoverageResult) -> Ints:
    """The communities that enter the figures of all together: those whose households and coverage are known.

    What was walked along streets is not mixed with what was measured in straight lines: the latter enter only where
    nothing was walked.
    """
    known = (result.households >= 0) & (result.total > 0)
    walked = known & result.is_walked
    return np.flatnonzero(walked if walked.any() else known & (result.method == STRAIGHT_LINE))


def whole_figures(result: CoverageResult) -> Figures:
    """The figures of all communities together, as of one unit."""
    rows = whole_rows(result)
    households = result.households[rows]
    per_weight = households / result.total[rows]
    method = int(result.method[rows].max()) if len(rows) else NO_PLACE

    def summed(weights: Floats) -> Floats:
        sums: Floats = (weights[rows].T * per_weight).sum(axis=-1)
        return sums

    return Figures(
        total=np.array([households.sum()]),
        joined=summed(result.joined)[np.newaxis],
        households=np.array([households.sum() if len(rows) else np.nan]),
        method=np.array([method]),
        covered=summed(result.covered)[np.newaxis],
        cut_off=summed(result.cut_off)[np.newaxis],
        on_small_piece=summed(result.on_small_piece)[np.newaxis],
        median_dm=result.whole_median_dm[np.newaxis],
        ninetieth_dm=result.whole_ninetieth_dm[np.newaxis],
        gap=first_gap(result.gap[rows], axis=0)[np.newaxis],
    )
