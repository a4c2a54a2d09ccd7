"""pandana's nearest points of interest, where pandana is installed."""

from collections.abc import Callable

import numpy as np
import pandana
import pandas as pd

from app.walking.lengths import DM_PER_M
from app.walking.network import StreetNetwork


def nearest_pois_of(network: StreetNetwork, facilities: list[np.ndarray], limit_m: float) -> Callable[[], None]:
    """The search alone, of all categories one after the other; the index is built before."""
    x, y = (pd.Series(column) for column in network.xy_m.T)
    lengths = pd.DataFrame({"m": network.length_dm / DM_PER_M})
    streets = pandana.Network(x, y, pd.Series(network.start), pd.Series(network.end), lengths)
    for lane, nodes in enumerate(facilities):
        streets.set_pois(str(lane), limit_m, 1, x[nodes], y[nodes])

    def search() -> None:
        for lane in range(len(facilities)):
            streets.nearest_pois(limit_m, str(lane), num_pois=1)

    return search
