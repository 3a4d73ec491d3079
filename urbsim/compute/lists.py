"""Lists of rows: more room for those that grow inside kernels, and two rising lists made one."""

from __future__ import annotations

import numpy as np

from urbsim.compute.compiled import inlined, njit


@inlined(_nrt=True)
def longer_list(values, n):
    """The first n values in a list twice as long."""
    longer = np.empty(2 * values.size, values.dtype)
    for k in range(n):
        longer[k] = values[k]
    return longer


@njit(nogil=True, cache=True)
def merged(one, other):
    """Rows that stand in either of two rising lists, each once, rising: int32."""
    out = np.empty(one.size + other.size, np.int32)
    n, i, j = 0, 0, 0
    while i < one.size and j < other.size:
        out[n] = min(one[i], other[j])
        step_one, step_other = one[i] <= other[j], other[j] <= one[i]
        i, j, n = i + step_one, j + step_other, n + 1
    for k in range(i, one.size):
        out[n] = one[k]
        n += 1
    for k in range(j, other.size):
        out[n] = other[k]
        n += 1
    return out[:n]


@njit(nogil=True, cache=True)
def merged_by_group(rows, groups, more_rows, more_groups, n_groups):
    """Rows that stand by group, and more of them in any order, which come behind the others of their group.

    rows: (n,) int32; groups: (n,) uint8, rising, below n_groups; more_rows, more_groups: (m,) of those to come.
    Returns (rows, groups) of all, (n + m,), those to come in their order within each group.
    """
    n, m = rows.size, more_rows.size
    out_rows, out_groups = np.empty(n + m, rows.dtype), np.empty(n + m, groups.dtype)
    behind = np.zeros(n_groups + 1, np.int64)  # rows to come of earlier groups
    for k in range(m):
        behind[more_groups[k] + 1] += 1
    for group in range(n_groups):
        behind[group + 1] += behind[group]
    place = np.zeros(n_groups, np.int64)
    for k in range(n):
        at = k + behind[groups[k]]
        out_rows[at], out_groups[at] = rows[k], groups[k]
        place[groups[k]] = k + 1
    for group in range(1, n_groups):  # of groups without a row as far as those before them
        place[group] = max(place[group], place[group - 1])
    for group in range(n_groups):
        place[group] += behind[group]
    for k in range(m):
        at = place[more_groups[k]]
        out_rows[at], out_groups[at] = more_rows[k], more_groups[k]
        place[more_groups[k]] += 1
    return out_rows, out_groups
