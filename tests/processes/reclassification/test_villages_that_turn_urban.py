"""Which village cells turn urban, and what becomes of everybody in them (ODD K1, K2)."""

from __future__ import annotations

import numpy as np
from worlds import DELTA, NOW, TOWN, VILLAGE, households

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.processes.reclassification.equations import cells_to_turn


def test_cells_to_turn_by_the_year():
    rng = np.random.default_rng(1)
    cells = rng.integers(5, 250, 111).astype(np.int64)
    rate, key = 0.01, stream_key(1, "recoding")
    gone = np.zeros((111, 256), np.uint8)
    for year in range(1, 11):
        turned = cells_to_turn(rate, year, cells, gone, key)
        assert not np.any(turned & gone)
        before = cells - gone.sum(axis=1)
        # In proportion to the cells that are left: each county within five standard deviations, binomial at most.
        expected = turned.sum() * before / before.sum()
        assert np.all(np.abs(turned.sum(axis=1) - expected) < 5 * np.sqrt(expected) + 1)
        gone |= turned
        assert gone.sum() == int(np.floor(cells.sum() * rate * year + 0.5))
    assert all(np.all(gone[county, n:] == 0) for county, n in enumerate(cells))


def test_cells_run_out_and_nobody_turns_twice():
    cells = np.ones(111, np.int64)
    cells[3] = 4
    gone = np.zeros((111, 256), np.uint8)
    for year in (1, 2, 3):
        gone |= cells_to_turn(0.5, year, cells, gone, stream_key(1, "recoding"))
    assert gone.sum() == 114 and gone[3, :4].sum() == 4


def test_the_same_cells_turn_first_at_any_rate():
    """A higher rate adds cells to those that turn anyway: scenarios are nested."""
    cells, none = np.full(111, 100), np.zeros((111, 256), np.uint8)
    few, many = (cells_to_turn(rate, 1, cells, none, stream_key(1, "recoding")) for rate in (0.02, 0.06))
    assert few.sum() == 222 and many.sum() == 666
    assert np.all(many[few == 1] == 1)


def test_a_cell_turns_urban_with_everybody_in_it(engine: Implementation):
    away, here = {"lives": DELTA, "left_home": NOW - 30}, {"cell": 5}
    people, n, _ = households(
        [
            here,  # at home: stays at home, now urban
            here | away,  # registered there, lives outside: registration alone
            here | {"lives": TOWN, "left_home": NOW - 30},  # had left for the town of the county
            here | {"lives": TOWN, "counted": VILLAGE, "left_home": NOW - 2},  # the same, under way
            {"cell": 6},  # another cell
            here | {"home": DELTA, "lives": VILLAGE, "left_home": NOW - 30},  # a stranger who lives there
            here | {"home": TOWN, "lives": VILLAGE, "left_home": NOW - 30},  # registered in the town
            {"cell": 105},  # cells are numbered modulo their number
        ]
    )
    turned = np.zeros((111, 256), np.uint8)
    turned[VILLAGE // 2, 5] = 1
    cells = np.full(111, 100)
    before = engine.counting.stocks(0, n, people)[1]
    counted, present, stocks = engine.reclassification.turn_urban(0, n, people, turned, cells)
    assert people.home[:n].tolist() == [TOWN, TOWN, TOWN, TOWN, VILLAGE, DELTA, TOWN, TOWN]
    assert people.lives[:n].tolist() == [TOWN, DELTA, TOWN, TOWN, VILLAGE, TOWN, TOWN, TOWN]
    assert people.counted[:n].tolist() == [TOWN, DELTA, TOWN, TOWN, VILLAGE, TOWN, TOWN, TOWN]
    # Registered in another township of the very part where they live: those whom the recoding brought into one part.
    assert people.other_township[:n].tolist() == [0, 0, 1, 1, 0, 0, 1, 0]
    assert (people.risk[:n] & 1).tolist() == [0, 1, 0, 0, 0, 1, 0, 0]
    # Recoded under their feet: rows 0, 5, 6, 7 by both accounts; row 3 by the counted part alone.
    assert counted[VILLAGE] == 5 and counted.sum() == 5
    assert present[VILLAGE] == 4 and present.sum() == 4
    persons = stocks.persons
    assert persons[VILLAGE, VILLAGE] == -2 and persons[DELTA, VILLAGE] == -1 and persons[TOWN, VILLAGE] == -1
    after = engine.counting.stocks(0, n, people)[1]
    assert all(np.array_equal(a - b, c) for a, b, c in zip(after, before, stocks, strict=True))
    # A second time nothing happens.
    again = engine.reclassification.turn_urban(0, n, people, turned, cells)
    assert not any(part.any() for part in (*again[:2], *again[2]))
