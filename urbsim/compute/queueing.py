"""Queues: who stands before whom."""

from __future__ import annotations

import numpy as np
from numba import float64, int64, uint64

from urbsim.compute.compiled import inlined, njit


@njit(nogil=True, cache=True)
def in_order(group, luck, groups):
    """Positions by group, in each by luck, of equals the first; int64.

    group: (n,) whole numbers below groups; luck: (n,) uint64. Luck is spread evenly, so that it says by itself about
    where in its group somebody stands, and only neighbours are compared. Complexity: linear for such luck; n^1.5.
    """
    n = group.size
    size, most = np.zeros(groups, np.int64), np.zeros(groups, np.uint64)
    for k in range(n):
        g = uint64(group[k])
        size[g] += 1
        most[g] = max(most[g], luck[k])
    front, per_rank = np.empty(groups, np.int64), np.empty(groups, np.float64)
    before = int64(0)
    for g in range(groups):
        front[g], per_rank[g] = before, float64(size[g]) / (float64(most[g]) + 1.0)
        before += size[g]
    start = np.zeros(n + 2, np.int32)  # of those who would stand at each rank, were their luck quite even
    rank = np.empty(n, np.int32)
    for k in range(n):
        g = uint64(group[k])
        rank[k] = front[g] + min(int64(float64(luck[k]) * per_rank[g]), size[g] - 1)
        start[uint64(rank[k]) + 2] += 1
    for p in range(2, n + 2):
        start[p] += start[p - 1]
    order = np.empty(n, np.int64)
    for k in range(n):
        p = uint64(rank[k]) + 1
        order[start[p]] = k
        start[p] += 1
    for p in range(n):
        lo, hi = start[p], start[p + 1]
        # Of many at one rank, those far apart are compared before neighbours (Shell's sort).
        apart = 1
        while 3 * apart + 1 < hi - lo:
            apart = 3 * apart + 1
        while apart > 0:
            for at in range(lo + apart, hi):
                k, j = order[at], at
                while j >= lo + apart and _behind(order[j - apart], k, luck):
                    order[j] = order[j - apart]
                    j -= apart
                order[j] = k
            apart //= 3
    return order


@inlined
def _behind(one, other, luck):
    """Whether one of two has to stand behind the other."""
    return luck[one] > luck[other] or (luck[one] == luck[other] and one > other)
