"""Whole units out of fractions, so that totals hold: cumulative over time, largest remainder over places."""

from __future__ import annotations

import math

import numpy as np

from urbsim.compute.sharing import largest_remainder_of


def released(cumulative_before: float, cumulative_after: float) -> int:
    """Whole units released in a period so that the running total is always the cumulative figure, rounded."""
    return math.floor(cumulative_after + 0.5) - math.floor(cumulative_before + 0.5)


def largest_remainder(weights: np.ndarray, total: int, capacity: np.ndarray | None = None) -> np.ndarray:
    """`total` whole units over places in proportion to `weights`, the largest remainders first, ties to the first.

    weights: (n,) not negative, with a positive sum if total > 0; capacity: (n,) most that a place can take.
    Returns (n,) int64 that add up to min(total, sum of capacity). Raises ValueError for weights without a sum.
    """
    weights = np.ascontiguousarray(weights, dtype=np.float64)
    if total == 0:
        return np.zeros(weights.size, dtype=np.int64)
    whole_weight = weights.sum()
    if whole_weight <= 0:
        raise ValueError("units cannot be shared out over places without weight")
    if capacity is not None:
        return _within(weights, total, np.asarray(capacity, dtype=np.int64))
    return largest_remainder_of(weights, whole_weight, total)


def _within(weights: np.ndarray, total: int, room: np.ndarray) -> np.ndarray:
    """`largest_remainder` where places can take no more than `room`: what is left goes to the others."""
    out = np.zeros(weights.size, dtype=np.int64)
    left = min(total, int(room[weights > 0].sum()))
    while left > 0:
        active = np.where(out < room, weights, 0.0)
        quota = left * active / active.sum()
        whole = np.minimum(np.floor(quota).astype(np.int64), room - out)
        out += whole
        left -= int(whole.sum())
        if left == 0:
            break
        remainder = np.where(out < room, quota - np.floor(quota), -1.0)
        order = np.argsort(-remainder, kind="stable")
        order = order[(remainder[order] >= 0) & (active[order] > 0)][:left]
        out[order] += 1
        left -= order.size
    return out
