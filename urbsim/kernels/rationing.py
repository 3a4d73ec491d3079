"""Exact rationing: of everybody who wants, the lowest luck first, as many as there is room for."""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from urbsim.compiled import njit

_MOST_BITS = 10  # of luck, for the bins


@njit(nogil=True, cache=True)
def lowest_luck(group, luck, quota):
    """Positions, rising, of the min(quota, size) of each group with the lowest luck; of equals the first.

    group: (n,) whole numbers below quota.size; luck: (n,) uint64; quota: (groups,) int64. Sorting all who want costs
    more than anything they want it for: luck is counted in bins, and only the bin in which a group's last place is
    given needs an order. Complexity: linear, but for luck that hardly differs.
    """
    n, groups = group.size, quota.size
    bits = int64(0)
    while bits < _MOST_BITS and (groups << bits) < n:
        bits += 1
    bins, shift = int64(1) << bits, uint64(63 - bits)
    counts = np.zeros(groups * bins, np.int32)
    for k in range(n):
        # Shifted in two steps: a shift by all 64 bits at once is not defined.
        counts[(int64(group[k]) << bits) + int64(luck[k] >> shift >> uint64(1))] += 1
    last = np.empty(groups, np.int64)  # the bin that is served in part; those before it are served whole
    left = np.empty(groups, np.int64)
    in_part = int64(0)
    for g in range(groups):
        room, b = int64(quota[g]), int64(0)
        while b < bins and counts[(g << bits) + b] <= room:
            room -= counts[(g << bits) + b]
            b += 1
        last[g], left[g] = b, room
        if b < bins:
            in_part += counts[(g << bits) + b]
    chosen = np.zeros(n, np.uint8)
    at, order_of = np.empty(in_part + 1, np.int64), np.empty(in_part + 1, np.uint64)
    m = int64(0)
    for k in range(n):
        g = group[k]
        b = int64(luck[k] >> shift >> uint64(1))
        chosen[k] = b < last[g]
        if b == last[g]:
            at[m], order_of[m] = k, luck[k]
            m += 1
    for k in at[:m][np.argsort(order_of[:m], kind="mergesort")]:
        g = group[k]
        if left[g] > 0:
            chosen[k] = 1
            left[g] -= 1
    out = np.empty(np.count_nonzero(chosen) + 1, np.int64)
    found = int64(0)
    for k in range(n):
        out[found] = k
        found += chosen[k]
    return out[:found].copy()
