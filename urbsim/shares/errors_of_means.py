"""How sure a mean over draws and seeds is (ODD equation W5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np


class Mean(NamedTuple):
    """A mean and its standard error; None where one run says nothing of it."""

    value: float
    error: float | None

    @property
    def is_sure(self) -> bool:
        """Whether it is more than two standard errors away from nothing."""
        return self.error is not None and abs(self.value) > 2 * self.error


def mean_of(values: Mapping[tuple[int, int], float]) -> Mean:
    """Mean over draws and seeds, each draw with each seed. values: (draw, seed) -> value.

    Draws and seeds each share what they have in common, so the variance of the mean is
    (M_draws + M_seeds - M_rest) / (D S), with mean squares of a table of two ways, and no less than either part alone.
    """
    draws = sorted({draw for draw, _ in values})
    seeds = sorted({seed for _, seed in values})
    table = np.array([[values[draw, seed] for seed in seeds] for draw in draws])
    mean = float(table.mean())
    if table.size == 1:
        return Mean(mean, None)
    of_draws, of_seeds = table.mean(axis=1), table.mean(axis=0)
    parts = [float(each.var(ddof=1)) / len(each) for each in (of_draws, of_seeds) if len(each) > 1]
    variance = max(parts)
    if len(parts) == 2:
        rest = table - of_draws[:, None] - of_seeds + mean
        free = (len(draws) - 1) * (len(seeds) - 1)
        variance = max(variance, sum(parts) - float((rest**2).sum()) / free / table.size)
    return Mean(mean, sqrt(variance))


def error_of_orders(pairs: Sequence[Sequence[float]]) -> float | None:
    """Standard error from the orders alone, of a mean over runs. pairs: of each run, the mean of each pair of orders.

    None where runs have one pair each: its error cannot be told from that of draws and seeds, which holds it too.
    """
    if min(map(len, pairs)) < 2:
        return None
    variances = [float(np.var(each, ddof=1)) / len(each) for each in pairs]
    return sqrt(sum(variances)) / len(pairs)
