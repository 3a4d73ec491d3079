"""Lists of unknown length inside kernels: an array, how many of its places are filled, and more room when needed."""

from __future__ import annotations

import numpy as np

from urbsim.compiled import njit


@njit
def longer_list(values, n):
    """The first n values in a list twice as long."""
    longer = np.empty(2 * values.size, values.dtype)
    for k in range(n):
        longer[k] = values[k]
    return longer
