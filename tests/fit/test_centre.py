"""The centre of a fit: steps towards the mode of a posterior that is known (ODD equation U5)."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.facts.parameters import prior_parameters
from urbsim.fit import transform
from urbsim.fit.matching import step


def test_a_step_of_a_line_ends_at_the_mode():
    """One figure y = 2 x, observed 1 with variance 1, x a priori standard normal: the mode is 2 / (1 + 4) = 0.4."""
    one = np.array([[1.0]])
    x, none = np.array([[0.1]]), np.zeros((1, 1))
    found = x + step(x, 2 * x, one, one, 2 * one, none)
    assert found == pytest.approx(np.array([[0.4]]))
    assert step(found, 2 * found, one, one, 2 * one, none) == pytest.approx(none, abs=1e-12)


def test_numbers_that_hang_together_go_to_where_their_sum_fits():
    """y = a + b, observed 2 and sure: both go to 1, which medians of a ridge, each for itself, need not."""
    both = np.array([[1.0, 1.0]])
    x = np.array([[0.5, 0.2]])
    found = x + step(x, x @ both.T, np.array([[2.0]]), np.array([[1e-9]]), both, np.zeros((1, 2)))
    assert found == pytest.approx(np.ones((1, 2)), abs=1e-6)


def test_no_step_is_longer_than_it_may_be():
    one, none = np.array([[1.0]]), np.zeros((1, 1))
    assert step(none, none, 100 * one, 1e-6 * one, one, none, 1.0) == pytest.approx(one)
    assert step(none, none, 100 * one, 1e-6 * one, one, none) == pytest.approx(1.5 * one)


def test_the_score_of_a_value_is_where_the_prior_has_it():
    info = prior_parameters().info
    for name in ("activation_level", "beta_w", "home_tie_from_fifty", "asc_city"):
        for z in (-1.2, 0.0, 0.7):
            value = transform.values(info, [name], np.array([z]))[name]
            assert transform.score(info[name], value) == pytest.approx(z, abs=1e-6)
    assert transform.score(info["asc_city"], 99.0) == 8.0 and transform.score(info["asc_city"], -99.0) == -8.0
