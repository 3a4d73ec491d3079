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
