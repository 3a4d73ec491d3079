"""Measures of a run, worked by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from worlds import DELTA, NOW, TOWN, VILLAGE, people_of

from urbsim.facts.indicators import COUNTS, INDICATORS
from urbsim.fit import observables
from urbsim.fit.observables import Seen
from urbsim.results.observer import Observer
from urbsim.state.geography import load_places
from urbsim.state.holdings import DORMITORY


def night(*families, **more):
    people = people_of(*families, **more)
    alive = int((people.risk != 255).sum())
    world = SimpleNamespace(people=people, n=len(people.risk), month=NOW, weight=10.0)
    assert alive
    return world


def test_a_night_by_hand():
    """Two couples, one apart; a child at home, one outside; a grandparent alone; ages 40 unless said."""
    world = night(
        [{"spouse": 1}, {"spouse": 0}, {"age": 7}],
        [{"spouse": 1, "lives": DELTA}, {"spouse": 0}, {"age": 12, "lives": DELTA}],
        [{"age": 72}],
    )
    found = observables.of_night(world)  # type: ignore[arg-type]
    assert found["couples_apart"]["2020-10"] == 50.0
    # Here: households of 3, of 1 (two of its three live outside) and of 1: five people in three.
    assert found["household_size"]["2020-10"] == pytest.approx(math.log(5 / 3))
    assert found["ages"]["5-9"] == pytest.approx(math.log(10))
    assert found["ages"]["40-44"] == pytest.approx(math.log(30))
    assert found["ages"]["10-14"] == 0.0  # nobody: the logarithm of one person
    assert found["outside_ages"] == {
        "0-14": pytest.approx(math.log(10)), "15-24": 0.0, "25-49": pytest.approx(math.log(10)), "50+": 0.0
    }  # fmt: skip


def test_people_in_dormitories_are_no_household():
    world = night([{}, {"holdings": DORMITORY, "lives": TOWN}], home=VILLAGE)
    assert observables.household_size(world) == 1.0  # type: ignore[arg-type]


def seen(first: int, flows: dict[str, list[int]]) -> Seen:
    """A run whose county 3 has these flows month after month; the first month is census night."""
    observer = Observer(load_places(12.0, 0.5, 1.0), weight=100.0)
    months = max(len(values) for values in flows.values())
    for k in range(months):
        counts = {name: np.zeros(111, np.int64) for name in COUNTS}
        for name, values in flows.items():
            counts[name][3] = values[k] * INDICATORS[name].fractions
        observer.observe(first + k, counts)
    return Seen(observer)


def test_flows_leave_census_night_out_and_the_seam_compares_a_year_with_the_mean_of_three():
    last = 1449  # October 2020
    replay = seen(last - 36, {"moved_to_urban": [99] + [5] * 36, "moved_to_rural": [99] + [2] * 36})
    after = seen(last, {"moved_to_urban": [99] + [9] * 12, "moved_to_rural": [99] + [2] * 12})
    assert replay.flow("moved_to_urban", range(last - 36, last + 1)) == 5 * 36 * 100
    gap = observables.seam(replay, after)
    assert gap["villages"] == pytest.approx((7 - 3) * 12 * 100 / 1000)
    assert gap["outside"] == 0.0
    # Of the three moves a month that are left, one was relocation: it has ended, and nobody has to make up for it.
    replay.relocated = {month: 100.0 for month in range(last - 35, last + 1)}
    assert observables.seam(replay, after)["villages"] == pytest.approx((7 - 2) * 12 * 100 / 1000)
