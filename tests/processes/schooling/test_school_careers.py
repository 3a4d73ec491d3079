"""School careers, person by person (ODD S1-S3)."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import ALWAYS, DELTA, FAR_TOWN, FAR_VILLAGE, NEVER, NOW, TOWN, VILLAGE, holding, households

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP

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
    leaving, _, _ = engine.schooling.september(0, n, NOW, people, BOTH, BOTH, ALWAYS, NEVER, KEY)
    assert (people.schooling[0], people.enrolled[0]) == then
    assert list(leaving) == ([0] if then[0] == 5 else [])


def test_who_does_not_go_on_leaves_school(engine: Implementation):
    """Shares go by the part of registration: nobody of the village goes on here, everybody of the town."""
    persons = [{"age": age, "schooling": level, "enrolled": 1, "home": home, "lives": FAR_TOWN}
               for home in (VILLAGE, TOWN) for age, level in ((15, 2), (18, 3))]  # fmt: skip
    people, n, _ = households(*([person] for person in persons))
    leaving, _, _ = engine.schooling.september(0, n, NOW, people, TOWN_ONLY, TOWN_ONLY, NEVER, NEVER, KEY)
    assert people.schooling[:n].tolist() == [2, 3, 3, 4]
    assert people.enrolled[:n].tolist() == [0, 0, 1, 1]
    assert leaving.tolist() == [3]


def test_degrees_end_at_21_and_22(engine: Implementation):
    ages = [(4, 20), (4, 21), (5, 21), (5, 22), (3, 25)]
    people, n, _ = households(
        *([{"age": age, "schooling": level, "enrolled": 1, "holdings": DORMITORY}] for level, age in ages)
    )
    graduates, beds = engine.schooling.june(0, n, NOW, people)
    assert graduates.tolist() == [1, 3]
    assert people.enrolled[:n].tolist() == holding(DORMITORY, people, n) == [1, 0, 1, 0, 1]
    assert beds[VILLAGE] == beds.sum() == 2


def test_students_move_into_a_dormitory(engine: Implementation):
    person = {"age": 18, "schooling": 4, "enrolled": 1}
    people, n, ledger = households([person], [person | {"lives": FAR_TOWN, "left_home": NOW - 30}])
    cumulative = np.zeros(113, np.uint64)
    cumulative[FAR_TOWN // 2 :] = ALWAYS  # all colleges in one town
    everybody = np.arange(n, dtype=np.int32)
    log, absences = engine.schooling.apply_college(everybody, NOW, people, ledger, cumulative, KEY)
    assert people.lives[:n].tolist() == [FAR_TOWN] * 2 and holding(DORMITORY, people, n) == [1, 1]
    # A student counts at the college at once; the second lives there already and only moves into a dormitory.
    assert people.counted[0] == FAR_TOWN and absences.size == 0 and log.tolist() == [[0, VILLAGE, FAR_TOWN]]
    assert not people.holdings[0] & OTHER_TOWNSHIP and NOW - people.left_home[0] == 6
    assert ledger.moves.sum() == ledger.counted_moves.sum() == 1
    assert ledger.stocks.sleepers[FAR_TOWN] == ledger.stocks.sleepers.sum() == 2
    engine.schooling.apply_college(everybody, NOW, people, ledger, cumulative, KEY)
    assert ledger.stocks.sleepers.sum() == 2  # who has a bed there gets no other


def test_pupils_of_villages_board_in_the_town(engine: Implementation):
    """Of four who enter senior secondary school those in villages of Guangxi board, whose town that is not."""
    pupil = {"age": 15, "schooling": 2, "enrolled": 1}
    places = (VILLAGE, VILLAGE), (VILLAGE, FAR_VILLAGE), (VILLAGE, TOWN), (VILLAGE, DELTA)
    people, n, ledger = households(
        *([pupil | {"home": home, "lives": lives, "left_home": NOW - 30}] for home, lives in places)
    )
    _, boarders, freed = engine.schooling.september(0, n, NOW, people, BOTH, BOTH, ALWAYS, ALWAYS, KEY)
    assert boarders.tolist() == [0, 1] and not freed.size
    log, absences = engine.schooling.apply_boarding(boarders, NOW, people, ledger)
    assert people.lives[:n].tolist() == people.counted[:n].tolist() == [TOWN, FAR_TOWN, TOWN, DELTA]
    assert holding(DORMITORY, people, n) == [1, 1, 0, 0]
    assert log.tolist() == [[0, VILLAGE, TOWN], [1, FAR_VILLAGE, FAR_TOWN]] and not absences.size
    assert NOW - people.left_home[0] == 6
    assert ledger.stocks.sleepers[[TOWN, FAR_TOWN]].tolist() == [1, 1] and ledger.stocks.sleepers.sum() == 2


def test_boarders_go_home_when_school_is_over(engine: Implementation):
    """Who lives in a family, or has a home in another province, stays; all are free to reconsider."""
    pupil = {"age": 18, "schooling": 3, "enrolled": 1, "lives": TOWN, "left_home": NOW - 36}
    people, n, ledger = households(
        [pupil | {"holdings": DORMITORY}], [pupil], [pupil | {"holdings": DORMITORY, "home": TOWN}],
        [pupil | {"holdings": DORMITORY, "home": DELTA}],
    )  # fmt: skip
    _, _, freed = engine.schooling.september(0, n, NOW, people, BOTH, NONE, NEVER, NEVER, KEY)
    assert freed.tolist() == [0, 1, 2, 3]
    ledger.stocks.sleepers[TOWN] = 3
    engine.schooling.apply_going_home(freed, NOW, people, ledger)
    assert not ledger.stocks.sleepers.any()
    assert people.lives[:n].tolist() == [VILLAGE, TOWN, TOWN, TOWN]
    assert people.counted[0] == VILLAGE and people.left_home[0] == NOW
    assert holding(DORMITORY, people, n) == people.enrolled[:n].tolist() == [0, 0, 0, 0]
