"""Lists of rows in rising order."""

from __future__ import annotations

import numpy as np


def united(*lists: np.ndarray) -> np.ndarray:
    """Rows of any of the lists, each once, rising: int32. Lists that rise already are merged in linear time."""
    rows = np.concatenate([np.empty(0, np.int32), *lists]).astype(np.int32, copy=False)
    rows = np.sort(rows, kind="stable")
    return rows[begins(rows)]


def begins(values: np.ndarray) -> np.ndarray:
    """Whether each of the values, (n,), is the first or another than the one before it; bool."""
    first = np.ones(values.size, dtype=bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return first


def without(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Those of `rows`, which rise, that are not among `others`, in whatever order these are."""
    at = np.searchsorted(rows, others)
    among = np.append(rows, -1)[at] == others
    kept = np.ones(rows.size, dtype=bool)
    kept[at[among]] = False
    return rows[kept]
