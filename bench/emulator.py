"""A second way to the posterior: an emulator of the stored runs of a fit, and Markov chains on it.

`python -m bench.emulator` reads the runs that `urbsim fit` stored and makes none. A Gaussian process with a quadratic
kernel learns each figure from the last rounds and the confirming runs; what it foretells of runs that it has not seen
is printed. Chains (preconditioned Crank-Nicolson, Cotter et al. 2013) then draw from prior times likelihood, and their
means and spreads stand beside those of the fit.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from urbsim.errors import InputError, Problem
from urbsim.fit import ensemble, smoother
from urbsim.fit.errors_of_observation import covariance_of_noise
from urbsim.fit.plan import Plan, plan_of, vectors
from urbsim.fit.posterior import spread
from urbsim.fit.recipe import load_recipe
from urbsim.fit.runs import Case

_LINEAR = (0.1, 1.0, 10.0)  # variances of the straight part over that of the noise, tried
_SQUARE = (0.0, 0.03, 0.3)  # of the quadratic part
_CONSTANT = 10.0  # of the constants of variants, for parameters of few runs are not zero on average
_FOLDS = 5
_CHAINS, _STEPS, _KEPT_EVERY = 64, 6_000, 20
_STEP = 0.12  # of the chains: share of a new independent draw from the prior


class StoredRuns:
    """What `ensemble.fit` asks for runs, answered from a folder alone."""

    def __init__(self, out: Path) -> None:
        self.out = out

    def observe(self, cases: Sequence[Case], called: str) -> list[dict[str, float]]:
        """What stored runs say. Raises InputError where some are missing."""
        found = [case.stored(self.out) for case in cases]
        if any(seen is None for seen in found):
            missing = sum(seen is None for seen in found)
            message = f"lacks {missing} of {len(cases)} runs of {called}"
            raise InputError(
                [Problem(message, file=str(self.out), allowed="run `urbsim fit` to its end first")]
            )
        return [seen for seen in found if seen is not None]


@dataclass(frozen=True)
class Emulator:
    """A process for each figure. z: (M, P) runs; means: (V, K) of variants; weights: (M, K); scales: (K, 2)."""

    z: np.ndarray
    means: np.ndarray
    weights: np.ndarray
    scales: np.ndarray

    def said(self, z: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """(n, K) figures at (n, P) parameters of (n,) variants."""
        dot = z @ self.z.T / self.z.shape[1]
        straight, square = dot @ self.weights, dot**2 @ self.weights
        return self.means[groups] + straight * self.scales[:, 0] + square * self.scales[:, 1]


def learnt(z: np.ndarray, y: np.ndarray, groups: np.ndarray, variants: int) -> Emulator:
    """The emulator of runs. Scales are those with the least error of each run foretold by the others."""
    means = np.array([y[groups == v].mean(axis=0) for v in range(variants)])
    off = y - means[groups]
    dot = z @ z.T / z.shape[1]
    same = _CONSTANT * (groups[:, None] == groups)
    best = np.full(y.shape[1], np.inf)
    weights, scales = np.zeros_like(off), np.zeros((y.shape[1], 2))
    for linear in _LINEAR:
        for square in _SQUARE:
            inverse = np.linalg.inv(same + linear * dot + square * dot**2 + np.eye(len(z)))
            found = inverse @ off
            error = np.mean((found / np.diag(inverse)[:, None]) ** 2, axis=0)
            better = error < best
            best = np.where(better, error, best)
            weights[:, better], scales[better] = found[:, better], (linear, square)
    constants = [_CONSTANT * weights[groups == v].sum(axis=0) for v in range(variants)]
    return Emulator(z, means + np.array(constants), weights, scales)


def held_out(
    z: np.ndarray, y: np.ndarray, groups: np.ndarray, variants: int
) -> tuple[np.ndarray, np.ndarray]:
    """(K,) share of the variance within variants that is foretold of runs left out, and (M, K) what is not."""
    off = np.empty_like(y)
    for fold in range(_FOLDS):
        out = np.arange(len(z)) % _FOLDS == fold
        off[out] = y[out] - learnt(z[~out], y[~out], groups[~out], variants).said(z[out], groups[out])
    within = y - np.array([y[groups == v].mean(axis=0) for v in range(variants)])[groups]
    return 1 - (off**2).mean(axis=0) / np.maximum(
        (within**2).mean(axis=0), 1e-12
    ), off  # guard: one that never moves


def chains(
    emulator: Emulator, variant: int, observed: np.ndarray, covariance: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """(n, P) a sample of the posterior of a variant, and the share of steps that were taken."""
    groups = np.full(_CHAINS, variant)

    def likelihood(z: np.ndarray) -> np.ndarray:
        return smoother.log_likelihood(emulator.said(z, groups), observed, covariance)

    z = emulator.z[rng.integers(0, len(emulator.z), _CHAINS)]
    now, kept, taken = likelihood(z), [], 0.0
    for step in range(_STEPS):
        tried = np.sqrt(1 - _STEP**2) * z + _STEP * rng.standard_normal(z.shape)
        then = likelihood(tried)
        yes = np.log(rng.random(_CHAINS)) < then - now
        z, now = np.where(yes[:, None], tried, z), np.where(yes, then, now)
        taken += float(yes.mean()) / _STEPS
        if step >= _STEPS // 2 and step % _KEPT_EVERY == 0:
            kept.append(z)
    return np.concatenate(kept), taken


def compared(plan: Plan, out: Path) -> list[str]:
    """The lines that are printed."""
    found = ensemble.fit(plan, StoredRuns(out))
    near = [found.rounds[1], found.matched]  # two runs a member, which share its luck
    z = np.concatenate([made.scores for made in near])
    y = np.concatenate([vectors(made.found, found.targets.keys) for made in near])
    groups, variants = np.tile(plan.groups, len(near)), len(plan.variants)
    size = np.sqrt(np.diag(found.targets.beyond_simulator))
    share, off = held_out(z, y / size, groups, variants)
    emulator = learnt(z, y / size, groups, variants)
    covariance = found.targets.beyond_simulator / size[:, None] / size + covariance_of_noise(off)
    sample, taken = chains(
        emulator, found.likeliest, found.targets.values / size, covariance, np.random.default_rng(0)
    )
    own = found.groups == found.likeliest
    weights = found.weights[own] / found.weights[own].sum()
    mean, wide = weights @ found.matched.scores[own], spread(found.matched.scores[own], weights)
    apart = sample.mean(axis=0) - mean
    lines = [
        f"{len(z)} runs; share of the variance foretold of runs left out: median {np.median(share):.2f}, "
        f"tenths {np.quantile(share, 0.1):.2f} to {np.quantile(share, 0.9):.2f}",
        f"{len(sample)} draws of {_CHAINS} chains of {plan.variants[found.likeliest]}, {taken:.0%} of steps taken",
        f"means apart: {np.sqrt(np.mean(apart**2)):.2f} sd of the prior (root mean square)",
        f"{'parameter':28} {'mean':>6} {'sd':>5} {'of fit':>7} {'sd':>5} {'apart':>6}",
    ]
    order = np.argsort(-np.abs(apart), kind="stable")
    lines += [
        f"{plan.names[p]:28} {sample[:, p].mean():+6.2f} {sample[:, p].std():5.2f} {mean[p]:+7.2f} {wide[p]:5.2f} "
        f"{apart[p]:+6.2f}"
        for p in order
    ]
    return lines


def main() -> None:
    """Reads the runs and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.emulator", description=__doc__)
    parser.add_argument("recipe", nargs="?", type=Path)
    parser.add_argument("--out", type=Path, default=Path("results"))
    asked = parser.parse_args()
    plan = plan_of(load_recipe(asked.recipe))
    print("\n".join(compared(plan, asked.out / f"fit_{plan.recipe.name}")))


if __name__ == "__main__":
    main()
