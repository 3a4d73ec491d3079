"""The smoother where the posterior is known: linear and normal with a noisy simulator, and one that is neither."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import block_diag

from urbsim.fit import smoother
from urbsim.fit.errors_of_observation import covariance_of_noise

RNG = 20_201_031


def linear(members: int, assimilations: int, taper: bool = False, groups: np.ndarray | None = None):
    """Ensemble, exact mean and exact covariance of z in observed = G z + error + noise, z standard normal."""
    rng = np.random.default_rng(RNG)
    g = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.3, 0.3, 0.0]])
    errors = np.diag([0.3, 0.5, 1.0, 0.2]) ** 2
    noise = 0.4**2 * np.array([[1, 0.8, 0, 0], [0.8, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    observed = np.array([1.5, -0.7, 2.0, 0.4])
    precision = np.linalg.inv(errors + noise)
    exact = np.linalg.inv(np.eye(3) + g.T @ precision @ g)
    z = rng.standard_normal((members, 3))
    for inflation in smoother.inflations(assimilations):
        y = z @ g.T + rng.standard_normal((members, 4)) @ smoother.root(noise).T
        normals = rng.standard_normal((members, 4))
        z = smoother.update(z, y, observed, errors, noise, inflation, normals, groups, taper)
    return z, exact @ g.T @ precision @ observed, exact


@pytest.mark.parametrize("assimilations", [1, 4])
def test_the_posterior_of_a_linear_problem_is_exact(assimilations: int):
    z, mean, covariance = linear(40_000, assimilations)
    np.testing.assert_allclose(z.mean(axis=0), mean, atol=0.02)
    np.testing.assert_allclose(np.cov(z.T), covariance, atol=0.02)


def test_simulator_noise_counted_twice_or_not_at_all_would_show():
    """The test above can fail: with the noise left out of the errors the spread is too small by more than allowed."""
    z, _, covariance = linear(40_000, 4)
    g = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.3, 0.3, 0.0]])
    without = np.linalg.inv(np.eye(3) + g.T @ np.linalg.inv(np.diag([0.3, 0.5, 1.0, 0.2]) ** 2) @ g)
    assert np.abs(without - covariance).max() > 0.05
    assert np.abs(np.cov(z.T) - without).max() > 0.05


def test_what_no_observation_tells_of_keeps_its_prior():
    z, _, _ = linear(250, 4, taper=True)
    assert abs(z[:, 2].mean()) < 0.2
    assert 0.85 < z[:, 2].std() < 1.15
    untapered, _, _ = linear(30, 4)
    tapered, _, _ = linear(30, 4, taper=True)
    assert abs(tapered[:, 2].std() - 1) < abs(untapered[:, 2].std() - 1)


def test_groups_share_sensitivities_and_not_means():
    """A variant that simulates one unit more of everything needs parameters that give one unit less."""
    rng = np.random.default_rng(RNG)
    groups = np.repeat([0, 1], 20_000)
    z = rng.standard_normal((groups.size, 1))
    y = z + groups[:, None] + 0.0
    errors, none = np.array([[0.25]]), np.zeros((1, 1))
    normals = rng.standard_normal((groups.size, 1))
    moved = smoother.update(z, y, np.array([1.0]), errors, none, 1.0, normals, groups)
    assert moved[groups == 0].mean() == pytest.approx(0.8, abs=0.02)  # (1 - 0) / (1 + 0.25)
    assert moved[groups == 1].mean() == pytest.approx(0.0, abs=0.02)
    assert moved[groups == 0].var() == pytest.approx(0.2, abs=0.02)


def test_weights_of_real_runs_mend_a_curved_problem():
    """y = exp(z): the smoother is off, and importance weights bring its mean to that of the integral."""
    rng = np.random.default_rng(RNG)
    z = rng.standard_normal((20_000, 1))
    errors, none, observed = np.array([[0.5**2]]), np.zeros((1, 1)), np.array([2.5])
    for inflation in smoother.inflations(4):
        normals = rng.standard_normal(z.shape)
        z = smoother.update(z, np.exp(z), observed, errors, none, inflation, normals)
    grid = np.linspace(-5, 5, 20_001)
    density = np.exp(-0.5 * grid**2 - 0.5 * ((2.5 - np.exp(grid)) / 0.5) ** 2)
    mean = (grid * density).sum() / density.sum()
    before = z.mean()
    normals = rng.standard_normal(z.shape)
    z, density_of_z = z.mean() + z.std() * normals, -0.5 * (normals**2).sum(axis=1)
    logs = -0.5 * (z**2).sum(axis=1) + smoother.log_likelihood(np.exp(z), observed, errors)
    weights, power = smoother.weights_of(logs - density_of_z, 0.1)
    assert power == 1.0
    weighted = float(weights @ z[:, 0])
    assert abs(weighted - mean) < 0.01
    assert abs(before - mean) > abs(weighted - mean)
    spread = np.sqrt(((grid - mean) ** 2 * density).sum() / density.sum())
    assert np.sqrt(weights @ (z[:, 0] - weighted) ** 2) == pytest.approx(spread, rel=0.05)


def test_weights_are_flattened_no_more_than_needed():
    logs = np.array([0.0, -50.0, -60.0, -1.0])
    weights, power = smoother.weights_of(logs, 0.75)
    assert smoother.effective(weights) == pytest.approx(3.0, abs=0.01)
    assert 0 < power < 1
    assert smoother.weights_of(logs, 0.25)[1] == 1.0


def test_systematic_samples_and_shares_are_as_the_weights():
    taken = smoother.systematic(np.array([0.5, 0.3, 0.2]), 10, 0.5)
    assert np.bincount(taken).tolist() == [5, 3, 2]
    assert smoother.shares_of([0.5, 0.3, 0.2], 7) == [4, 2, 1]  # 3.5, 2.1, 1.4


def test_noise_of_few_runs_keeps_its_size_and_loses_chance_correlations():
    rng = np.random.default_rng(RNG)
    truth = np.asarray(block_diag([[4.0, 3.6], [3.6, 4.0]], np.eye(18)))
    runs = rng.standard_normal((24, 20)) @ smoother.root(truth).T
    found = covariance_of_noise(runs)
    np.testing.assert_allclose(np.diag(found), runs.var(axis=0, ddof=1))
    sample = np.cov(runs.T)
    assert np.linalg.norm(found - truth) < np.linalg.norm(sample - truth)
    assert np.linalg.eigvalsh(found).min() > 0  # 24 runs of 100 figures still give a covariance
    assert np.linalg.eigvalsh(covariance_of_noise(rng.standard_normal((24, 100)))).min() > 0
