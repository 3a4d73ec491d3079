"""Loops over the holders of a lever's own units say what plain NumPy says."""

from itertools import pairwise

import numpy as np

from urbsim.compute.randomness import draw64_array
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


def served_plainly(
    rows: np.ndarray,
    cells: np.ndarray,
    own: np.ndarray,
    vacant: np.ndarray,
    keys: np.ndarray,
    ids: np.ndarray,
) -> list[list[int]]:
    """What `holders.serve` says, lever by lever and cell by cell; the first rows are their own ids, half of all."""
    identity = np.arange(PEOPLE, dtype=np.uint64)
    identity[PEOPLE - ids.size :] = ids
    free, served, found = vacant.copy(), np.zeros(rows.size, bool), []
    for mine, key in zip(np.clip(own, 0, None), keys, strict=True):
        luck, theirs = draw64_array(identity[rows], key), []
        for cell in range(CELLS):
            number = min(mine[cell], free[cell])
            of_cell = np.flatnonzero((cells == cell) & ~served)
            chance = int(number) / max(int(free[cell]), 1)
            lucky = of_cell[luck[of_cell] / 2.0**64 < chance]
            theirs += lucky[np.argsort(luck[lucky], kind="stable")][:number].tolist()
            free[cell] -= number
        served[theirs] = True
        found.append(sorted(theirs))
    return found


def test_a_chance_is_the_share_of_own_units_among_those_free():
    """Lever after lever: what is one's is not free for the next, and the lowest luck comes first where units lack."""
    ids = DICE.integers(1 << 40, 1 << 60, PEOPLE // 2, dtype=np.uint64)
    keys = DICE.integers(0, 1 << 64, 4, dtype=np.uint64)
    rows = DICE.permutation(PEOPLE)[:1500].astype(np.int32)
    cells = DICE.integers(0, CELLS, 1500, dtype=np.int16)
    vacant = np.bincount(cells, minlength=CELLS) + DICE.integers(0, 30, CELLS)
    own = DICE.integers(-9, 60, (4, CELLS))
    own[1] = -1  # more holders than units: nothing to give
    at, starts = holders.serve(rows, cells, own, vacant, keys, PEOPLE - ids.size, ids)
    found = [at[lo:hi].tolist() for lo, hi in pairwise(starts)]
    assert found == served_plainly(rows, cells, own, vacant, keys, ids)
    assert not found[1] and all(len(found[lever]) > 100 for lever in (0, 2, 3))
    fewer = [
        np.bincount(cells[some], minlength=CELLS) <= np.clip(own[lever], 0, None)
        for lever, some in enumerate(found)
        if some
    ]
    assert np.all(fewer)


def test_own_units_are_none_all_and_the_same_in_any_order():
    cells = DICE.integers(0, CELLS, 400, dtype=np.int16)
    key, ids = np.array([5], np.uint64), np.empty(0, np.uint64)
    rows, vacant = np.arange(400, dtype=np.int32), np.bincount(cells, minlength=CELLS) + 3
    every, _ = holders.serve(rows, cells, vacant[None] + 5, vacant, key, 400, ids)
    assert every.tolist() == rows.tolist()  # every free unit of the pool is the lever's
    some, _ = holders.serve(rows, cells, vacant[None] // 3, vacant, key, 400, ids)
    order = DICE.permutation(400)
    shuffled, _ = holders.serve(rows[order], cells[order], vacant[None] // 3, vacant, key, 400, ids)
    assert sorted(order[shuffled]) == some.tolist() and 80 < some.size < 160
    nobody, starts = holders.serve(rows[:0], cells[:0], vacant[None], vacant, key, 400, ids)
    assert nobody.size == 0 and starts.tolist() == [0, 0]


def test_a_lever_has_its_share_of_those_served():
    cells, ids = DICE.integers(0, CELLS, 5000, dtype=np.int16), np.empty(0, np.uint64)
    vacant = np.bincount(cells, minlength=CELLS) * 2
    own, key = DICE.integers(0, vacant), np.array([77], np.uint64)
    at, _ = holders.serve(np.arange(5000, dtype=np.int32), cells, own[None], vacant, key, 5000, ids)
    assert abs(at.size / 5000 - (own / vacant)[cells].mean()) < 0.03
