"""Who lives in the households of a list of rows, and in which stretch of the rows whole households lie."""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from urbsim.compute.compiled import njit
from urbsim.compute.prefetch import prefetch

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
def stretch_of_households(rows, ends, first_later, ring):
    """In which stretch of the rows everybody of each row's household lies, ends.size + 1 for none; (n,) int64.

    ends: rising rows at which a stretch ends and the next begins; first_later: rows from this one on were added where
    there was room, so that only those before it say where a household lies. All of a household get the same number.
    """
    out = np.empty(rows.size, np.int64)
    for k in range(rows.size):
        if k + _AHEAD < rows.size:
            prefetch(ring, uint64(rows[k + _AHEAD]))
        first = last = member = int64(rows[k])
        known = member < first_later
        while True:
            member = int64(ring[uint64(member)])
            if member == rows[k]:
                break
            if member < first_later:
                first, last = (min(first, member), max(last, member)) if known else (member, member)
                known = True
        stretch = last_stretch = int64(0)
        for end in ends:
            stretch += first >= end
            last_stretch += last >= end
        out[k] = stretch if known and stretch == last_stretch else ends.size + 1
    return out
