"""The centre of a fit: steps towards the mode of a posterior that is known (ODD equation U5)."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.facts.parameters import prior_parameters
from urbsim.fit import transform
from urbsim.fit.centre import sensitivities, step


def test_a_step_of_a_line_ends_at_the_mode():
    """One figure y = 2 x, observed 1 with variance 1, x a priori standard normal: the mode is 2 / (1 + 4) = 0.4."""
    one = np.array([[1.0]])
    x = np.array([0.1])
    found = x + step(x, 2 * x, np.array([1.0]), one, 2 * one)
    assert found == pytest.approx([0.4])
    assert step(found, 2 * found, np.array([1.0]), one, 2 * one) == pytest.approx([0.0], abs=1e-12)


def test_numbers_that_hang_together_go_to_where_their_sum_fits():
    """y = a + b, observed 2 and sure: both go to 1, which medians of a ridge, each for itself, need not."""
    both = np.array([[1.0, 1.0]])
    x = np.array([0.5, 0.2])
    found = x + step(x, both @ x, np.array([2.0]), np.array([[1e-9]]), both)
    assert found == pytest.approx([1.0, 1.0], abs=1e-6)


def test_no_step_is_longer_than_one_standard_deviation_of_a_prior():
    one = np.array([[1.0]])
    assert step(np.zeros(1), np.zeros(1), np.array([100.0]), 1e-6 * one, one) == pytest.approx([1.0])


def test_sensitivities_are_those_within_an_ensemble():
    """Two ensembles with other means and one slope: differences between them tell nothing."""
    rng = np.random.default_rng(4)
    labels = np.repeat([0, 1], 400)
    z = rng.normal(size=(800, 2)) + labels[:, None] * np.array([5.0, 0.0])
    slopes = np.array([[1.0, -2.0], [0.0, 0.5], [3.0, 0.0]])
    y = z @ slopes.T + labels[:, None] * np.array([70.0, -30.0, 0.0])
    assert sensitivities(z, y, labels) == pytest.approx(slopes, abs=0.1)


def test_the_score_of_a_value_is_where_the_prior_has_it():
    info = prior_parameters().info
    for name in ("activation_level", "beta_w", "home_tie_from_fifty", "asc_city"):
        for z in (-1.2, 0.0, 0.7):
            value = transform.values(info, [name], np.array([z]))[name]
            assert transform.score(info[name], value) == pytest.approx(z, abs=1e-6)
    assert transform.score(info["asc_city"], 99.0) == 8.0 and transform.score(info["asc_city"], -99.0) == -8.0
