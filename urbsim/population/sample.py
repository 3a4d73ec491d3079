"""Systematic samples of whole households."""

from __future__ import annotations

from fractions import Fraction

import numpy as np


def systematic_rows(n: int, scale: float, start: int) -> np.ndarray:
    """Rows of a systematic sample of n with inclusion probability `scale`, ascending int64.

    The interval 1/scale = b/a may be a fraction: row k is floor((s + k b) / a), with s = a * start modulo b.
    Over the b starts every row is drawn exactly a times, and any stretch of m rows holds m * scale of them
    to within one. Raises ValueError for a scale outside (0, 1].
    """
    share = Fraction(scale).limit_denominator(1_000_000)
    if not 0 < share <= 1:
        raise ValueError(f"scale {scale} must lie in (0, 1]")
    a, b = share.numerator, share.denominator
    first = (start * a) % b
    many = max(0, -((first - n * a) // b))  # smallest k with (first + k b) / a >= n
    return (first + np.arange(many, dtype=np.int64) * b) // a


def sample_households(order: np.ndarray, scale: float, start: int) -> np.ndarray | None:
    """Ids of the sampled households, ascending; None where every household is taken.

    order: (H,) household ids sorted by stratum. The interval runs on from one stratum into the next, so both
    each stratum and the whole hold their share to within one household.
    """
    if scale == 1:
        return None
    rows = systematic_rows(len(order), scale, start)
    if len(rows) == len(order):
        return None
    return np.sort(order.take(rows)).astype(np.int64)
