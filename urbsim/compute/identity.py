"""A person's stable id from the row.

At scale 1 the first rows are the base population in the order of its ids, so the id is the row and no column is read;
`ids` holds the ids of the rows that follow (newborns, newcomers). In a sample no row is its own id.
"""

from __future__ import annotations

from numba import uint64

from urbsim.compute.compiled import inlined, njit


@njit(inline="always")
def person_id(row, identity_rows, ids):
    """Stable id of the person in `row` (uint64)."""
    if row < identity_rows:
        return uint64(row)
    return ids[row - identity_rows]


@inlined
def write_ids(n, rows, identity_rows, ids, who):
    """Writes the ids of n rows, which rise: mostly all are their own, which a loop without a look at `ids` copies."""
    if n and rows[n - 1] < identity_rows:
        for k in range(n):
            who[k] = rows[k]
    else:
        for k in range(n):
            who[k] = person_id(rows[k], identity_rows, ids)
