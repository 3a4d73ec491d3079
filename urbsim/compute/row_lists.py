"""Lists of rows in rising order."""

from __future__ import annotations

import numpy as np


def begins(values: np.ndarray) -> np.ndarray:
    """Whether each of the values, (n,), is the first or another than the one before it; bool."""
    first = np.ones(values.size, dtype=bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return first


def among(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Whether each of `rows`, any shape and -1 for none, is among `others`; both in any order; bool of that shape."""
    rising = np.append(-2, np.sort(others))
    return rising[np.searchsorted(rising, rows, side="right") - 1] == rows


def without(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Those of `rows`, which rise, that are not among `others`, in whatever order these are."""
    if rows.size == 0:
        return rows
    at = np.minimum(np.searchsorted(rows, others), rows.size - 1)
    kept = np.ones(rows.size, dtype=bool)
    kept[at[rows[at] == others]] = False
    return rows[kept]
