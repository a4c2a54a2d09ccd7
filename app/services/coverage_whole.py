"""Coverage of several communities together, weighed by households."""

import numpy as np

from app.services.coverage_result import NO_PLACE, STRAIGHT_LINE, CoverageResult
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


def whole_figures(result: CoverageResult) -> list[Figures]:
    """The figures of each category, and of all of them, over all communities together."""
    rows = whole_rows(result)
    households = result.households[rows]
    per_weight = households / result.total[rows]
    method = int(result.method[rows].max()) if len(rows) else NO_PLACE

    def summed(weights: Floats) -> float:
        return float((weights[rows] * per_weight).sum())

    return [
        Figures(
            total=float(households.sum()),
            joined=summed(result.joined),
            covered=summed(result.covered[:, lane]),
            cut_off=summed(result.cut_off[:, lane]),
            households=float(households.sum()) if len(rows) else np.nan,
            median_dm=float(result.whole_median_dm[lane]),
            ninetieth_dm=float(result.whole_ninetieth_dm[lane]),
            method=method,
        )
        for lane in range(result.covered.shape[1])
    ]
