"""Exact rationing: of everybody who wants, the lowest luck first, as many as there is room for."""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from urbsim.compute.compiled import njit
from urbsim.compute.threads import Chunks, added_up, columns_of

_MOST_BITS = 10  # of luck, for the bins of one round
_FEW_BITS = 6  # of luck, for bins of so many groups that threads count in them where their data are nearest
BINS = 1 << _FEW_BITS
_MANY = 1 << 16  # wants from which threads leave out those whose luck is too high


@njit(inline="always")
def bin_of_luck(luck):
    """The bin, of BINS, in which luck of 64 bits lies."""
    return luck >> uint64(64 - _FEW_BITS)


def lowest_luck(
    group: np.ndarray,
    luck: np.ndarray,
    quota: np.ndarray,
    chunks: Chunks | None = None,
    counts: np.ndarray | None = None,
) -> np.ndarray:
    """Positions, rising, of the min(quota, size) of each group with the lowest luck; of equals the first;
    int32.

    group: (n,) whole numbers below quota.size, which is below 2^15; luck: (n,) uint64; quota: (groups,) whole numbers;
    chunks: threads that look at everybody, where few of many are chosen; counts: (groups, BINS) whole numbers, how many
    of each group have luck in each bin, where that is known. Complexity: linear.
    """
    luck, quota = np.ascontiguousarray(luck), np.ascontiguousarray(quota, np.int64)
    if chunks is None or luck.size < _MANY:
        # Brought to one type each: the kernel is compiled once.
        return lowest_of_groups(np.ascontiguousarray(group, np.int16), luck, quota)
    if counts is None:
        counts = _counted(group, luck, quota.size, chunks)
    return _lowest_of_many(group, luck, quota, chunks, counts)


def _counted(group: np.ndarray, luck: np.ndarray, groups: int, chunks: Chunks) -> np.ndarray:
    """(groups, BINS) how many of each group have luck in each bin."""

    def count(lo: int, hi: int) -> np.ndarray:
        return _bins(np.ascontiguousarray(group[lo:hi], np.int16), luck[lo:hi], groups)

    return added_up(chunks.map(count, luck.size, listed=True))


def _lowest_of_many(
    group: np.ndarray, luck: np.ndarray, quota: np.ndarray, chunks: Chunks, counts: np.ndarray
) -> np.ndarray:
    """As `lowest_luck`: threads list; only those in the bin of a group's last unit are looked at again."""
    last, left = _last_bins(np.ascontiguousarray(counts, np.int64), quota)

    def choose(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray]:
        return _up_to_last(lo, np.ascontiguousarray(group[lo:hi], np.int16), luck[lo:hi], last)

    at, doubtful = columns_of(chunks.map(choose, luck.size, listed=True), np.int32, np.bool_)
    asked = np.flatnonzero(doubtful)
    again = at[asked]
    doubtful[asked[lowest_of_groups(np.ascontiguousarray(group[again], np.int16), luck[again], left)]] = False
    return at[~doubtful]


@njit(nogil=True, cache=True)
def _bins(group, luck, groups):
    """(groups, BINS) int32, how many of each group have luck in each bin."""
    counts = np.zeros((groups, BINS), np.int32)
    for k in range(luck.size):
        counts[uint64(group[k]), bin_of_luck(luck[k])] += 1
    return counts


@njit(nogil=True, cache=True)
def _last_bins(counts, quota):
    """The bin in which the last unit of each group is given, -1 for none, and units left for it; (groups,) int64 each.

    Bins before it are served whole. counts: of `_bins`.
    """
    last, left = np.zeros(quota.size, np.int64), quota.copy()
    for g in range(quota.size):
        while last[g] < counts.shape[1] and counts[g, last[g]] < left[g]:
            left[g] -= counts[g, last[g]]
            last[g] += 1
        if left[g] <= 0:
            last[g] = -1
    return last, left


@njit(nogil=True, cache=True)
def _up_to_last(first, group, luck, last):
    """Positions, counted from `first`, of those up to the last bin of their group, int32, and who is in it, bool."""
    out, doubtful, found = np.empty(luck.size + 1, np.int32), np.empty(luck.size + 1, np.bool_), int64(0)
    for k in range(luck.size):
        b, g = int64(bin_of_luck(luck[k])), uint64(group[k])
        out[found], doubtful[found] = first + k, b == last[g]
        found += b <= last[g]
    return out[:found], doubtful[:found]


@njit(nogil=True, cache=True)
def lowest_of_groups(group, luck, quota):
    """As `lowest_luck`, of arrays of int16, uint64 and int64.

    Sorting all who want costs more than anything they want it for: luck is counted in bins of its first bits, and only
    those in the bin in which a group's last unit is given are counted again, by the bits that follow.
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
