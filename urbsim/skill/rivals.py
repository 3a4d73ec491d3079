"""Rivals that need no model: the past of an urban share, carried on by a rule.

A rule reads the yearly shares up to its origin, from 0 to 1, and gives those of the next years. Rules that look back
over N years need N + 1 shares; over ten years they take what there is, from five years on. Sources: the trends, last
value and shrinking increments are the benchmarks of Smith, Tayman and Swanson, *A Practitioner's Guide to State and
Local Population Projections* (2013), ch. 8; the difference of growth is that of *World Urbanization Prospects* (United
Nations 2019, methodology), kept constant, for the register holds no figures of the world norm towards which the UN
lets it move; the rural hazard is the constant rate of a life table, applied to the rural population as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Array = NDArray[np.float64]
Rule = Callable[[Array, int], Array | None]
"""(yearly shares up to the origin, years ahead) -> shares of the years after it, or None with too short a past."""

_LEAST_OF_TEN = 5  # years that stand for ten where the series is young
_INCREMENTS = 5
_SHRINK = (0.5, 1.0)  # bounds of the yearly factor on increments: they neither vanish nor grow


def last_value(past: Array, ahead: int) -> Array | None:
    """The last share stays."""
    return np.full(ahead, past[-1]) if len(past) else None


def linear_trend(past: Array, ahead: int, years: int) -> Array | None:
    """From the last share on, the slope of a straight line through those of so many years (least squares)."""
    window = _window(past, years)
    return None if window is None else np.clip(past[-1] + _slope(window) * _steps(ahead), 0, 1)


def logistic_trend(past: Array, ahead: int, years: int) -> Array | None:
    """The same on the logit scale."""
    window = _window(past, years)
    return None if window is None else expit(logit(past[-1]) + _slope(logit(window)) * _steps(ahead))


def shrinking_increments(past: Array, ahead: int) -> Array | None:
    """Increments go on shrinking by the yearly factor at which the last five did (straight line through their logs)."""
    window = _window(past, _INCREMENTS)
    if window is None or (increments := np.diff(window)).min() <= 0:
        return None
    logs = np.log(increments)
    slope = _slope(logs)
    factor = float(np.clip(np.exp(slope), *_SHRINK))
    last = float(np.exp(logs.mean() + slope * (len(logs) - 1) / 2))
    return np.minimum(past[-1] + last * np.cumsum(factor ** _steps(ahead)), 1)


def rural_hazard(past: Array, ahead: int, years: int) -> Array | None:
    """The mean share h of the rural population that turned urban in a year stays: rural share r' = r (1 - h)."""
    window = _window(past, years)
    if window is None:
        return None
    kept = ((1 - window[-1]) / (1 - window[0])) ** (1 / (len(window) - 1))
    return 1 - (1 - past[-1]) * kept ** _steps(ahead)


def growth_difference(past: Array, ahead: int, years: int) -> Array | None:
    """The difference between urban and rural growth rates over so many years stays.

    It is the yearly change of the logit of the share, whatever the residents do.
    """
    window = _window(past, years)
    if window is None:
        return None
    difference = (logit(window[-1]) - logit(window[0])) / (len(window) - 1)
    return expit(logit(past[-1]) + difference * _steps(ahead))


def _window(past: Array, years: int) -> Array | None:
    """The last `years` + 1 shares; for ten years as many as there are, if they span five."""
    least = years if years < 10 else _LEAST_OF_TEN
    return past[-(years + 1) :] if len(past) > least else None


def _slope(values: Array) -> float:
    """Slope of the straight line of least squares through values a year apart."""
    time = np.arange(len(values)) - (len(values) - 1) / 2
    return float(time @ values / (time @ time))


def _steps(ahead: int) -> Array:
    return np.arange(1.0, ahead + 1)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "last_value": last_value,
        **{f"linear_trend_{n}": partial(linear_trend, years=n) for n in (3, 5, 10)},
        **{f"logistic_trend_{n}": partial(logistic_trend, years=n) for n in (3, 5, 10)},
        "shrinking_increments": shrinking_increments,
        "rural_hazard_3": partial(rural_hazard, years=3),
        "growth_difference_10": partial(growth_difference, years=10),
    }
)
"""Rules by the name that scores give them."""
