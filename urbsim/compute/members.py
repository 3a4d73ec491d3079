"""Who lives in the households of a list of rows."""

from __future__ import annotations

import numpy as np

from urbsim.compute.compiled import njit


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
