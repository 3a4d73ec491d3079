"""Children whom a census overlooked, put back (ODD B11)."""

from __future__ import annotations

import numpy as np

from urbsim.facts.census_2010 import read_census_2010
from urbsim.facts.missed_children import with_missed_children


def test_missed_children_live_at_home_and_leave_urban_shares_as_counted() -> None:
    """One in ten boys of 1-4 more in every county: residents, the register and families grow by them, nobody is away."""
    counted = read_census_2010()
    missed = np.zeros((2, 19))
    missed[0, 1] = 0.1
    complete = with_missed_children(counted, missed)
    more = np.rint(0.1 * counted.residents[:, 0, 1]).astype(np.int64)
    assert np.array_equal(complete.residents[:, 0, 1], counted.residents[:, 0, 1] + more)
    for now, before in ((complete.total, counted.total), (complete.registered, counted.registered)):
        assert np.array_equal(now - before, more)
    assert np.array_equal(complete.household_population - counted.household_population, more)
    assert np.array_equal(complete.class_total[:, 1:], counted.class_total[:, 1:])
    for margin in (complete.part_total, complete.class_total):
        assert np.array_equal(margin.sum(axis=1), complete.total)
    assert np.array_equal(complete.away, counted.away)
    assert (
        np.abs(complete.part_total[:, 1] / complete.total - counted.part_total[:, 1] / counted.total).max()
        < 1e-5
    )


def test_older_children_are_pupils() -> None:
    counted = read_census_2010()
    missed = np.zeros((2, 19))
    missed[1, :3] = 0.5, 0.5, 0.25
    schooling = with_missed_children(counted, missed).schooling - counted.schooling
    assert np.array_equal(schooling[:, 1, 1], np.rint(0.25 * counted.residents[:, 1, 2]).astype(np.int64))
    assert schooling[:, 1, 0].sum() > 0 and not schooling[:, 0].any() and not schooling[:, 1, 2:].any()
