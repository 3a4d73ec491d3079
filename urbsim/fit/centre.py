"""The centre of a fit, draw 0: the most probable point, by the sensitivities that the ensembles show (ODD equation U5).

Medians, each taken alone, of numbers that hang together fit nothing: what one gives another has to take. So the centre
is sought by runs, from the starts on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from urbsim.facts.parameters import climate_year
from urbsim.fit.errors_of_observation import Targets
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.runs import Case

SEEDS, STEPS = 4, 6  # runs of a point, and points that are tried after the starts
_RIDGE = 0.02  # numerical: of the ensemble's size, keeps sensitivities of few members finite
_LONGEST = (
    1.0  # numerical: a step in standard deviations of a prior, for sensitivities hold near the ensembles
)

Observe = Callable[[Sequence[Case], str], list[dict[str, float]]]


@dataclass(frozen=True)
class Centre:
    """Draw 0, and how near it and the starts come.

    scores: (P,) of all fitted numbers, 0 for climates of years; misfit: mean squared distance of the mean of its runs
    from the targets, in units of all that they may be off; of_starts: the same of the starts.
    """

    scores: np.ndarray
    misfit: float
    of_starts: float


def sensitivities(z: np.ndarray, y: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(K, P) how figures move with parameters, by regression within labels. z: (M, P); y: (M, K); labels: (M,)."""
    dz, dy = z.astype(float), y.astype(float)
    for label in np.unique(labels):
        of_it = labels == label
        dz[of_it] -= dz[of_it].mean(axis=0)
        dy[of_it] -= dy[of_it].mean(axis=0)
    return np.linalg.solve(dz.T @ dz + _RIDGE * len(dz) * np.eye(dz.shape[1]), dz.T @ dy).T


def step(
    x: np.ndarray, y: np.ndarray, observed: np.ndarray, covariance: np.ndarray, jacobian: np.ndarray
) -> np.ndarray:
    """(P,) Gauss-Newton step from x towards the mode of the posterior (ODD equation U5).

    x: (P,) scores, a priori standard normal; y: (K,) what the model says there; covariance: (K, K) of the observed less
    the model; jacobian: (K, P).
    """
    weighed = np.linalg.solve(covariance, jacobian).T
    found = np.linalg.solve(weighed @ jacobian + np.eye(x.size), weighed @ (observed - y) - x)
    return found * min(1.0, _LONGEST / max(np.abs(found).max(initial=0.0), 1e-12))  # guard: no step at all


def centre_of(
    plan: Plan, targets: Targets, luck: np.ndarray, z: np.ndarray, y: np.ndarray, labels: np.ndarray,
    variant: str, observe: Observe,
) -> Centre:  # fmt: skip
    """The best of the starts and of the points that steps from there lead to. luck: (K, K) covariance of one run's."""
    fitted = np.array([climate_year(name) is None for name in plan.names])
    jacobian = sensitivities(z, y, labels)[:, fitted]
    covariance = targets.beyond_simulator + luck / SEEDS
    x = np.array([plan.start_score(name) for name in plan.names])
    best, tried, length = None, x, 1.0
    of_starts = np.nan
    for k in range(STEPS + 1):
        runs = plan.central(tried, variant, SEEDS)
        said = vectors(observe(runs, f"centre {k}"), targets.keys).mean(axis=0)
        off = said - targets.values
        cost = off @ np.linalg.solve(covariance, off) + tried @ tried
        misfit = float(np.mean(off**2 / np.diag(covariance)))
        if best is None:
            of_starts = misfit
        if best is None or cost < best[0]:
            best, length = (cost, tried, said, misfit), 1.0
        else:
            length /= 2
        _, at, there, _ = best
        tried = at.copy()
        tried[fitted] += length * step(at[fitted], there, targets.values, covariance, jacobian)
    assert best is not None
    return Centre(best[1], best[3], of_starts)
