"""Members matched to what was counted, each with all that is not fitted kept (randomised maximum likelihood).

A draw that fits with one set of its other numbers does not with another. So each member keeps its seed and its draw of
all that is not fitted, and its free parameters are moved until its own run fits (Oliver, He and Reynolds, 1996; Chen
and Oliver, 2013). Arrays in, arrays out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from urbsim.fit import smoother

LONGEST = (
    1.5  # numerical: a step in standard deviations of a prior, for sensitivities hold near the ensembles
)


def step(
    x: np.ndarray,
    y: np.ndarray,
    aims: np.ndarray,
    covariance: np.ndarray,
    jacobian: np.ndarray,
    anchors: np.ndarray,
    longest: float = LONGEST,
) -> np.ndarray:
    """(M, P) Gauss-Newton steps from x towards the points that each member aims at (ODD equations U5, U8).

    x: (M, P) scores; y: (M, K) what the model says there; aims: (M, K); covariance: (K, K) of what is aimed at less
    the model; jacobian: (K, P); anchors: (M, P) scores that the prior pulls to, with variance 1.
    """
    weighed = np.linalg.solve(covariance, jacobian).T
    pull = (aims - y) @ weighed.T - (x - anchors)
    found = np.linalg.solve(weighed @ jacobian + np.eye(x.shape[1]), pull.T).T
    most = np.maximum(np.abs(found).max(axis=1, keepdims=True), 1e-12)  # guard: no step at all
    return found * np.minimum(1.0, longest / most)


@dataclass(frozen=True)
class Goals:
    """What members aim at. aims: (M, K) what was counted, blurred anew for each by its errors; covariance: (K, K) of
    them; anchors: (M, P) a sample of the prior."""

    aims: np.ndarray
    covariance: np.ndarray
    anchors: np.ndarray

    def costs(self, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(M,) squared distances of runs from their aims, and of their parameters from their anchors."""
        off = self.aims - y
        return (off * np.linalg.solve(self.covariance, off.T).T).sum(axis=1) + ((z - self.anchors) ** 2).sum(
            axis=1
        )


@dataclass(frozen=True)
class Matched:
    """The best run of each member. scores: (M, P); figures: (M, K); at: (M,) the round it was made in; foretold: (K,)
    share of the variance of changes in the last round that sensitivities had foretold."""

    scores: np.ndarray
    figures: np.ndarray
    at: np.ndarray
    foretold: np.ndarray


def matched(
    goals: Goals,
    tried: np.ndarray,
    run: Callable[[np.ndarray, int], np.ndarray],
    sensitivities: Callable[[], np.ndarray],
    rounds: int,
) -> Matched:
    """Runs every member `rounds` times, each time from its best point on. A step that does not help is halved.

    tried: (M, P) where members begin; run: (M, P) scores and the number of a round -> (M, K) figures; sensitivities:
    (K, P), by all runs made so far.
    """
    count = len(tried)
    best, there = tried, run(tried, 0)
    cost, at, length = goals.costs(best, there), np.zeros(count, dtype=int), np.ones((count, 1))
    foretold = np.full(there.shape[1], np.nan)
    for k in range(1, rounds):
        jacobian = sensitivities()
        moved = length * step(best, there, goals.aims, goals.covariance, jacobian, goals.anchors)
        tried = best + moved
        y = run(tried, k)
        foretold = share_foretold(y - there, moved @ jacobian.T)
        reached = goals.costs(tried, y)
        better = reached < cost
        best, there = (np.where(better[:, None], new, old) for new, old in ((tried, best), (y, there)))
        cost, at = np.where(better, reached, cost), np.where(better, k, at)
        length = np.where(better[:, None], 1.0, length / 2)
    return Matched(best, there, at, foretold)


def share_foretold(changes: np.ndarray, said: np.ndarray) -> np.ndarray:
    """(K,) share of squared changes that was foretold. changes, said: (M, K)."""
    return 1 - ((changes - said) ** 2).sum(axis=0) / np.maximum(
        (changes**2).sum(axis=0), 1e-12
    )  # guard: none


def log_evidence(
    z: np.ndarray, y: np.ndarray, observed: np.ndarray, covariance: np.ndarray, jacobian: np.ndarray
) -> np.ndarray:
    """(M,) how likely what was counted is under what each member keeps, whatever its free parameters (U8).

    The logarithm of a normal density up to a constant. z: (M, P); y: (M, K) figures there.
    """
    of_rest = y - z @ jacobian.T
    return smoother.log_likelihood(of_rest, observed, covariance + jacobian @ jacobian.T)
