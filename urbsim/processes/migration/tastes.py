"""Tastes for places: tables that turn random bits into a nested logit (ODD equation M4)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

GRID = 2.0**16  # utilities are integers on the grid of 2^-16


def on_grid(utility: np.ndarray | float) -> np.ndarray:
    """Utilities as int64 on the grid of 2^-16."""
    return np.rint(np.asarray(utility, dtype=np.float64) * GRID).astype(np.int64)


@lru_cache(maxsize=4)
def gumbel_tables(dissimilarity: float) -> tuple[np.ndarray, np.ndarray]:
    """Tastes by 16 random bits: (taste, nest_taste), each (65536,) int32 on the utility grid (ODD equation M4).

    taste: dissimilarity x standard Gumbel. nest_taste: Cardell's term, such that the sum of the two is a standard
    Gumbel (Cardell 1997; the logarithm of a positive stable variable, Kanter 1975, by its distribution function).
    """
    u = (np.arange(65536) + 0.5) / 65536
    taste = dissimilarity * -np.log(-np.log(u))
    return on_grid(taste).astype(np.int32), on_grid(_cardell_quantiles(dissimilarity, u)).astype(np.int32)


def _cardell_quantiles(alpha: float, u: np.ndarray) -> np.ndarray:
    """Quantiles of alpha x ln S, S positive stable of index alpha: F(s) = mean over v of exp(-s^(-a/(1-a)) A(v))."""
    # The upper tail comes from angles just below pi: they stand densely there, or the tail would be cut off.
    t = (np.arange(1000) + 0.5) / 1000
    below_pi, weight = np.pi * t**6, 6 * t**5 / t.size
    v = np.pi - below_pi
    ratio = alpha / (1 - alpha)
    log_a = (
        np.log(np.sin((1 - alpha) * v))
        + ratio * np.log(np.sin(alpha * v))
        - np.log(np.sin(below_pi)) / (1 - alpha)
    )
    x = np.linspace(-6.0, 16.0, 1500)  # numerical: values of alpha ln S
    log_s = x / alpha
    exponent = np.minimum(log_a[None, :] - ratio * log_s[:, None], 700.0)  # guard: exp of more is infinite
    cdf = np.sum(np.exp(-np.exp(exponent)) * weight, axis=1)
    cdf = np.maximum.accumulate(cdf)
    return np.interp(u, cdf, x)
