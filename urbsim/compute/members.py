"""Who lives in the households of a list of rows, and which rows or pairs of rows share a household."""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from urbsim.compute.compiled import njit
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import PHI

_ROOM = 32  # numbers for each pair: one pair in sixteen shares a number with another by chance
_AHEAD = 16  # rows: so many that their lines have come, so few that they are still near


@njit(nogil=True, cache=True)
def households(rows, ring):
    """Everybody in the rings of these rows: (members, position of the row each belongs to), the rows first; int64."""
    size = 0
    for k in range(rows.size):
        at = ring[rows[k]]
        size += 1
        while at != rows[k]:
            at = ring[at]
            size += 1
    who, of = np.empty(size, np.int64), np.empty(size, np.int64)
    going = rows.size  # households of which somebody is still to come
    for k in range(going):
        who[k], of[k] = rows[k], k
    first, found = 0, going
    while going:
        still = 0
        for j in range(first, first + going):
            at = ring[who[j]]
            if at != rows[of[j]]:
                who[found + still], of[found + still] = at, of[j]
                still += 1
        first, found, going = found, found + still, still
    return who, of


@njit(nogil=True, cache=True)
def first_members(rows, ring):
    """The lowest row of each row's household, which tells it from others; (n,) int32."""
    out = np.empty(rows.size, np.int32)
    for k in range(rows.size):
        if k + _AHEAD < rows.size:
            prefetch(ring, uint64(rows[k + _AHEAD]))
        row = first = int64(rows[k])
        member = int64(ring[uint64(row)])
        while member != row:
            first = min(first, member)
            member = int64(ring[uint64(member)])
        out[k] = first
    return out


@njit(nogil=True, cache=True)
def pairs_that_meet(one, other):
    """Whether another pair may have a household of each pair, (n,) bool; one, other: (n,) int32 first members.

    Households are counted by a hash. So a pair of which another has a household is always found, and with it a few that
    share a number with one.
    """
    bits = uint64(6)
    while (1 << bits) < _ROOM * one.size:
        bits += uint64(1)
    shift, times = uint64(64) - bits, np.zeros(1 << bits, np.uint8)
    for k in range(one.size):
        for household in (one[k], other[k]):
            at = uint64(household) * uint64(PHI) >> shift
            times[at] = min(times[at] + 1, 2)
    out = np.empty(one.size, np.bool_)
    for k in range(one.size):
        at, also = uint64(one[k]) * uint64(PHI) >> shift, uint64(other[k]) * uint64(PHI) >> shift
        out[k] = (times[at] > 1) | (times[also] > 1)
    return out
