"""One centre and its interval: medians and paired differences, worked by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from urbsim.report import sample
from urbsim.report.folders import Run, Scenario


def scenario(name: str, values: dict[tuple[int, int], float]) -> Scenario:
    """A scenario whose runs, by draw and seed, each have one number."""
    runs = tuple(
        Run(
            Path("nowhere"),
            {},
            {"scenario": name, "draw": draw, "seed": seed, "scale": 0.01, "fingerprint": "f", "targets": []},
            (dt.date(2020, 10, 31),),
            {"x": 0},
            {"450000": 0},
            np.array([[[value]]]),
        )
        for (draw, seed), value in values.items()
    )
    return Scenario(name, runs, runs[0])


def read(run: Run) -> float:
    return float(run.values("x", "450000")[0])


def test_the_central_draw_is_no_sample_where_there_are_others():
    several = scenario("a", {(0, 1): 99.0, (1, 1): 1.0, (2, 1): 2.0, (3, 1): 7.0})
    assert float(sample.middle(several, read)) == 2.0
    assert float(sample.middle(scenario("a", {(0, 1): 99.0}), read)) == 99.0


def test_differences_are_taken_pair_by_pair():
    # pairs (1,1), (2,1), (3,1): 4-1=3, 5-1=4, 6-5=1; the fourth draw has no counterpart
    with_it = scenario("a", {(1, 1): 4.0, (2, 1): 5.0, (3, 1): 6.0, (4, 1): 90.0})
    without = scenario("b", {(1, 1): 1.0, (2, 1): 1.0, (3, 1): 5.0})
    found = sample.apart(with_it, without, read)
    assert (found.middle, found.low, found.high, found.pairs) == (3.0, 1.0, 4.0, 3)
    assert not found.is_clear  # three pairs say nothing of luck


@pytest.mark.parametrize(
    ("differences", "clear"),
    [
        ([1.0] * 5, True),
        ([-1.0] * 5, True),
        ([1.0] * 4, False),
        ([1.0] * 4 + [-0.1], False),
        ([0.0] * 9, False),
    ],
)
def test_what_stands_above_the_noise(differences: list[float], clear: bool):
    assert sample.spread(np.array(differences)).is_clear is clear


def test_twenty_pairs_have_an_interval_of_nine_tenths():
    found = sample.spread(np.arange(1.0, 22.0))  # 1 to 21: 5% and 95% are the second and the twentieth
    assert (found.low, found.middle, found.high) == (2.0, 11.0, 20.0)


def test_nothing_to_compare_says_nothing():
    found = sample.apart(scenario("a", {(1, 1): 1.0}), scenario("b", {(2, 1): 1.0}), read)
    assert found.pairs == 0 and np.isnan(found.middle) and not found.is_clear
