"""Queues: who stands before whom."""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from urbsim.compute.compiled import inlined, njit


def in_order(group: np.ndarray, luck: np.ndarray, groups: int) -> np.ndarray:
    """Positions by group, in each by luck, of equals the first; int64.

    group: (n,) whole numbers below groups; luck: (n,) uint64. Group, first bits of luck and position are sorted as one
    number: for that there are wide registers. Luck is spread evenly, so that hardly any two share those bits.
    """
    of_position, of_group = int(group.size).bit_length(), int(groups).bit_length()
    standing = _standing(group, luck, of_group, of_position)
    standing.sort()
    return _told_apart(standing, luck, of_position)


@njit(nogil=True, cache=True)
def _standing(group, luck, of_group, of_position):
    """(n,) uint64 of group, in so many bits, then luck, then position, in so many bits."""
    out = np.empty(group.size, np.uint64)
    behind, at = uint64(64 - of_group), uint64(of_position)
    for k in range(group.size):
        out[k] = uint64(group[k]) << behind | luck[k] >> uint64(of_group) >> at << at | uint64(k)
    return out


@njit(nogil=True, cache=True)
def _told_apart(standing, luck, of_position):
    """Positions in their order; standing: of `_standing`, rising. Who shares all bits but the position is compared."""
    n, bits = standing.size, uint64(of_position)
    order = np.empty(n, np.int64)
    for p in range(n):
        order[p] = standing[p] & ((uint64(1) << bits) - uint64(1))
    lo = int64(0)
    for hi in range(1, n + 1):
        if hi < n and standing[hi] >> bits == standing[lo] >> bits:
            continue
        # Of many who share them, those far apart are compared before neighbours (Shell's sort).
        apart = 1
        while 3 * apart + 1 < hi - lo:
            apart = 3 * apart + 1
        while apart > 0 and hi - lo > 1:
            for at in range(lo + apart, hi):
                k, j = order[at], at
                while j >= lo + apart and _behind(order[j - apart], k, luck):
                    order[j] = order[j - apart]
                    j -= apart
                order[j] = k
            apart //= 3
        lo = int64(hi)
    return order


@inlined
def _behind(one, other, luck):
    """Whether one of two has to stand behind the other."""
    return luck[one] > luck[other] or (luck[one] == luck[other] and one > other)
