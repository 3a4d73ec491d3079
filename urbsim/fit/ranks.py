"""Simulation-based calibration: worlds with known parameters, fitted like the real one (Talts et al., 2018).

For each world parameters are drawn from the priors, run, and blurred by error and discrepancy. Fitted to that, the rank
of the known value in the posterior is uniform if the machinery is right; too many ranks at the ends mean a posterior
that is too narrow.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from urbsim.fit import smoother, transform
from urbsim.fit.door import base_night
from urbsim.fit.ensemble import measured_noise, near_of, regressed, smoothed
from urbsim.fit.errors_of_observation import of_role
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.recipe import Ranks
from urbsim.fit.regression import sample
from urbsim.fit.workshop import Workshop
from urbsim.results import store
from urbsim.results.digests import code_digest, facts_digest

FOLDER, RANKS, RECORD = "ranks", "ranks.csv", "record.yaml"
_TRUTHS = (
    1_000  # the round that the known parameters are drawn in; rounds of the fits follow, some for each world
)
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


def runs_of(plan: Plan) -> int:
    """How many runs the check makes: the first round serves all worlds."""
    size = _size(plan)
    each = size.members * (size.assimilations - 1)
    return 2 * size.noise_runs + size.replicates + size.members + size.replicates * each


def check(plan: Plan, workshop: Workshop) -> Checked:
    """Fits every invented world. Raises RunError where a run fails."""
    size = _size(plan)
    targets = of_role(plan.protocol, base_night(plan.protocol.forecast, size.scale))
    noise = measured_noise(plan, targets, workshop.observe)
    first = plan.first_draw(_TRUTHS)
    truths = np.array([transform.scores_of_draw(plan.names, first + k) for k in range(size.replicates)])
    groups = np.repeat(np.arange(len(plan.weights)), smoother.shares_of(plan.weights, size.replicates))
    found = workshop.observe(plan.round(_TRUTHS, truths, groups), "known worlds")
    blur = transform.keyed_normals("blur of known worlds", size.replicates, len(targets.keys))
    observed = vectors(found, targets.keys) + blur @ smoother.root(targets.beyond_simulator).T
    ranks = []
    for k in range(size.replicates):
        part = _TRUTHS + 1 + k * size.assimilations
        rounds, scores = smoothed(
            plan, targets, noise, observed[k], workshop.observe, plan.prior_scores(), f"world {k + 1}", part
        )
        # As the fit draws what it confirms.
        posterior = regressed(plan, targets, noise, near_of(rounds), curved=False).posterior(
            observed[k], targets.beyond_simulator
        )
        normals = transform.keyed_normals(f"posterior of world {k + 1}", *scores.shape)
        scores, _ = sample(*posterior, plan.groups, normals)
        ranks.append((np.sum(scores < truths[k], axis=0) + 0.5) / (len(scores) + 1))
    return Checked(plan.names, np.array(ranks))


def _size(plan: Plan) -> Ranks:
    assert isinstance(plan.size, Ranks)
    return plan.size


def write(checked: Checked, plan: Plan, folder: Path) -> dict[str, Any]:
    """Writes the folder of the check, whole or not at all, and returns its record. Raises OSError."""
    probability, inside = checked.by_parameter(), checked.coverage(0.9)
    record = {
        "protocol": plan.in_force._asdict(),
        "recipe": plan.recipe.name,
        **_size(plan).model_dump(),
        "holds": checked.holds(),
        "covered_by_90": round(float(inside.mean()), 3),
        "parameters": {
            name: {"probability": round(float(p), 4), "covered_by_90": round(float(c), 3)}
            for name, p, c in zip(checked.names, probability, inside, strict=True)
        },
        "digests": {"code": code_digest(), "facts": facts_digest()},
    }
    with store.whole_folder(folder) as place:
        with (place / RANKS).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(("world", *checked.names))
            writer.writerows([k + 1, *(f"{rank:.4f}" for rank in row)] for k, row in enumerate(checked.ranks))
        store.write_yaml(record, place / RECORD)
    return record
