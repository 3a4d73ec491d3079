"""Which village cells turn urban, and what becomes of everybody in them (ODD K1, K2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import DELTA, NOW, TOWN, VILLAGE, holding, households

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.processes.reclassification.equations import (
    Reclassification,
    cells_by_county,
    cells_to_turn,
    chances,
    connected_to_turn,
    recoding_rate,
    room_to_connect,
)
from urbsim.state.holdings import OTHER_TOWNSHIP

KEY = stream_key(1, "recoding")


def villages_of(cells: np.ndarray, base_town: int = 100) -> Reclassification:
    return Reclassification(cells, base_town=np.full(111, base_town))


def turn(villages: Reclassification, rate: float, year: int, chance: np.ndarray) -> np.ndarray:
    """Cells that turn in one year, written down as in a run."""
    many, villages.due = cells_by_county(rate, year, villages, chance)
    turned = cells_to_turn(many, villages.cells, villages.gone, KEY)
    assert np.array_equal(turned.sum(axis=1), many)
    assert not np.any(turned & villages.gone)
    villages.gone |= turned
    return many


def test_the_rate_by_variant():
    """K1: the rate of the parameters, and by the variant a factor of it."""
    p: Any = {"reclassified_per_year": 0.004, "recoding_low": 0.5, "recoding_high": 2.0}
    assert [recoding_rate(p, variant) for variant in ("low", "base", "high")] == [0.002, 0.004, 0.008]


def test_cells_to_turn_by_the_year():
    cells = np.random.default_rng(1).integers(5, 250, 111).astype(np.int64)
    villages = villages_of(cells)
    for year in range(1, 11):
        turn(villages, 0.01, year, np.ones(111))
        gone = villages.gone.sum(axis=1)
        assert gone.sum() == int(np.floor(cells.sum() * 0.01 * year + 0.5))
        # In proportion to the cells of each county, to a cell.
        assert np.all(np.abs(gone - cells * 0.01 * year) < 1)
    assert all(np.all(villages.gone[county, n:] == 0) for county, n in enumerate(cells))


def test_a_county_likelier_to_turn_takes_its_share_of_the_same_number():
    """Three counties of 100 cells, ten a year: chances 1, 1, 3 give 2, 2, 6."""
    cells = np.zeros(111, np.int64)
    cells[:3] = 100
    chance = np.ones(111)
    chance[2] = 3
    many, due = cells_by_county(10 / 300, 1, villages_of(cells), chance)
    assert many[:3].tolist() == [2, 2, 6] and many.sum() == 10
    assert due == pytest.approx(np.zeros(111))


def test_what_is_due_in_fractions_is_kept():
    """Four counties share two cells a year: each is due half a cell, so that all four have one after two years."""
    cells = np.zeros(111, np.int64)
    cells[:4] = 50
    villages = villages_of(cells)
    first = turn(villages, 0.01, 1, np.ones(111))
    assert first[:4].tolist() == [1, 1, 0, 0] and villages.due[:4].tolist() == [-0.5, -0.5, 0.5, 0.5]
    second = turn(villages, 0.01, 2, np.ones(111))
    assert (first + second)[:4].tolist() == [1, 1, 1, 1]


def test_chances_by_growth_and_by_a_new_status():
    villages = villages_of(np.full(111, 100))
    villages.recoded[5] = 20
    town = np.full(111, 100)
    town[4:6] = 120  # county 5 by recoding alone, county 4 by people
    new = np.zeros(111, bool)
    new[6] = True
    p: Any = {"recoding_by_growth": 2.0, "recoding_of_new_districts": 6.0}
    chance = chances(p, villages, town, new)
    assert chance[3:7] == pytest.approx([1.0, 1.2**2, 1.0, 6.0])


def test_cells_run_out_and_nobody_turns_twice():
    cells = np.ones(111, np.int64)
    cells[3] = 4
    villages = villages_of(cells)
    for year in (1, 2, 3):
        turn(villages, 0.5, year, np.ones(111))
    assert villages.gone.sum() == 114 and villages.gone[3, :4].sum() == 4


def test_the_same_cells_turn_first_at_any_rate():
    """A higher rate adds cells to those that turn anyway: scenarios are nested."""
    few, many = (villages_of(np.full(111, 100)) for _ in range(2))
    turn(few, 0.02, 1, np.ones(111))
    turn(many, 0.06, 1, np.ones(111))
    assert few.gone.sum() == 222 and many.gone.sum() == 666
    assert np.all(many.gone[few.gone == 1] == 1)


# What levers connect


CODES: Any = {"cells_near_town": 0.1, "connected_passes": 0.5, "recoded_most_per_year": 20}


def test_room_to_connect_is_near_towns_that_have_grown():
    """K3: a tenth of 105 cells are ten; four of them are connected; no room where the town shrank or no cell is left."""
    villages = villages_of(np.full(111, 105))
    town = np.full(111, 120)
    town[2] = 100  # as on census night
    villages.recoded[4] = 20  # grown by recoding alone
    villages.connected[3] = 4
    villages.gone[5, :103] = 1
    room = room_to_connect(CODES, villages, town)
    assert room[:7].tolist() == [10, 10, 0, 6, 0, 2, 10]
    villages.connected[5] = 1  # waits, and takes one of the two that are left
    assert room_to_connect(CODES, villages, town)[5] == 1


def test_half_of_the_connected_pass_once_and_for_all():
    """K4: 8 and 4 connected; six of twelve turn, by what waits; none in the next year, one more with two more."""
    villages, anyway = villages_of(np.full(111, 100)), np.zeros(111, np.int64)
    villages.connected[[3, 9]] = 8, 4
    first = connected_to_turn(CODES, villages, anyway)
    assert (first[3], first[9], first.sum()) == (4, 2, 6)
    villages.connected_turned += first
    assert not connected_to_turn(CODES, villages, anyway).any()
    villages.connected[9] += 2
    assert connected_to_turn(CODES, villages, anyway).sum() == 1


def test_no_more_turn_in_a_year_than_a_revision_takes_in():
    """K4: 18 turn anyway and 20 are the most: two of the connected, and none where more turn anyway."""
    villages, anyway = villages_of(np.full(111, 100)), np.zeros(111, np.int64)
    villages.connected[3], anyway[50] = 40, 18
    assert connected_to_turn(CODES, villages, anyway).sum() == 2
    anyway[50] = 25
    assert connected_to_turn(CODES, villages, anyway).sum() == 0


def test_connected_cells_come_on_top_of_those_that_turn_anyway():
    """K4: the lowest luck turns anyway, the next on account of the lever."""
    cells, many = np.full(111, 100), np.zeros(111, np.int64)
    many[3] = 5
    more = many.copy()
    more[3] = 8
    none = np.zeros((111, 256), np.uint8)
    few, all_of_them = (cells_to_turn(number, cells, none, KEY) for number in (many, more))
    assert np.all(all_of_them[few == 1] == 1) and all_of_them.sum() == 8


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
    assert holding(OTHER_TOWNSHIP, people, n) == [0, 0, 1, 1, 0, 0, 1, 0]
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
