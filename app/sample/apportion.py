"""Whole numbers shared out in proportion."""

import numpy as np

from app.standards.facts import Floats, Ints


def apportion(total: int, weights: Floats) -> Ints:
    """`total` in whole parts proportional to the weights, by largest remainders; their sum is exactly `total`.

    Equal remainders are served in order. The weights are not negative, and not all 0 where there is a total.

    >>> apportion(10, np.array([1.0, 1.0, 1.0])).tolist()
    [4, 3, 3]
    """
    if total == 0:
        return np.zeros(len(weights), np.int64)
    quotas = total * weights / weights.sum()
    parts: Ints = np.floor(quotas).astype(np.int64)
    left = total - int(parts.sum())
    parts[np.argsort(parts - quotas, kind="stable")[:left]] += 1
    return parts
