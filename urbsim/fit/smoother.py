"""The ensemble smoother with multiple data assimilation (Emerick and Reynolds, 2013), for a noisy simulator.

Parameters are given in the space in which their priors are independent and standard normal. Nothing here knows of
urbsim: arrays in, arrays out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def inflations(assimilations: int) -> list[float]:
    """By how much errors are inflated in each round; the inverses add up to 1."""
    return [float(assimilations)] * assimilations


def update(
    z: np.ndarray,
    y: np.ndarray,
    observed: np.ndarray,
    errors: np.ndarray,
    noise: np.ndarray,
    inflation: float,
    normals: np.ndarray,
    groups: np.ndarray | None = None,
    taper: bool = False,
) -> np.ndarray:
    """One round: (M, P) parameters moved towards what explains the observations (ODD equation U4).

    z: (M, P) parameters; y: (M, K) simulated, noise of the simulator included; observed: (K,); errors: (K, K)
    covariance of observation and discrepancy; noise: (K, K) of the simulator; inflation: of both in this round;
    normals: (M, K) standard normal, one row a member; groups: (M,) labels of ensembles that share their sensitivities
    but not their means; taper: damp correlations that M members show by chance.

    What an observation may be off, simulator noise included, is inflated as a whole. The members carry that noise
    once already, so that only the rest is added.
    """
    members = len(z)
    groups = np.zeros(members, dtype=np.int64) if groups is None else groups
    dz, dy, free = _within(z, groups), _within(y, groups), members - np.unique(groups).size
    of_both, of_y = dz.T @ dy / free, dy.T @ dy / free
    if taper:
        of_both = of_both * _beyond_chance(of_both, dz, dy, free)
    added = inflation * errors + (inflation - 1) * noise
    scale = np.sqrt(np.diag(of_y + added))
    scale = np.where(scale > 0, scale, 1.0)
    gain = np.linalg.solve((of_y + added) / scale[:, None] / scale, (of_both / scale).T).T / scale
    innovation = observed + normals @ root(added).T - y
    return z + innovation @ gain.T


def root(covariance: np.ndarray) -> np.ndarray:
    """A matrix whose product with its transpose is the covariance, which may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _within(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Departures from the mean of the own group."""
    out = np.empty_like(x, dtype=np.float64)
    for group in np.unique(groups):
        at = groups == group
        out[at] = x[at] - x[at].mean(axis=0)
    return out


def _beyond_chance(of_both: np.ndarray, dz: np.ndarray, dy: np.ndarray, free: int) -> np.ndarray:
    """(P, K) factors from 0 to 1: the share of each squared correlation that is more than chance gives."""
    spread = np.sqrt((dz**2).sum(axis=0) / free)[:, None] * np.sqrt((dy**2).sum(axis=0) / free)
    squared = np.divide(of_both, spread, out=np.zeros_like(of_both), where=spread > 0) ** 2
    chance = 1.0 / free
    return np.clip(1 - chance / np.maximum(squared, chance), 0.0, 1.0)


def log_likelihood(y: np.ndarray, observed: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """(M,) logarithm of the normal density of the observations about each simulated row, up to a constant."""
    spread = np.sqrt(np.diag(covariance))
    lower = np.linalg.cholesky(covariance / spread[:, None] / spread)
    off = np.linalg.solve(lower, ((observed - y) / spread).T)
    return -0.5 * (off**2).sum(axis=0)


def in_ratio(logs: np.ndarray) -> np.ndarray:
    """(M,) weights that add up to 1, in the ratio of the numbers whose logarithms are given."""
    relative = np.exp(logs - logs.max())
    return relative / relative.sum()


def weights_of(log_weights: np.ndarray, least_effective: float) -> tuple[np.ndarray, float]:
    """(M,) weights that add up to 1, and the power that they were flattened by (1 for not at all).

    least_effective: share of the members; the largest power is taken that gives such an effective sample.
    """
    wanted = least_effective * log_weights.size

    def at(power: float) -> np.ndarray:
        return in_ratio(power * log_weights)

    if effective(at(1.0)) >= wanted:
        return at(1.0), 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(at(middle)) >= wanted else (low, middle)
    return at(low), low


def effective(weights: np.ndarray) -> float:
    """Effective sample size of weights that add up to 1 (Kish)."""
    return float(1 / np.sum(weights**2))


def systematic(weights: np.ndarray, n: int, start: float) -> np.ndarray:
    """(n,) indices drawn by systematic sampling. start: uniform in [0, 1)."""
    return np.searchsorted(np.cumsum(weights), (start + np.arange(n)) / n).clip(0, weights.size - 1)


def shares_of(weights: Sequence[float], n: int) -> list[int]:
    """n split by weights that add up to 1, by largest remainder."""
    exact = np.array(weights) * n
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: n - whole.sum()]] += 1
    return whole.tolist()
