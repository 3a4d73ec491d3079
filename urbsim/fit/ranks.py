"""Simulation-based calibration: worlds with known parameters, fitted like the real one (Talts et al., 2018).

A world is the first run of a member, whose parameters come from the priors, blurred by error and discrepancy. Other
members are matched to it; the rank of the known value among theirs is uniform if the machinery is right. Too many ranks
at the ends mean a posterior that is too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from urbsim.fit import check_folder, smoother, transform
from urbsim.fit.ensemble import Posterior, goals_of, match
from urbsim.fit.matching import log_evidence
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.recipe import Check, Ranks
from urbsim.fit.workshop import Workshop

CHECK, FOLDER, RANKS = "ranks", "ranks", "ranks.csv"
_DOUBTFUL = 0.05  # probability below which uniform ranks are doubted


@dataclass(frozen=True)
class Checked:
    """ranks: (R, P) share of the posterior below the known value; names: (P,) parameters."""

    names: Sequence[str]
    ranks: np.ndarray

    def by_parameter(self) -> np.ndarray:
        """(P,) probability of ranks as uneven as these, by parameter."""
        return np.array([unevenness(column) for column in self.ranks.T])

    def coverage(self, share: float) -> np.ndarray:
        """(P,) share of the worlds whose known value lies inside the central interval of that share."""
        return np.mean(np.abs(self.ranks - 0.5) <= share / 2, axis=0)

    def holds(self) -> bool:
        """Whether no parameter's ranks are more uneven than chance gives among so many parameters (Holm)."""
        return bool(self.by_parameter().min() >= _DOUBTFUL / len(self.names))


def unevenness(ranks: np.ndarray) -> float:
    """Probability of ranks at least as uneven as these if they are uniform: Kolmogorov and Smirnov's test."""
    return float(stats.kstest(ranks, "uniform").pvalue)


def runs_of(plan: Plan, size: Check) -> int:
    """How many runs the check makes at most beside those of the fit, of which it has the first round."""
    return _size(size).replicates * plan.some(size.members).size * (size.matchings - 1)


def check(found: Posterior, size: Check, workshop: Workshop) -> Checked:
    """Fits every invented world. Raises RunError where a run fails."""
    plan, targets, noise = found.plan, found.targets, found.noise
    first, priors = found.rounds[0], plan.prior_scores()
    worlds = plan.some(_size(size).replicates)
    blur = transform.keyed_normals("blur of known worlds", worlds.size, len(targets.keys))
    observed = vectors(first.found, targets.keys)[worlds] + blur @ smoother.root(targets.beyond_simulator).T
    ranks = []
    for world, seen in zip(worlds, observed, strict=True):
        others = plan.some(size.members)
        others = others[others != world]
        called = f"world {world + 1}"
        goals = goals_of(plan, targets, noise, called, others, seen)
        last, _, _ = match(
            plan,
            targets,
            noise,
            goals,
            priors[others],
            others,
            size.matchings,
            workshop.observe,
            called,
            lambda _: found.jacobian,
        )
        logs = log_evidence(last.scores, last.figures, seen, goals.covariance, found.jacobian)
        weights, _ = smoother.weights_of(logs, plan.recipe.least_effective)
        below = weights @ (last.scores < priors[world])
        ranks.append((below * len(weights) + 0.5) / (len(weights) + 1))
    return Checked(plan.names, np.array(ranks))


def _size(size: Check) -> Ranks:
    assert isinstance(size, Ranks)
    return size


def write(checked: Checked, plan: Plan, size: Check, folder: Path) -> dict[str, Any]:
    """Writes the folder of the check, whole or not at all, and returns its record. Raises OSError."""
    probability, inside = checked.by_parameter(), checked.coverage(0.9)
    said = {
        "holds": checked.holds(),
        "covered_by_90": round(float(inside.mean()), 3),
        "parameters": {
            name: {"probability": round(float(p), 4), "covered_by_90": round(float(c), 3)}
            for name, p, c in zip(checked.names, probability, inside, strict=True)
        },
    }
    rows = ([k + 1, *(f"{rank:.4f}" for rank in row)] for k, row in enumerate(checked.ranks))
    return check_folder.write(folder, plan, size, RANKS, ("world", *checked.names), rows, said)
