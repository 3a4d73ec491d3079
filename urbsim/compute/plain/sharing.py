"""Plain twin of `urbsim.compute.sharing`."""

from __future__ import annotations

import numpy as np


def largest_remainders(quota: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Quotas rounded down, and one unit more for the largest remainders of each row, of equals the first."""
    out = np.floor(quota).astype(np.int64)
    order = np.argsort(out - quota, axis=1, kind="stable")
    more = np.arange(quota.shape[1]) < (totals - out.sum(axis=1))[:, None]
    np.put_along_axis(out, order, np.take_along_axis(out, order, axis=1) + more, axis=1)
    return out
