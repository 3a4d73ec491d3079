"""Sensitivities by regression: exact where figures are straight, and told by members' own runs where luck is large."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.fit.regression import sensitivities

JACOBIAN = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, -1.0]])
MEMBERS, ROUNDS = 200, 3


def runs(rng: np.random.Generator, kept: float, noise: float):
    """Three runs of each of 200 members of two variants: y = a(variant) + J z + what a member keeps + noise."""
    groups = np.tile(np.repeat([0, 1], MEMBERS // 2), ROUNDS)
    members = np.tile(np.arange(MEMBERS), ROUNDS)
    z = rng.standard_normal((members.size, 3)) * 0.7 + 5.0 * groups[:, None]
    luck = kept * rng.standard_normal((MEMBERS, 2))
    y = z @ JACOBIAN.T + luck[members] + noise * rng.standard_normal((members.size, 2))
    return z, y + groups[:, None] * np.array([70.0, -30.0]), groups, members


def test_sensitivities_are_those_within_a_variant():
    """Two variants with other means and one slope: differences between them tell nothing."""
    z, y, groups, members = runs(np.random.default_rng(1), 0.0, 0.01)
    # The ridge is two per cent of the runs; slopes are that much too small.
    assert sensitivities(z, y, groups, members) == pytest.approx(JACOBIAN, abs=0.06)


def test_own_runs_of_members_tell_what_their_luck_hides():
    """The error is that of runs without the luck, not that of all runs: sqrt(600) against 20 times as large."""
    rng = np.random.default_rng(2)
    z, y, groups, members = runs(rng, 20.0, 0.2)
    assert sensitivities(z, y, groups, members) == pytest.approx(JACOBIAN, abs=0.1)
    alone = sensitivities(z, y, groups, np.arange(members.size))  # as if each run were a member of its own
    assert np.abs(alone - JACOBIAN).max() > 0.3


def test_slopes_that_chance_shows_are_damped():
    rng = np.random.default_rng(3)
    z, y = rng.standard_normal((600, 20)), rng.standard_normal((600, 30))
    groups, members = np.zeros(600, dtype=int), np.arange(600) // 3
    found = sensitivities(z, y, groups, members)
    plain = z.T @ y / 600
    # Of a standard normal t the damped one is (t - 1/t) beyond 1, else 0: root mean square 0.58.
    assert np.sqrt(np.mean(found**2)) < 0.65 * np.sqrt(np.mean(plain**2))


def test_few_runs_give_finite_slopes():
    rng = np.random.default_rng(4)
    zeros = np.zeros(8, dtype=int)
    found = sensitivities(rng.standard_normal((8, 13)), rng.standard_normal((8, 2)), zeros, np.arange(8) // 2)
    assert found.shape == (2, 13) and np.isfinite(found).all()
