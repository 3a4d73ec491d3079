"""Plain twin of `urbsim.compute.rationing`."""

from __future__ import annotations

import numpy as np


def lowest_luck(group: np.ndarray, luck: np.ndarray, quota: np.ndarray) -> np.ndarray:
    """Positions, rising, of the min(quota, size) of each group with the lowest luck; of equals the first."""
    order = np.lexsort((luck, group))
    of = group[order]
    rank = np.arange(order.size) - np.searchsorted(of, of)
    return np.sort(order[rank < quota[of]])
