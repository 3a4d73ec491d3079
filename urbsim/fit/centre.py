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
from urbsim.fit.matching import step
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.runs import Case

SEEDS, STEPS = 4, 6  # runs of a point, and points that are tried after the starts
_LONGEST = 1.0  # numerical: a step in standard deviations of a prior

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


def centre_of(
    plan: Plan, targets: Targets, luck: np.ndarray, jacobian: np.ndarray, variant: str, observe: Observe
) -> Centre:
    """The best of the starts and of the points that steps from there lead to.

    luck: (K, K) covariance of one run's; jacobian: (K, P) sensitivities.
    """
    fitted = np.array([climate_year(name) is None for name in plan.names])
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
        moved = step(
            at[None, fitted],
            there[None],
            targets.values[None],
            covariance,
            jacobian[:, fitted],
            np.zeros((1, int(fitted.sum()))),
            _LONGEST,
        )
        tried[fitted] += length * moved[0]
    assert best is not None
    return Centre(best[1], best[3], of_starts)
