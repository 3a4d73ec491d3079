"""Who gets a school place: stages, order of the queue, exact rationing (ODD equations E1-E3)."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ALWAYS, CITY_OF_PART, FAR_VILLAGE, NEVER, NEXT_TOWN, OTHER_TOWN, TOWN, VILLAGE, people_of

from urbsim.compute.randomness import draw64_array
from urbsim.compute.threads import Chunks
from urbsim.processes.implementation import Implementation
from urbsim.processes.schooling import kernels as compiled
from urbsim.processes.schooling import plain
from urbsim.processes.schooling.equations import admit, whole_units
from urbsim.state.holdings import PERMIT

SEPTEMBER = 1460  # September 2021
KEY = np.uint64(12345)
pupils = partial(people_of, month=SEPTEMBER, room=0)
TRAITS = np.full(3, KEY)
EVERYBODY, PUPILS = np.array([ALWAYS, ALWAYS, ALWAYS]), np.array([NEVER, ALWAYS, ALWAYS])
NOBODY = np.empty(0, np.int32)


@pytest.mark.parametrize(
    ("months_old_in_september", "stage"),
    [(35, -1), (36, 0), (71, 0), (72, 1), (143, 1), (144, 2), (179, 2), (180, -1), (-3, -1)],
)
def test_the_stage_is_that_of_the_age_in_september(months_old_in_september: int, stage: int) -> None:
    born = SEPTEMBER - months_old_in_september
    for month in (SEPTEMBER, SEPTEMBER + 1, SEPTEMBER + 11):
        assert compiled.school_stage(month, born) == stage
        assert plain.stages(month, np.array([born]))[0] == stage
    assert compiled.school_stage(SEPTEMBER + 12, born) == compiled.school_stage(SEPTEMBER, born - 12)


def test_children_registered_here_come_first_then_permits_by_duration_then_the_others(
    engine: Implementation,
) -> None:
    child = {"months_old": 80, "lives": TOWN, "home": FAR_VILLAGE}
    parent = {"months_old": 400, "lives": TOWN, "home": FAR_VILLAGE, "holdings": PERMIT}
    people = pupils(
        [
            {**child},  # 0 no parent known
            {**child, "parent": 6},  # 1 permit, 30 months
            {**child, "parent": 7},  # 2 father's permit of 90 months, mother without
            {**child, "home": VILLAGE},  # 3 registered in the same county
            {**child, "parent": 9},  # 4 the parent lives in another town
            {**child, "parent": 10},  # 5 the parent holds no permit
            {**parent, "left_home": SEPTEMBER - 30},
            {**parent, "left_home": SEPTEMBER - 200, "holdings": 0, "spouse": 8},
            {**parent, "left_home": SEPTEMBER - 90, "spouse": 7},
            {**parent, "left_home": SEPTEMBER - 400, "lives": OTHER_TOWN},
            {**parent, "left_home": SEPTEMBER - 400, "holdings": 255 - PERMIT},
        ]
    )
    rows = np.arange(6, dtype=np.int32)
    cell, place = np.empty(6, np.int16), np.empty(6, np.uint64)
    engine.schooling.standing(rows, SEPTEMBER, people, CITY_OF_PART, KEY, cell, place)
    assert cell.tolist() == [7 * 3 + 1] * 6
    # Turn by turn; luck decides between those who stand equal, here 0, 4 and 5.
    assert (place >> np.uint64(52)).tolist() == [2002, 1971, 1911, 0, 2002, 2002]
    luck = draw64_array(people.ids[:6], KEY)
    by_luck = sorted([0, 4, 5], key=lambda row: luck[row])
    vacant = np.zeros((111, 3, 2), np.int64)
    order = []
    for places in range(6):
        vacant[7, 1, 0] = places + 1
        placed = set(np.flatnonzero(admit(cell, place, vacant, Chunks())).tolist())
        order += sorted(placed - set(order))
    assert order == [3, 2, 1, *by_luck]


def test_a_parent_from_another_district_of_the_city_needs_no_permit(engine: Implementation) -> None:
    """Fifteen months here: turn 1 + 2000 - 15, with or without a paper."""
    child = {"months_old": 80, "lives": TOWN, "home": NEXT_TOWN, "parent": 1}
    parent = {"months_old": 400, "lives": TOWN, "home": NEXT_TOWN, "left_home": SEPTEMBER - 15}
    people = pupils([child, parent])
    cell, place = np.empty(1, np.int16), np.empty(1, np.uint64)
    engine.schooling.standing(np.zeros(1, np.int32), SEPTEMBER, people, CITY_OF_PART, KEY, cell, place)
    assert (place >> np.uint64(52)).tolist() == [1986]


def test_public_places_go_first_and_then_the_purchased_ones() -> None:
    vacant = np.zeros((111, 3, 2), np.int64)
    vacant[7, 1] = (2, 1)
    cell, place = np.full(5, 22), np.array([5, 1, 4, 2, 3], np.uint64)
    kinds = admit(cell, place, vacant, Chunks())
    assert kinds.tolist() == [0, 1, 0, 1, 2]


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 400), st.integers(0, 6))
def test_never_more_than_places_never_a_place_left_while_somebody_waits(seed: int, n: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    cell = rng.integers(0, 12, n)
    place = rng.integers(0, 4, n).astype(np.uint64) << np.uint64(52) | rng.integers(0, 2**43, n).astype(
        np.uint64
    )
    vacant = np.zeros((111, 3, 2), np.int64)
    vacant[:4] = rng.integers(-1, most + 1, (4, 3, 2))
    kinds = admit(cell, place, vacant, Chunks())
    room = np.maximum(vacant.reshape(-1, 2), 0)
    for c in range(12):
        here = np.flatnonzero(cell == c)
        given_out = [(kinds[here] == 1).sum(), (kinds[here] == 2).sum()]
        assert given_out[0] == min(here.size, room[c, 0])
        assert given_out[1] == min(max(here.size - room[c, 0], 0), room[c, 1])
        by_turn = here[np.argsort(place[here])]
        rank = np.where(kinds[by_turn] == 0, 3, kinds[by_turn])
        if given_out[0] < here.size:
            assert np.all(np.diff(rank) >= 0)  # public, purchased, none, in the order of the queue
    shuffled = rng.permutation(n)
    assert np.array_equal(admit(cell[shuffled], place[shuffled], vacant, Chunks()), kinds[shuffled])


def test_a_place_is_given_up_by_moving_finishing_and_dying(engine: Implementation) -> None:
    holder = {"lives": TOWN, "home": FAR_VILLAGE, "school": 1, "work_county": 7}
    people = pupils(
        [
            {**holder, "months_old": 100},  # stays in primary school
            {**holder, "months_old": 145},  # twelve this September: primary school is over
            {**holder, "months_old": 100, "lives": OTHER_TOWN},
            {**holder, "months_old": 100, "lives": VILLAGE},
            {**holder, "months_old": 100, "dead": True},
            {**holder, "months_old": 181, "school": 2},  # fifteen: done
            {"months_old": 40, "lives": TOWN, "home": TOWN},  # wants a kindergarten place
        ]
    )
    waiting, left, need = engine.schooling.review(0, 7, SEPTEMBER, people, NOBODY, EVERYBODY, TRAITS, True)
    moved, finished, died = left
    assert (moved[7, 1, 0], finished[7, 1, 0], finished[7, 2, 1], died[7, 1, 0]) == (2, 1, 1, 1)
    assert left.sum() == 5
    assert waiting.tolist() == [1, 2, 6]  # the one in the village has a school there
    assert people.school.tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert need[7].tolist() == [[1, 0], [0, 1], [0, 1]] and need[30].tolist() == [[0, 0], [0, 1], [0, 0]]
    assert engine.schooling.held_school_places(0, 7, SEPTEMBER, people)[7].tolist() == [
        [0, 0],
        [0, 0],
        [1, 0],
        [0, 0],
    ]
    again, left, _ = engine.schooling.review(0, 7, SEPTEMBER, people, NOBODY, PUPILS, TRAITS, True)
    assert again.tolist() == [1, 2] and left.sum() == 0  # toddlers kept at home wait for nothing


def test_pupils_of_a_village_that_turns_urban_keep_their_school(engine: Implementation) -> None:
    people = pupils(
        [
            {"months_old": 80, "cell": 3},
            {"months_old": 80, "cell": 4},
            {"months_old": 20, "cell": 3},
            {"cell": 3},
        ]
    )
    turned = np.zeros((111, 256), np.uint8)
    turned[7, 3] = 1
    come = engine.schooling.turn_with_village(
        0, 4, SEPTEMBER + 1, people, turned, np.full(111, 10), EVERYBODY, TRAITS
    )
    assert come[7].tolist() == [0, 1, 0] and come.sum() == 1
    assert people.school.tolist() == [1, 0, 0, 0] and people.work_county[0] == 7


def test_whole_places_keep_the_total_within_half_a_unit() -> None:
    rng = np.random.default_rng(5)
    stock = rng.random((111, 3, 2)) * 9
    whole = whole_units(stock)
    assert np.abs(whole - stock).max() < 1
    assert np.array_equal(whole.sum(axis=0), np.floor(stock.sum(axis=0) + 0.5))
