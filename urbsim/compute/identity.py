"""A person's stable id from the row.

At scale 1 the first rows are the base population in the order of its ids, so the id is the row and no column is read;
`ids` holds the ids of the rows that follow (newborns, newcomers). In a sample no row is its own id.
"""

from __future__ import annotations

from numba import uint64

from urbsim.compute.compiled import njit


@njit(inline="always")
def person_id(row, identity_rows, ids):
    """Stable id of the person in `row` (uint64)."""
    if row < identity_rows:
        return uint64(row)
    return ids[row - identity_rows]
