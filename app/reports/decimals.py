"""Numbers as people write them: without the noise of binary arithmetic."""

import numpy as np

from app.standards.facts import Floats

# As many as the answers of the service show. Verdicts are decided before, on the unrounded values.
SIGNIFICANT_DIGITS = 12
_NEAR_A_TIE = 1e-3


def decimals(values: Floats) -> Floats:
    """Each number rounded to 12 significant digits, exactly as decimal rounding does; NaN stays.

    >>> decimals(np.array([600 - 599.92, 28.0, np.nan])).tolist()
    [0.08, 28.0, nan]
    """
    with np.errstate(all="ignore"):
        places = SIGNIFICANT_DIGITS - 1 - np.floor(np.log10(np.abs(values)))
        scale = 10.0**places
        scaled = values * scale
        whole = np.rint(scaled)
        rounded = whole / scale
        is_sure = _is_sure(places, scaled, whole)
    unsure = np.flatnonzero(~is_sure & np.isfinite(values) & (values != 0))
    rounded[unsure] = [float(f"{value:.{SIGNIFICANT_DIGITS}g}") for value in values[unsure].tolist()]
    return np.where(np.isfinite(values) & (values != 0), rounded, values)


def _is_sure(places: Floats, scaled: Floats, whole: Floats) -> np.ndarray:
    """Where scaling cannot have changed the last digit: powers of ten up to 10^22 are exact, and no tie is near."""
    has_all_digits = (np.abs(whole) >= 10.0 ** (SIGNIFICANT_DIGITS - 1)) & (np.abs(whole) < 10.0**SIGNIFICANT_DIGITS)
    is_far_from_tie = np.abs(np.abs(scaled - whole) - 0.5) > _NEAR_A_TIE
    sure: np.ndarray = (places >= 0) & (places <= 22) & has_all_digits & is_far_from_tie
    return sure
