"""Systematic samples of households."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbsim.population.sample import sample_households, systematic_rows


@settings(max_examples=150)
@given(st.integers(0, 5000), st.integers(1, 1000), st.integers(1, 1000), st.integers(0, 10**6))
def test_a_sample_is_ascending_within_range_and_of_the_right_size(n, a, b, start):
    scale = min(a, b) / max(a, b)
    rows = systematic_rows(n, scale, start)
    assert (np.diff(rows) > 0).all()
    assert len(rows) == 0 or (rows[0] >= 0 and rows[-1] < n)
    assert abs(len(rows) - n * scale) < 1 + 1e-6


@settings(max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 300))
def test_all_starts_together_take_everybody_equally_often(a, b, n):
    from math import gcd

    a, b = min(a, b), max(a, b)
    a, b = a // gcd(a, b), b // gcd(a, b)
    times = np.zeros(n, dtype=int)
    for start in range(b):
        times[systematic_rows(n, a / b, start)] += 1
    assert (times == a).all()


@settings(max_examples=80)
@given(st.integers(1, 200), st.integers(0, 500), st.integers(0, 1000), st.integers(1, 3000))
def test_every_stretch_holds_its_share(interval, start, low, length):
    rows = systematic_rows(5000, 1 / interval, start)
    high = min(5000, low + length)
    inside = ((rows >= low) & (rows < high)).sum()
    assert abs(inside - (high - low) / interval) <= 1


def test_scale_one_takes_everybody():
    assert sample_households(np.arange(10, dtype=np.uint32), 1.0, 7) is None


@pytest.mark.parametrize("scale", [0.0, -0.1, 1.5])
def test_impossible_scales_are_refused(scale):
    with pytest.raises(ValueError, match="scale"):
        systematic_rows(10, scale, 0)


def test_ids_come_back_in_order():
    order = np.array([3, 1, 4, 0, 2], dtype=np.uint32)
    taken = sample_households(order, 0.4, 0)
    assert taken is not None
    assert list(taken) == sorted(taken)
