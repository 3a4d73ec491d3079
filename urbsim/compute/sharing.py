"""Whole units out of quotas that are not."""

from __future__ import annotations

import numpy as np
from numba import int64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.sums import sum_of_few


@njit(nogil=True, cache=True)
def largest_remainder_of(weights, whole, total):
    """`total` whole units shared out by weights, (k,) float64 that add up to `whole`; int64.

    Quotas are rounded down, and the largest remainders, of equals the first, have one unit more.
    """
    out = np.empty(weights.size, np.int64)
    _share_out(weights, whole, total, np.empty(weights.size, np.float64), out)
    return out


@njit(nogil=True, cache=True)
def shared_by_what_is_owed(weights, before, number):
    """`number` whole units by what each is owed: its weight of these and of all that came, less its own of them; int64.

    weights: (k,) float64, k up to 128, not negative; before: (k,) int64 units that came. Without any weight nobody has
    a unit.
    """
    out, whole = np.zeros(weights.size, np.int64), sum_of_few(weights)
    if whole > 0 and number > 0:
        owed, remainder = np.empty(weights.size, np.float64), np.empty(weights.size, np.float64)
        in_all = number
        for j in range(weights.size):
            in_all += before[j]
        for j in range(weights.size):
            owed[j] = max(in_all * weights[j] / whole - before[j], 0.0)
        _share_out(owed, sum_of_few(owed), number, remainder, out)
    return out


@inlined
def _share_out(weights, whole, total, remainder, out):
    left = total
    for j in range(weights.size):
        quota = total * weights[j] / whole
        out[j] = int64(quota)
        remainder[j] = quota - out[j]
        left -= out[j]
    _give_the_rest(left, remainder, out)


@inlined
def _give_the_rest(left, remainder, out):
    """One unit more for the largest remainders, which are written over."""
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
    whole, left = 0, total
    for j in range(stocks.size):
        whole += stocks[j]
    for j in range(stocks.size):
        quota = total * np.float64(stocks[j]) / max(whole, 1)
        out[j] = int64(quota)
        remainder[j] = quota - out[j]
        left -= out[j]
    _give_the_rest(left, remainder, out)
