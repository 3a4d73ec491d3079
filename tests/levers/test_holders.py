"""Loops over the holders of a lever's own units say what plain NumPy says."""

import numpy as np

from urbsim.levers import holders
from urbsim.state.codes import DEAD, FIRST_JOB

DICE = np.random.default_rng(5)
PEOPLE, CELLS = 2000, 14
MARKET = DICE.integers(0, CELLS, 111)


def test_who_still_has_a_post_of_the_kind_in_the_market():
    work = DICE.integers(FIRST_JOB - 1, FIRST_JOB + 2, PEOPLE).astype(np.uint8)
    county = np.where(work < FIRST_JOB, 255, DICE.integers(0, 111, PEOPLE)).astype(
        np.uint8
    )  # read of nobody else
    risk = np.where(DICE.random(PEOPLE) < 0.2, DEAD, 7).astype(np.uint8)
    rows = DICE.integers(0, PEOPLE, 900)
    cells = np.where(
        DICE.random(900) < 0.7, MARKET[np.minimum(county[rows], 110)], DICE.integers(0, CELLS, 900)
    )
    there = (work[rows] == FIRST_JOB) & (risk[rows] != DEAD)
    there &= MARKET[np.minimum(county[rows], 110)] == cells
    found = holders.work_there(rows, cells, FIRST_JOB, MARKET, work, county, risk)
    assert found.dtype == bool and np.array_equal(found, there) and 50 < there.sum() < 800


def test_units_held_are_counted_once_however_many_share_one():
    unit = np.repeat(np.arange(300), DICE.integers(1, 4, 300))
    rows, cells = DICE.integers(0, PEOPLE, unit.size), DICE.integers(0, CELLS, 300)[unit]
    for share in (0.0, 0.6, 1.0):
        held = DICE.random(unit.size) < share
        kept = holders.keep(held, rows, cells, unit, CELLS)
        for found, column in zip(kept, (rows, cells, unit), strict=False):
            assert np.array_equal(found, column[held])
        _, first = np.unique(unit[held], return_index=True)
        assert np.array_equal(kept[3], np.bincount(cells[held][first], minlength=CELLS))


def test_a_chance_is_the_share_of_own_units_among_those_free():
    vacant = DICE.integers(0, 9, CELLS)
    own = np.minimum(DICE.integers(0, 9, CELLS), vacant)
    cells, luck = DICE.integers(0, CELLS, 5000), DICE.integers(0, 1 << 64, 5000, dtype=np.uint64)
    found = holders.by_chance(cells, luck, own, vacant)
    high = luck >> np.uint64(32)
    wanted = high * vacant.astype(np.uint64)[cells] < own.astype(np.uint64)[cells] << np.uint64(32)
    assert np.array_equal(found, np.flatnonzero(wanted))
    expected = np.where(vacant > 0, own / np.maximum(vacant, 1), 0.0)[cells].mean()
    assert abs(found.size / 5000 - expected) < 0.03
