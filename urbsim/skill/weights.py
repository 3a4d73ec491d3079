"""How likely each draw is by what was known at an origin: importance weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from urbsim.fit.errors_of_observation import fading
from urbsim.fit.protocol import Observable

Array = NDArray[np.float64]

SHARE = "urban_share"
"""The observable of the protocol that says how far published shares, and the model of them, may be off."""


def published_error(observable: Observable, year: int) -> float:
    """Standard deviation of the published share of a year, from 0 to 1.

    The figure of a census stands for the end of its year.
    """
    of_year = [error for period, error in observable.error_of.items() if period.startswith(str(year))]
    return (of_year[0] if of_year else observable.error) / 100


def covariance(observable: Observable, years: list[int]) -> Array:
    """(years, years) covariance of observation less model: errors of figures and discrepancies, as far as they fade."""
    discrepancy = fading(np.array(years, float), observable.fades_over)
    return covariance_of_errors(observable, years) + (observable.discrepancy / 100) ** 2 * discrepancy


def covariance_of_errors(observable: Observable, years: list[int]) -> Array:
    """(years, years) covariance of the errors of published shares."""
    errors = np.array([published_error(observable, year) for year in years])
    return fading(np.array(years, float), observable.error_fades_over) * errors[:, None] * errors


def error_of_change(observable: Observable, first: int, last: int) -> float:
    """Standard deviation of the error of a published change from one year to another, shares from 0 to 1."""
    both = covariance_of_errors(observable, [first, last])
    return float(np.sqrt(both[0, 0] + both[1, 1] - 2 * both[0, 1]))


def weights(path: Mapping[int, Array], observed: Mapping[int, float], spread: Array) -> Array:
    """(draws,) weights that sum to 1, in proportion to the normal density of the observations given each draw.

    path: year -> (draws,) shares; observed: year -> share, in the order of `spread`, their covariance.
    """
    off = np.stack([path[year] - share for year, share in observed.items()], axis=1)
    size = np.einsum("dy,yd->d", off, np.linalg.solve(spread, off.T))
    raw = np.exp(-(size - size.min()) / 2)
    return raw / raw.sum()
