"""Exact rationing: of everybody who wants, the lowest luck first, as many as there is room for.

Sorting all who want costs more than anything they want it for; here luck is counted in bins, and only the bin in which
the last place is given needs an order.
"""

from __future__ import annotations

import numpy as np

_BITS = 10  # of luck, for the bins


def lowest_luck(group: np.ndarray, luck: np.ndarray, quota: np.ndarray) -> np.ndarray:
    """Positions, rising, of the min(quota, size) of each group with the lowest luck.

    group: (n,) int64 below quota.size; luck: (n,) uint64; quota: (groups,) int64.
    """
    bins = 1 << _BITS
    here = (luck >> np.uint64(64 - _BITS)).astype(np.int64)
    counts = np.bincount(group * bins + here, minlength=quota.size * bins).reshape(quota.size, bins)
    up_to = np.cumsum(counts, axis=1)
    whole = (up_to <= quota[:, None]).sum(axis=1)  # bins that are served to the last
    served = np.where(whole > 0, np.take_along_axis(up_to, np.maximum(whole - 1, 0)[:, None], 1)[:, 0], 0)
    last = whole[group]
    edge = np.flatnonzero(here == last)
    edge = edge[np.lexsort((luck[edge], group[edge]))]
    rank = np.arange(edge.size) - np.searchsorted(group[edge], group[edge])
    chosen = here < last
    chosen[edge[rank < (quota - served)[group[edge]]]] = True
    return np.flatnonzero(chosen)
