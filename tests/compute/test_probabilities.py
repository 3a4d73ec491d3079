"""Probabilities of a month and their thresholds, worked by hand (ODD R6, R7)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbsim.compute.randomness import (
    monthly_probability,
    one_threshold,
    probability_threshold,
)


def test_monthly_probability_and_threshold():
    # A yearly rate of 0.012 is 0.001 a month: p = 1 - exp(-0.001) = 0.0009995001666; in units of 2^-30 that is
    # 0.0009995001666 x 1073741824 = 1073205.132, rounded 1073205; on the grid of 2^-32 four times that, 4292820.
    assert monthly_probability(np.array(0.012 / 12)) == pytest.approx(0.0009995001666, abs=1e-13)
    assert probability_threshold(monthly_probability(np.array([0.012 / 12])))[0] == 4292820
    assert list(probability_threshold(np.array([0.0, 0.5, 1.0]))) == [0, 2**31, 2**32]


@pytest.mark.parametrize("p", [-1e-9, 1.1, np.nan, np.inf])
def test_what_is_no_probability_is_refused(p: float):
    with pytest.raises(ValueError, match="probability"):
        probability_threshold(np.array([p]))
    with pytest.raises(ValueError, match="probability"):
        one_threshold(p)


@pytest.mark.parametrize("shape", [(0,), (7,), (3, 4), (2, 0, 5), ()])
def test_thresholds_keep_the_shape_and_are_those_of_numpy(shape: tuple[int, ...]):
    p = np.random.default_rng(1).random(shape)
    found = probability_threshold(p)
    assert found.shape == shape and found.dtype == np.uint64
    assert np.array_equal(found, np.rint(p * 2.0**30).astype(np.uint64) << np.uint64(2))
    halves = (
        np.arange(9).reshape(3, 3).T + 0.5
    ) / 2.0**30  # not in the order of rows; of two nearest the even one
    assert probability_threshold(halves).tolist() == [[0, 16, 24], [8, 16, 32], [8, 24, 32]]


@given(st.floats(0, 1))
def test_one_threshold_is_that_of_an_array(p: float):
    assert one_threshold(p) == probability_threshold(np.array([p]))[0]
