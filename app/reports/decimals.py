"""Numbers as people write them: without the noise of binary arithmetic."""

import numpy as np

from app.standards.facts import Bools, Floats

# As many as the answers of the service show. Verdicts are decided before, on the unrounded values.
SIGNIFICANT_DIGITS = 12
_NEAR_A_TIE = 1e-3
_LEAST = 10.0 ** (SIGNIFICANT_DIGITS - 1)
# Those that binary numbers hold exactly.
_POWERS_OF_TEN = np.array([float(10**power) for power in range(23)])


def decimals(values: Floats) -> Floats:
    """Each number rounded to 12 significant digits, exactly as decimal rounding does; NaN stays.

    >>> decimals(np.array([600 - 599.92, 28.0, np.nan])).tolist()
    [0.08, 28.0, nan]
    """
    known = np.flatnonzero(np.isfinite(values) & (values != 0))
    if not len(known):
        return values
    shown = values.copy()
    shown[known] = _rounded(values[known])
    return shown


def decimal(value: float) -> float:
    """The same of one number.

    >>> decimal(600 - 599.92)
    0.08
    """
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def _rounded(values: Floats) -> Floats:
    """The same of finite numbers other than 0."""
    places = SIGNIFICANT_DIGITS - 1 - np.floor(np.log10(np.abs(values))).astype(np.int64)
    is_exact = (places >= 0) & (places < len(_POWERS_OF_TEN))
    scale = _POWERS_OF_TEN[np.where(is_exact, places, 0)]
    with np.errstate(over="ignore"):
        scaled = values * scale
        whole = np.rint(scaled)
        rounded: Floats = whole / scale
        unsure = np.flatnonzero(~(is_exact & _is_sure(scaled, whole)))
    rounded[unsure] = [decimal(value) for value in values[unsure].tolist()]
    return rounded


def _is_sure(scaled: Floats, whole: Floats) -> Bools:
    """Where scaling cannot have changed the last digit: all digits are there, and no tie is near."""
    digits = np.abs(whole)
    has_all_digits = (digits >= _LEAST) & (digits < 10 * _LEAST)
    sure: Bools = has_all_digits & (np.abs(np.abs(scaled - whole) - 0.5) > _NEAR_A_TIE)
    return sure
