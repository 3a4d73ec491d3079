"""Sums of numbers, and of tables of parts, are those of NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.compute.sums import by_setting, of_counties, sum_of_few


def test_sums_of_few_are_those_of_numpy_to_the_last_bit():
    dice = np.random.default_rng(1)
    for n in range(129):
        for scale in (1e-3, 1.0, 1e6):
            values = dice.random(n) * dice.choice([1.0, scale], n)
            assert sum_of_few(values) == values.sum()


@pytest.mark.parametrize(("n", "inside"), [(224, 222), (6, 4), (2, 0), (4, 4)])
def test_sums_by_setting_are_those_of_slices(n: int, inside: int):
    table = np.random.default_rng(n).integers(-(2**40), 2**40, (n, n))
    from_, to = by_setting(table, inside)
    settings = slice(0, inside, 2), slice(1, inside, 2), slice(inside, n)
    assert np.array_equal(from_, [table[parts].sum(axis=0) for parts in settings])
    assert np.array_equal(to, [table[:, parts].sum(axis=1) for parts in settings])


@pytest.mark.parametrize(("n", "inside"), [(224, 222), (6, 4), (4, 4)])
def test_sums_of_counties_are_those_of_slices(n: int, inside: int):
    dice = np.random.default_rng(n)
    table, group = dice.integers(-(2**40), 2**40, (n, n)), dice.integers(0, 1 + n // 3, n)
    towns, others, of_other_groups, to_villages, of_villages = of_counties(table, group, inside)
    to_towns, at = table[:, 1:inside:2], np.arange(1, inside, 2)
    assert np.array_equal(towns, to_towns.sum(axis=0))
    assert np.array_equal(others, towns - table[at, at])
    assert np.array_equal(of_other_groups, (to_towns * (group[:, None] != group[at])).sum(axis=0))
    assert np.array_equal(to_villages, table[:, 0:inside:2].sum(axis=0))
    assert np.array_equal(of_villages, table[0:inside:2].sum(axis=1))
