"""The emulator of a fit foretells what it has not seen, and its chains find a posterior that is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench import emulator
from urbsim.errors import InputError
from urbsim.fit.plan import plan_of
from urbsim.fit.recipe import load_recipe

J = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, -0.5], [0.3, 0.0, 0.8]])


def runs(noise: float, square: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """300 runs of two variants that differ by a constant."""
    rng = np.random.default_rng(7)
    z, groups = rng.standard_normal((300, 3)), np.repeat([0, 1], 150)
    return (
        z,
        z @ J.T + square * (z**2 - 1) @ J.T + groups[:, None] + noise * rng.standard_normal((300, 3)),
        groups,
    )


def test_it_foretells_what_noise_leaves():
    z, y, groups = runs(0.5, square=0.3)
    share, off = emulator.held_out(z, y, groups, 2)
    left = 0.25 / (y - groups[:, None]).var(axis=0)
    assert share == pytest.approx(1 - left, abs=0.08)
    assert off.std(axis=0) == pytest.approx([0.5] * 3, rel=0.2)
    shuffled = np.random.default_rng(1).permutation(y)
    assert emulator.held_out(z, shuffled, groups, 2)[0].max() < 0.1


def test_chains_find_the_posterior_of_a_straight_problem(monkeypatch: pytest.MonkeyPatch):
    z, y, groups = runs(0.05)
    learnt = emulator.learnt(z, y, groups, 2)
    observed, covariance = np.array([1.5, 0.5, 1.0]), 0.25 * np.eye(3)
    monkeypatch.setattr(emulator, "_STEP", 0.4)
    sample, taken = emulator.chains(learnt, 1, observed, covariance, np.random.default_rng(2))
    exact = np.linalg.inv(J.T @ J / 0.25 + np.eye(3))
    mean = exact @ J.T @ (observed - 1) / 0.25
    assert 0.1 < taken < 0.9
    assert sample.mean(axis=0) == pytest.approx(mean, abs=0.06)
    assert sample.std(axis=0) == pytest.approx(np.sqrt(np.diag(exact)), rel=0.1)


def test_without_the_runs_it_says_so(tmp_path: Path):
    with pytest.raises(InputError, match="run `urbsim fit` to its end first"):
        emulator.compared(plan_of(load_recipe(), small=True), tmp_path)
