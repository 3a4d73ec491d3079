"""Exact rationing: of everybody who wants, the lowest luck first, as many as there is room for."""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from urbsim.compute.compiled import njit

_MOST_BITS = 10  # of luck, for the bins of one round


def lowest_luck(group: np.ndarray, luck: np.ndarray, quota: np.ndarray) -> np.ndarray:
    """Positions, rising, of the min(quota, size) of each group with the lowest luck; of equals the first;
    int32.

    group: (n,) whole numbers below quota.size, which is below 2^15; luck: (n,) uint64; quota: (groups,) whole numbers.
    Complexity: linear.
    """
    # Brought to one type each: the kernel is compiled once.
    group, quota = np.ascontiguousarray(group, np.int16), np.ascontiguousarray(quota, np.int64)
    return _lowest_luck(group, np.ascontiguousarray(luck), quota)


@njit(nogil=True, cache=True)
def _lowest_luck(group, luck, quota):
    """As `lowest_luck`. Sorting all who want costs more than anything they want it for: luck is counted in bins of its
    first bits, and only those in the bin in which a group's last unit is given are counted again, by the bits that
    follow.
    """
    n, groups = group.size, quota.size
    chosen = np.zeros(n, np.uint8)
    undecided = np.empty(n, np.int32)  # from the second round on; in the first it is everybody
    last = np.empty(groups, np.int64)  # the bin that is served in part; those before it are served whole
    left = quota.copy()  # units for the undecided
    m, read = int64(n), int64(0)
    while m > 0 and read < 64:
        bits = int64(1)
        while bits < _MOST_BITS and (groups << bits) < m:
            bits += 1
        bits = min(bits, 64 - read)
        bins, skip, shift = int64(1) << bits, uint64(read), uint64(64 - bits)
        counts = np.zeros(groups * bins, np.int32)
        for j in range(m):
            k = uint64(undecided[j]) if read else uint64(j)
            counts[(uint64(group[k]) << bits) + (luck[k] << skip >> shift)] += 1
        for g in range(groups):
            b = int64(0)
            while b < bins and counts[(g << bits) + b] <= left[g]:
                left[g] -= counts[(g << bits) + b]
                b += 1
            last[g] = b
        still = int64(0)
        for j in range(m):
            k = uint64(undecided[j]) if read else uint64(j)
            g = uint64(group[k])
            b = int64(luck[k] << skip >> shift)
            chosen[k] = b < last[g]
            undecided[still] = k
            still += (b == last[g]) & (left[g] > 0)
        m, read = still, read + bits
    # Whose luck is the same to the last bit. Written out, here and below: what arrays can do with lists of rows, with
    # sorting and counting takes the compiler seconds.
    for j in range(m):
        g = uint64(group[undecided[j]])
        if left[g] > 0:
            chosen[undecided[j]] = 1
            left[g] -= 1
    size = int64(0)
    for k in range(n):
        size += chosen[k]
    out = np.empty(size + 1, np.int32)
    found = int64(0)
    for k in range(n):
        out[found] = k
        found += chosen[k]
    return out[:found]
