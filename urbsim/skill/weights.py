"""How likely each draw is by what was known at an origin: importance weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from urbsim.fit.errors_of_observation import covariance_of_discrepancy, covariance_of_error
from urbsim.fit.protocol import Observable
from urbsim.fit.smoother import in_ratio, log_likelihood

Array = NDArray[np.float64]

_POINTS = 100.0
"""Percentage points of a share of 1: the unit of the protocol over that of shares here."""

SHARE = "urban_share"
"""The observable of the protocol that says how far published shares, and the model of them, may be off."""


def covariance(observable: Observable, years: list[int]) -> Array:
    """(years, years) covariance of observation less model: errors of figures and discrepancies, as far as they fade."""
    discrepancy = covariance_of_discrepancy(observable, *_positions(observable, years))
    return covariance_of_errors(observable, years) + discrepancy / _POINTS**2


def covariance_of_errors(observable: Observable, years: list[int]) -> Array:
    """(years, years) covariance of the errors of published shares."""
    return covariance_of_error(observable, *_positions(observable, years)) / _POINTS**2


def _positions(observable: Observable, years: list[int]) -> tuple[list[str], Array]:
    """What the protocol may call the figures of years, and where they stand.

    The figure of a census stands for the end of its year.
    """
    named = {*observable.error_of, *observable.discrepancy_of}
    at = [next((name for name in sorted(named) if name.startswith(str(year))), str(year)) for year in years]
    return at, np.array(years, float)


def error_of_change(observable: Observable, first: int, last: int) -> float:
    """Standard deviation of the error of a published change from one year to another, shares from 0 to 1."""
    both = covariance_of_errors(observable, [first, last])
    return float(np.sqrt(both[0, 0] + both[1, 1] - 2 * both[0, 1]))


def weights(path: Mapping[int, Array], observed: Mapping[int, float], spread: Array) -> Array:
    """(draws,) weights that sum to 1, in proportion to the normal density of the observations given each draw.

    path: year -> (draws,) shares; observed: year -> share, in the order of `spread`, their covariance.
    """
    of_draws = np.stack([path[year] for year in observed], axis=1)
    return in_ratio(log_likelihood(of_draws, np.array(list(observed.values())), spread))
