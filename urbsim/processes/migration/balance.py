"""How many of those who reconsider leave: the tie to home that gives the share, on census night (ODD M10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import root_scalar
from scipy.special import expit, logit

from urbsim.facts.parameters import Parameters
from urbsim.processes.migration.equations import N_BANDS, N_TYPES, Migration, Utilities, ties
from urbsim.processes.migration.tastes import GRID, on_grid
from urbsim.state.codes import CITY, COUNTY_TOWN, IN_VILLAGE, N_COUNTIES, OUTSIDE_REGION

_WEAKEST, _STRONGEST = -40.0, 60.0  # numerical: ties between which the root is looked for
_CLOSE = 1e-6  # numerical: how near the root is found


def inclusive_values(utilities: Utilities, dissimilarity: float) -> np.ndarray:
    """(24 types, 111 counties) what all destinations together are worth to a villager (ODD equation M10).

    Logarithm of the sum over nests of exp(IV), IV the dissimilarity times the logarithm of the sum of
    exp(V / dissimilarity) within the nest.
    """
    nests = utilities.nests
    pair = utilities.pair[:N_COUNTIES] / GRID
    value = (utilities.destination[:N_TYPES, None] / GRID + pair) / dissimilarity
    by_nest = [
        dissimilarity * log_sum_exp(value[:, :, nests == nest], axis=2)
        for nest in (COUNTY_TOWN, CITY, OUTSIDE_REGION)
        if np.any(nests == nest)
    ]
    return log_sum_exp(np.stack(by_nest), axis=0)


def log_sum_exp(values: np.ndarray, axis: int) -> np.ndarray:
    """Logarithm of the sum of the exponentials of finite numbers along an axis.

    To the last bit what `scipy.special.logsumexp` of version 1.17 gives, which looks for a dozen kinds of arrays first
    and takes ten times as long for tables as small as these.
    """
    most = values.max(axis=axis, keepdims=True)
    largest = values == most  # precision: they stay out of the sum
    number = largest.sum(axis=axis, keepdims=True, dtype=np.float64)
    others = np.exp(np.where(largest, -np.inf, values) - most).sum(axis=axis, keepdims=True)
    return np.squeeze(np.log1p(others / number) + np.log(number) + most, axis=axis)


def share_leaving(parameters: Parameters, utilities: Utilities, home_tie: float) -> np.ndarray:
    """(24 types, 111 counties) probability that a villager at home who reconsiders leaves (ODD equation M10)."""
    leaving = inclusive_values(utilities, parameters["lambda_nest"])
    return _share(parameters, leaving, utilities, home_tie)


def _share(parameters: Parameters, leaving: np.ndarray, utilities: Utilities, home_tie: float) -> np.ndarray:
    """As `share_leaving`; leaving: of `inclusive_values`, which no tie changes."""
    worth = utilities.village / GRID + _staying(parameters, home_tie)
    return expit(leaving - worth)


def _staying(parameters: Parameters, home_tie: float) -> np.ndarray:
    """(24 types, 1) what a villager at home gains by staying there, by type."""
    tie = np.tile(ties(parameters, home_tie)[IN_VILLAGE], N_TYPES // N_BANDS)
    return parameters["stay_utility"] + tie[:, None]


def aim_on_census_night(parameters: Parameters, years: float) -> float:
    """Share of the villagers who reconsider that leaves, on census night (ODD equation M10).

    The aim is stated for the middle of the decade 2010-2020; villages gain on towns throughout, so that it was
    higher before and is lower after. years: of census night since that middle.
    """
    p = parameters
    return float(
        expit(logit(p["moves_if_reconsidering"]) - p["beta_w"] * p["village_catch_up_per_year"] * years)
    )


def balanced_home_tie(parameters: Parameters, state: Migration, utilities: Utilities, years: float) -> float:
    """The tie to home at which the aimed share of the villagers who reconsider leaves (ODD equation M10).

    utilities: of census night. Without villagers in the sample every cell weighs alike.
    """
    weights = state.leavers if state.leavers.any() else np.ones_like(state.leavers)
    aim = aim_on_census_night(parameters, years)
    leaving = inclusive_values(utilities, parameters["lambda_nest"])

    def excess(home_tie: float) -> float:
        share = _share(parameters, leaving, utilities, home_tie)
        return float(np.sum(share * weights) / np.sum(weights) - aim)

    return root_scalar(excess, bracket=(_WEAKEST, _STRONGEST), method="brentq", xtol=_CLOSE).root


def elastic_staying(parameters: Parameters, state: Migration, utilities: Utilities) -> Utilities:
    """The utilities with villages worth as much as an elasticity of leaving asks (ODD equation M10, variant).

    The share that leaves is that of census night times exp(leaving_elasticity x what destinations have gained over
    the village since), at most `most_leaving`.
    """
    p = parameters
    now, then = (inclusive_values(u, p["lambda_nest"]) for u in (utilities, state.base_utilities))
    gained = now - then - (utilities.village - state.base_utilities.village) / GRID
    before = _share(p, then, state.base_utilities, state.home_tie)
    share = np.minimum(before * np.exp(p["leaving_elasticity"] * gained), p["most_leaving"])
    return replace(utilities, staying=on_grid(now - logit(share) - _staying(p, state.home_tie)))
