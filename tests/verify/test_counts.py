"""Counts of a run: kept and read back, and where two begin to differ, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from urbsim.calendar import month_number
from urbsim.verify import counts
from urbsim.verify.counts import Counts

BASE = month_number("2020-10")
COUNTIES = ("450102", "450103", "450202")


def some(**change: object) -> Counts:
    """Three months, a stock and a flow, three counties; one sampled person stands for 100."""
    values = np.array(
        [
            [[10, 20, 30], [0, 0, 0]],
            [[11, 21, 31], [1, 2, 3]],
            [[12, 22, 32], [4, 5, 6]],
        ]
    )
    names = ("resident_population", "births")
    return replace(Counts((BASE, BASE + 1, BASE + 2), names, COUNTIES, values, 100.0), **change)


def changed(*cells: tuple[int, int, int]) -> Counts:
    """The same with one more in these cells of (month, indicator, county)."""
    values = some().values.copy()
    for cell in cells:
        values[cell] += 1
    return some(values=values)


def test_counts_come_back_as_they_were(tmp_path: Path):
    counts.write(some(), tmp_path / "some.parquet")
    found = counts.read(tmp_path / "some.parquet", 100.0)
    assert (found.months, found.indicators, found.counties) == (some().months, some().indicators, COUNTIES)
    np.testing.assert_array_equal(found.values, some().values)


def test_the_same_counts_have_no_first_difference():
    assert counts.first_difference(some(), some()) is None
    assert counts.changes(some(), some()) == ()


def test_the_first_month_then_the_first_county_then_the_first_count():
    found = counts.first_difference(some(), changed((2, 0, 0), (1, 1, 2), (1, 1, 1), (1, 0, 2)))
    assert found is not None
    assert (found.month, found.place, found.indicator) == ("2020-11", "450103", "births")
    assert (found.a, found.b, found.figures) == (200.0, 300.0, 3)


def test_what_only_one_side_has_is_named_and_not_compared():
    other = some(indicators=("resident_population", "deaths"))
    assert counts.one_sided(some(), other) == ["births", "deaths"]
    assert counts.first_difference(some(), other) is None
    shorter = some(months=(BASE, BASE + 1), values=some().values[:2])
    assert counts.one_sided(shorter, some()) == ["2020-12"]
    assert counts.first_difference(shorter, some()) is None


@pytest.mark.parametrize("sides", [(0, 1), (1, 0)])
def test_changes_of_the_province_are_stocks_at_the_end_and_flows_added_up(sides: tuple[int, int]):
    pair = (some(), changed((1, 0, 0), (1, 1, 0), (2, 0, 0)))
    found = counts.changes(*(pair[k] for k in sides))
    sign = 1 if sides == (0, 1) else -1
    assert [(one.name, one.period, one.difference) for one in found] == [
        ("births", "2020-11..2020-12", sign * 100.0),
        ("resident_population", "2020-12", sign * 100.0),
    ]
    assert {one.name: (one.a, one.b)[sides[0]] for one in found} == {
        "births": 2100.0,
        "resident_population": 6600.0,
    }
