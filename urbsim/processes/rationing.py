"""Exact rationing: of everybody who wants, the lowest luck first, as many as there is room for.

Sorting all who want costs more than anything they want it for; here luck is counted in bins, and only the bin in which
the last place is given needs an order.
"""

from __future__ import annotations

import numpy as np

_BITS = 10  # of luck, for the bins
_FEW = 1 << 12  # who are as well sorted at once


def lowest_luck(group: np.ndarray, luck: np.ndarray, quota: np.ndarray) -> np.ndarray:
    """Positions, rising, of the min(quota, size) of each group with the lowest luck; of equals the first.

    group: (n,) int64 below quota.size; luck: (n,) uint64; quota: (groups,) int64.
    """
    chosen = np.zeros(group.size, dtype=bool)
    _choose(chosen, np.arange(group.size), group, luck, quota, 64)
    return np.flatnonzero(chosen)


def _choose(
    chosen: np.ndarray, at: np.ndarray, group: np.ndarray, luck: np.ndarray, quota: np.ndarray, bits: int
) -> None:
    """Marks the lowest among positions `at`, by bins of the first bits of luck, then within the bin that is cut."""
    if at.size <= _FEW or bits <= 0:
        order = np.lexsort((luck, group))
        group = group[order]
        rank = np.arange(order.size) - np.searchsorted(group, group)
        chosen[at[order[rank < quota[group]]]] = True
        return
    bins = 1 << _BITS
    here = (luck >> np.uint64(64 - _BITS)).astype(np.int64)
    counts = np.bincount(group * bins + here, minlength=quota.size * bins).reshape(quota.size, bins)
    up_to = np.cumsum(counts, axis=1)
    whole = (up_to <= quota[:, None]).sum(axis=1)  # bins that are served to the last
    served = np.where(whole > 0, np.take_along_axis(up_to, np.maximum(whole - 1, 0)[:, None], 1)[:, 0], 0)
    last = whole[group]
    chosen[at[here < last]] = True
    cut = np.flatnonzero(here == last)
    _choose(chosen, at[cut], group[cut], luck[cut] << np.uint64(_BITS), quota - served, bits - _BITS)
