"""Forecasts as distributions, and how far an observation is from them.

A forecast is a mixture of normals of one spread: draws of a model with the error of the published figure around each,
or a single point with its own spread. So one formula scores models and rivals, and nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

HALF, MOST = 0.5, 0.9
"""The central intervals whose coverage is told."""


@dataclass(frozen=True)
class Forecast:
    """What is forecast of one figure. points, weights: (draws,), weights sum to 1; spread: sd around each point."""

    points: Array
    weights: Array
    spread: float

    @property
    def mean(self) -> float:
        """Mean of the distribution."""
        return float(self.weights @ self.points)

    @property
    def sd(self) -> float:
        """Its standard deviation."""
        return float(np.sqrt(self.weights @ (self.points - self.mean) ** 2 + self.spread**2))

    def below(self, value: float) -> float:
        """Probability that the figure is at most `value`; half of what lies exactly on it where there is no spread."""
        off = value - self.points
        share = ndtr(off / self.spread) if self.spread > 0 else (np.sign(off) + 1) / 2
        return float(self.weights @ share)

    def quantile(self, p: float) -> float:
        """The value below which the figure lies with probability `p`, 0 < p < 1."""
        if self.spread == 0:
            order = np.argsort(self.points, kind="stable")
            at = np.searchsorted(np.cumsum(self.weights[order]), p)
            return float(self.points[order][min(int(at), len(order) - 1)])
        reach = self.spread * abs(float(ndtri(min(p, 1 - p)))) + 1e-9
        low, high = self.points.min() - reach, self.points.max() + reach
        found: Any = brentq(lambda value: self.below(value) - p, low, high, xtol=1e-12)
        return float(found)

    def holds(self, value: float, share: float) -> bool:
        """Whether `value` lies in the central interval that holds `share` of the distribution."""
        tail = (1 - share) / 2
        return tail <= self.below(value) <= 1 - tail

    def crps(self, value: float) -> float:
        """Continuous ranked probability score, in the unit of the figure; 0 is perfect (Gneiting and Raftery 2007).

        E|X - value| - E|X - X'| / 2 with X and X' drawn from the forecast.
        """
        between = self.points[:, None] - self.points[None, :]
        apart = _mean_size(between, np.sqrt(2.0) * self.spread)
        return float(
            self.weights @ _mean_size(self.points - value, self.spread)
            - self.weights @ apart @ self.weights / 2
        )


def point(value: float, spread: float) -> Forecast:
    """A normal forecast."""
    return Forecast(np.array([value]), np.ones(1), float(spread))


def ensemble(points: Sequence[float] | Array, spread: float, weights: Array | None = None) -> Forecast:
    """A forecast by draws, equally likely where no weights are given."""
    values = np.asarray(points, dtype=np.float64)
    given = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    return Forecast(values, given / given.sum(), float(spread))


def _mean_size(mean: Array, sd: float) -> Array:
    """E|X| of normals with these means and one sd, 0 included."""
    if sd == 0:
        return np.abs(mean)
    z = mean / sd
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return mean * (2 * ndtr(z) - 1) + 2 * sd * density
