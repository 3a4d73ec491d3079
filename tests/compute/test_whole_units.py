"""Whole units out of fractions: sums are exact, caps hold, nothing is handed out twice."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbsim.compute.plain.sharing import largest_remainders as by_sorting
from urbsim.compute.rounding import largest_remainder, released

WEIGHTS = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=40)


def test_largest_remainder_by_hand():
    # 10 units over 5 : 3 : 1: quotas 5.56, 3.33, 1.11; whole 5, 3, 1; the tenth goes to the remainder 0.56.
    assert largest_remainder(np.array([5.0, 3.0, 1.0]), 10).tolist() == [6, 3, 1]
    # Equal remainders: the first places first.
    assert largest_remainder(np.array([1.0, 1.0, 1.0]), 2).tolist() == [1, 1, 0]
    # A cap of 2 on the first: its other four go to the rest, 8 units over 3 : 1.
    assert largest_remainder(np.array([5.0, 3.0, 1.0]), 10, np.array([2, 99, 99])).tolist() == [2, 6, 2]


@given(WEIGHTS, st.integers(0, 10_000))
def test_largest_remainder_is_exact(weights: list[float], total: int):
    share = np.array(weights)
    if share.sum() <= 0:
        if total:
            with pytest.raises(ValueError, match="weight"):
                largest_remainder(share, total)
        return
    units = largest_remainder(share, total)
    assert units.sum() == total
    assert np.all(units >= 0) and np.all(units[share == 0] == 0)
    assert np.all(np.abs(units - total * share / share.sum()) <= 1 + 1e-6 * total)


@given(st.data(), WEIGHTS, st.integers(0, 3000))
def test_largest_remainder_respects_caps(data: st.DataObject, weights: list[float], total: int):
    share = np.array(weights)
    caps = np.array(data.draw(st.lists(st.integers(0, 200), min_size=share.size, max_size=share.size)))
    if share.sum() <= 0:
        return
    units = largest_remainder(share, total, caps)
    assert np.all(units <= caps) and np.all(units >= 0)
    assert units.sum() == min(total, caps[share > 0].sum())


@given(st.data(), st.integers(1, 12), st.integers(0, 300))
def test_units_in_one_pass_are_those_of_sorting(data: st.DataObject, places: int, total: int):
    number = st.sampled_from([0.0, 0.25, 1.0, 1.5, 2.75]) | st.floats(0, 1e6)
    weights = np.array(data.draw(st.lists(number, min_size=places, max_size=places)))
    if weights.sum() > 0:
        quota = total * weights / weights.sum()
        sorted_out = by_sorting(quota[None, :], np.array([total]))[0]
        assert largest_remainder(weights, total).tolist() == sorted_out.tolist()


@given(st.lists(st.floats(0, 50), min_size=1, max_size=60))
def test_released_units_follow_the_running_total(steps: list[float]):
    running = np.concatenate([[0.0], np.cumsum(steps)])
    units = [released(a, b) for a, b in pairwise(running.tolist())]
    assert all(unit >= 0 for unit in units)
    for k in range(len(units)):
        assert sum(units[: k + 1]) == int(np.floor(running[k + 1] + 0.5))
