"""School careers (ODD S1-S3) and villages that turn urban where they stand (ODD K2), person by person."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import ALWAYS, DELTA, FAR_TOWN, NEVER, NOW, TOWN, VILLAGE, households

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation

KEY = stream_key(1, "school", NOW)
BOTH, NONE = np.array([ALWAYS, ALWAYS]), np.array([NEVER, NEVER])
TOWN_ONLY = np.array([NEVER, ALWAYS])


@pytest.mark.parametrize(
    ("age", "level", "enrolled", "then"),
    [
        (5, 0, 0, (0, 0)),  # too young
        (6, 0, 0, (1, 1)),  # enters primary school
        (11, 0, 0, (1, 1)),  # late
        (12, 0, 0, (0, 0)),  # never went to school
        (11, 1, 1, (1, 1)),
        (12, 1, 1, (2, 1)),  # junior secondary
        (13, 1, 0, (1, 0)),  # has left school
        (14, 2, 1, (2, 1)),
        (15, 2, 1, (3, 1)),  # goes on
        (17, 3, 1, (3, 1)),
        (18, 3, 1, (5, 1)),  # to college
        (30, 2, 1, (2, 1)),  # no school age
    ],
)
def test_a_new_school_year(
    engine: Implementation, age: int, level: int, enrolled: int, then: tuple[int, int]
):
    people, n, _ = households([{"age": age, "schooling": level, "enrolled": enrolled}])
    leaving = engine.schooling.september(0, n, NOW, people, BOTH, BOTH, ALWAYS, KEY)
    assert (people.schooling[0], people.enrolled[0]) == then
    assert list(leaving) == ([0] if then[0] == 5 else [])


def test_who_does_not_go_on_leaves_school(engine: Implementation):
    """Shares go by the part of registration: nobody of the village goes on here, everybody of the town."""
    persons = [{"age": age, "schooling": level, "enrolled": 1, "home": home, "lives": FAR_TOWN}
               for home in (VILLAGE, TOWN) for age, level in ((15, 2), (18, 3))]  # fmt: skip
    people, n, _ = households(*([person] for person in persons))
    leaving = engine.schooling.september(0, n, NOW, people, TOWN_ONLY, TOWN_ONLY, NEVER, KEY)
    assert people.schooling[:n].tolist() == [2, 3, 3, 4]
    assert people.enrolled[:n].tolist() == [0, 0, 1, 1]
    assert leaving.tolist() == [3]


def test_degrees_end_at_21_and_22(engine: Implementation):
    ages = [(4, 20), (4, 21), (5, 21), (5, 22), (3, 25)]
    people, n, _ = households(
        *([{"age": age, "schooling": level, "enrolled": 1, "collective": 1}] for level, age in ages)
    )
    assert engine.schooling.june(0, n, NOW, people).tolist() == [1, 3]
    assert people.enrolled[:n].tolist() == people.collective[:n].tolist() == [1, 0, 1, 0, 1]


def test_students_move_into_a_dormitory(engine: Implementation):
    person = {"age": 18, "schooling": 4, "enrolled": 1}
    people, n, ledger = households([person], [person | {"lives": FAR_TOWN, "left_home": NOW - 30}])
    cumulative = np.zeros(113, np.uint64)
    cumulative[FAR_TOWN // 2 :] = ALWAYS  # all colleges in one town
    everybody = np.arange(n, dtype=np.int32)
    log, absences = engine.schooling.apply_college(everybody, NOW, people, ledger, cumulative, KEY)
    assert people.lives[:n].tolist() == [FAR_TOWN] * 2 and people.collective[:n].tolist() == [1, 1]
    # A student counts at the college at once; the second lives there already and only moves into a dormitory.
    assert people.counted[0] == FAR_TOWN and absences.size == 0 and log.tolist() == [[0, VILLAGE, FAR_TOWN]]
    assert people.other_township[0] == 0 and NOW - people.left_home[0] == 6
    assert ledger.moves.sum() == ledger.counted_moves.sum() == 1


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
