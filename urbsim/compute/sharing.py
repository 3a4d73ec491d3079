"""Whole units out of quotas that are not."""

from __future__ import annotations

import numpy as np
from numba import int64

from urbsim.compute.compiled import inlined, njit


@njit(nogil=True, cache=True)
def largest_remainder_of(weights, whole, total):
    """`total` whole units shared out by weights, (k,) float64 that add up to `whole`; int64.

    Quotas are rounded down, and the largest remainders, of equals the first, have one unit more.
    """
    out = np.empty(weights.size, np.int64)
    _share_out(weights, whole, total, np.empty(weights.size, np.float64), out)
    return out


@inlined
def _share_out(weights, whole, total, remainder, out):
    """Writes to `out` what `largest_remainder_of` returns; remainder: room for k float64."""
    left = total
    for j in range(weights.size):
        quota = total * weights[j] / whole
        out[j] = int64(quota)
        remainder[j] = quota - out[j]
        left -= out[j]
    for _ in range(left):
        most = 0
        for j in range(1, out.size):
            if remainder[j] > remainder[most]:
                most = j
        out[most] += 1
        remainder[most] = -1.0


@inlined
def shares_of_stocks(stocks, total, out, remainder):
    """Writes `total` units shared out in proportion to stocks of whole units, of which none gives more than it has.

    stocks: (k,) int64, not negative; total: no more than they are together; out: (k,) int64; remainder: room for k
    float64. The largest remainders come first, of equals the first.
    """
    whole = 0
    for j in range(stocks.size):
        whole += stocks[j]
    _share_out(stocks, max(whole, 1), total, remainder, out)
