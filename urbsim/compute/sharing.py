"""Whole units out of quotas that are not."""

from __future__ import annotations

import numpy as np
from numba import int64

from urbsim.compute.compiled import njit


@njit(nogil=True, cache=True)
def largest_remainder_of(weights, whole, total):
    """`largest_remainders` of a single row, whose quotas are `total` shared out by weights, (k,) that add up to whole.

    Arrays of their own for quotas and totals take longer than the sharing.
    """
    out, remainder = np.empty(weights.size, np.int64), np.empty(weights.size, np.float64)
    left = total
    for j in range(weights.size):
        quota = total * weights[j] / whole
        out[j] = int64(quota)
        remainder[j] = quota - out[j]
        left -= out[j]
    for _ in range(left):
        most = 0
        for j in range(1, weights.size):
            if remainder[j] > remainder[most]:
                most = j
        out[most] += 1
        remainder[most] = -1.0
    return out


@njit(nogil=True, cache=True)
def largest_remainders(quota, totals):
    """Quotas rounded down, and one unit more for the largest remainders of each row, of equals the first; int64.

    quota: (n, k) float64, not negative; totals: (n,) int64 that the rows of `quota` add up to but for rounding errors.
    """
    n, shares = quota.shape
    out, remainder = np.empty((n, shares), np.int64), np.empty(shares, np.float64)
    for r in range(n):
        left = totals[r]
        for j in range(shares):
            out[r, j] = int64(quota[r, j])
            remainder[j] = quota[r, j] - out[r, j]
            left -= out[r, j]
        for _ in range(left):
            most = 0
            for j in range(1, shares):
                if remainder[j] > remainder[most]:
                    most = j
            out[r, most] += 1
            remainder[most] = -1.0
    return out
