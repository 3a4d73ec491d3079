"""Whether one of two forecasters of the same figures is better: the test of Diebold and Mariano (1995)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student


class PairedTest(NamedTuple):
    """mean: of the differences in loss, first less second; statistic, p_value: two-sided, None where none exists."""

    mean: float
    n: int
    statistic: float | None
    p_value: float | None


def diebold_mariano(first: Sequence[float], second: Sequence[float], horizon: int = 1) -> PairedTest:
    """Compares two series of losses of the same figures in order of time, forecast `horizon` steps ahead.

    With the correction for small samples of Harvey, Leybourne and Newbold (1997): a factor, and Student's t with n - 1
    degrees of freedom. No statistic where the estimated variance is not above 0, or fewer than two figures more than
    the horizon are there. Raises ValueError for series of unequal length.
    """
    if len(first) != len(second):
        raise ValueError("losses must be of the same figures")
    difference = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    n = len(difference)
    mean = float(difference.mean()) if n else 0.0
    if n < horizon + 2:
        return PairedTest(mean, n, None, None)
    off = difference - mean
    covariances = [float(off[k:] @ off[: n - k]) / n for k in range(horizon)]
    variance = (covariances[0] + 2 * float(np.sum(covariances[1:]))) / n
    if variance <= 0:
        return PairedTest(mean, n, None, None)
    factor = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    statistic = float(np.sqrt(factor) * mean / np.sqrt(variance))
    return PairedTest(mean, n, statistic, float(2 * student.sf(abs(statistic), n - 1)))
