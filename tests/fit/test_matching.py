"""Members matched with all that they keep: exact where figures are straight, no worse than before where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.fit import smoother
from urbsim.fit.matching import Goals, log_evidence, matched, share_foretold

G = np.array([[1.0, 0.5], [0.0, 2.0], [0.3, 0.3]])
H = np.array([[2.0], [1.0], [-1.0]])  # of what is kept
ERRORS = np.diag([0.25, 1.0, 0.5])
OBSERVED = np.array([1.5, -0.7, 2.0])


def goals(rng: np.random.Generator, members: int) -> Goals:
    aims = OBSERVED + rng.standard_normal((members, 3)) @ smoother.root(ERRORS).T
    return Goals(aims, ERRORS, rng.standard_normal((members, 2)))


def test_the_posterior_of_a_straight_problem_is_that_of_free_and_kept_numbers_together():
    """y = G z + H w + error: mean and covariance of (z, w) by the textbook, of which only z is moved."""
    rng = np.random.default_rng(1)
    members = 40_000
    aimed = goals(rng, members)
    kept = rng.standard_normal((members, 1))
    found = matched(aimed, aimed.anchors, lambda z, _: z @ G.T + kept @ H.T, lambda: G, 4)
    logs = log_evidence(found.scores, found.figures, OBSERVED, ERRORS, G)
    weights, power = smoother.weights_of(logs, 0.01)
    assert power == 1
    both = np.concatenate([found.scores, kept], axis=1)
    all_of = np.concatenate([G, H], axis=1)
    covariance = np.linalg.inv(np.eye(3) + all_of.T @ np.linalg.solve(ERRORS, all_of))
    mean = covariance @ all_of.T @ np.linalg.solve(ERRORS, OBSERVED)
    few = 5 / np.sqrt(smoother.effective(weights))  # standard errors of a mean of numbers of spread 1
    assert weights @ both == pytest.approx(mean, abs=few)
    off = both - weights @ both
    np.testing.assert_allclose((off * weights[:, None]).T @ off, covariance, atol=2 * few)
    alike = np.full(members, 1 / members)
    assert abs(alike @ kept - mean[2]) > 0.1  # without weights what is kept learns nothing


def test_each_run_fits_with_what_it_keeps():
    """What is kept scatters figures by 10; matched they scatter by their errors, where free numbers reach them."""
    rng = np.random.default_rng(2)
    one = np.array([[1.0]])
    members = 2_000
    aimed = Goals(0.1 * rng.standard_normal((members, 1)), 0.01 * one, rng.standard_normal((members, 1)))
    kept = 10 * rng.standard_normal((members, 1))
    found = matched(aimed, aimed.anchors, lambda z, _: 20 * z + kept, lambda: 20 * one, 6)
    assert found.figures.std() == pytest.approx(0.1, rel=0.1)
    assert (found.at >= 1).mean() > 0.99 and found.foretold == pytest.approx([1.0])


def test_a_step_that_does_not_help_is_undone_and_halved():
    tried: list[np.ndarray] = []

    def run(z: np.ndarray, _: int) -> np.ndarray:
        tried.append(z.copy())
        return z  # sensitivities say the opposite

    one = np.array([[1.0]])
    aimed = Goals(one, one, np.zeros((1, 1)))
    found = matched(aimed, np.zeros((1, 1)), run, lambda: -one, 3)
    assert [float(z[0, 0]) for z in tried] == [0.0, -0.5, -0.25]
    assert found.scores[0, 0] == 0 and found.figures[0, 0] == 0 and found.at[0] == 0


def test_evidence_and_cost_by_hand():
    """Figure 3 at z = 1 with slope 2: 1 without it; observed 2 with variance 1 + 4: -1 / 10."""
    one = np.array([[1.0]])
    found = log_evidence(one, 3 * one, np.array([2.0]), one, 2 * one)
    assert found == pytest.approx([-0.1])
    assert Goals(2 * one, one, np.zeros((1, 1))).costs(one, 3 * one) == pytest.approx([1 + 1])


def test_share_foretold_is_one_less_what_was_missed():
    changes = np.array([[1.0, 2.0], [-1.0, 0.0]])
    assert share_foretold(changes, changes) == pytest.approx([1, 1])
    assert share_foretold(changes, np.zeros((2, 2))) == pytest.approx([0, 0])
