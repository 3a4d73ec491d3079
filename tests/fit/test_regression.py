"""The regression that a fit draws its posterior from: exact where figures are straight, mended where they are curved."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.fit import smoother
from urbsim.fit.regression import regression, sample

GROUPS = np.repeat([0, 1], 300)
ROUNDS = np.tile(np.repeat([0, 1], 150), 2)


def straight(rng: np.random.Generator, noise: float):
    """600 runs of two variants in two rounds: y = a(variant) + J z + noise."""
    jacobian = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, -1.0]])
    constants = np.array([[0.0, 1.0], [3.0, -1.0]])
    z = rng.standard_normal((600, 3)) * 0.7 + ROUNDS[:, None] * [0.5, -0.2, 0.1]
    return z, constants[GROUPS] + z @ jacobian.T + noise * rng.standard_normal((600, 2)), jacobian, constants


def test_straight_figures_give_the_posterior_of_the_textbook():
    rng = np.random.default_rng(1)
    z, y, jacobian, constants = straight(rng, 1e-6)
    found = regression(z, y, GROUPS, ROUNDS, 2, np.eye(2), curved=False)
    observed, errors = np.array([1.0, 2.0]), np.diag([0.25, 1.0])
    means, covariance = found.posterior(observed, errors)
    # The ridge is two per cent of the runs; slopes are that much too small.
    exact = np.linalg.inv(jacobian.T @ np.linalg.inv(errors) @ jacobian + np.eye(3))
    assert covariance == pytest.approx(exact, abs=0.03)
    for variant in (0, 1):
        mean = exact @ jacobian.T @ np.linalg.solve(errors, observed - constants[variant])
        assert means[variant] == pytest.approx(mean, abs=0.08)
    drawn, density = sample(means, covariance, GROUPS, rng.standard_normal((600, 3)))
    assert drawn[GROUPS == 1].mean(axis=0) == pytest.approx(means[1], abs=4 * np.sqrt(exact.max() / 300))
    assert density.shape == (600,) and density.max() <= 0


def test_residuals_tell_the_noise_and_held_out_runs_what_is_foretold():
    rng = np.random.default_rng(2)
    z, y, _, _ = straight(rng, 0.5)
    found = regression(z, y, GROUPS, ROUNDS, 2, np.eye(2), curved=False)
    assert np.sqrt(np.diag(found.noise)) == pytest.approx([0.5, 0.5], rel=0.1)
    z, y, _, _ = straight(rng, 0.5)
    share = found.held_out(z, y, GROUPS)
    assert share == pytest.approx([1 - 0.25 / y[:, 0].var(), 1 - 0.25 / y[:, 1].var()], abs=0.05)
    assert found.held_out(z, rng.permutation(y), GROUPS).max() < 0.1


def test_slopes_that_chance_shows_are_damped():
    rng = np.random.default_rng(3)
    z = rng.standard_normal((600, 20))
    found = regression(z, rng.standard_normal((600, 30)), GROUPS, ROUNDS, 2, np.eye(30), curved=False)
    _, covariance = found.posterior(np.zeros(30), 0.1 * np.eye(30))
    assert np.sqrt(np.diag(covariance)).min() > 0.98  # nothing is learnt of what moves nothing


def test_few_runs_take_the_noise_that_was_measured():
    rng = np.random.default_rng(4)
    zeros = np.zeros(8, dtype=int)
    found = regression(
        rng.standard_normal((8, 5)), rng.standard_normal((8, 2)), zeros, zeros, 1, 7 * np.eye(2), True
    )
    assert found.noise[0, 0] == 7 and np.isfinite(found.said(np.zeros((1, 5)), zeros[:1])).all()


def test_squares_and_weights_mend_a_curved_problem():
    """y = z + 0.3 z^2 seen as 1.5 with error 0.3: the mean by quadrature."""
    rng = np.random.default_rng(5)
    zeros = np.zeros(2000, dtype=int)
    z = rng.standard_normal((2000, 1)) * 0.5 + 1.0
    y = z + 0.3 * z**2 + 0.1 * rng.standard_normal(z.shape)
    flat, curved = (regression(z, y, zeros, zeros, 1, np.eye(1), c) for c in (False, True))
    observed, errors = np.array([1.5]), np.array([[0.09]])
    means, covariance = flat.posterior(observed, errors)
    drawn, density = sample(means, covariance, zeros, rng.standard_normal((2000, 1)))
    logs = smoother.log_likelihood(curved.said(drawn, zeros), observed, errors + curved.noise)
    weights, power = smoother.weights_of(logs - 0.5 * drawn[:, 0] ** 2 - density, 0.1)
    grid = np.linspace(-4, 5, 4001)
    exact = np.exp(-0.5 * grid**2 - 0.5 * (1.5 - grid - 0.3 * grid**2) ** 2 / 0.1)
    assert power == 1 and smoother.effective(weights) > 1000
    assert weights @ drawn[:, 0] == pytest.approx(grid @ exact / exact.sum(), abs=0.03)
