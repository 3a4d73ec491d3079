"""The queue: order, exact rationing, who may join it (ODD equations H4, H5)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import (
    ALWAYS,
    CITY_OF_PART,
    COUNTY,
    FAR_TOWN,
    FAR_VILLAGE,
    NEVER,
    NEXT_TOWN,
    NOW,
    TOWN,
    VILLAGE,
    alike,
    townspeople,
)

from urbsim.compute.randomness import draw64_array, stream_key
from urbsim.compute.threads import Chunks
from urbsim.processes.housing import kernels
from urbsim.processes.housing.equations import rank_of, serve
from urbsim.processes.housing.steps import _first_in_line
from urbsim.processes.implementation import Implementation
from urbsim.state.holdings import DORMITORY, PERMIT, PUBLIC_RENTAL, RENT_SUBSIDY, SUPPORTED

KEY = stream_key(1, "queue")

queues = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2**64 - 1)), max_size=60)
vacancies = st.lists(st.integers(0, 8), min_size=5, max_size=5)


def ranks_of(queue: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    counties = np.array([county for county, _ in queue], dtype=np.int64)
    return counties, rank_of(counties, np.array([luck for _, luck in queue], dtype=np.uint64))


def by_county(numbers: list[int]) -> np.ndarray:
    free = np.zeros(111, dtype=np.int64)
    free[: len(numbers)] = numbers
    return free


@given(queues, vacancies)
def test_exactly_as_many_are_served_as_there_are_units_or_people(
    queue: list[tuple[int, int]], units: list[int]
):
    counties, ranks = ranks_of(queue)
    free = by_county(units)
    served = serve(ranks, free)
    waiting = np.bincount(counties, minlength=111)
    assert np.array_equal(np.bincount(counties[served], minlength=111), np.minimum(free, waiting))
    assert np.unique(served).size == served.size
    for county in range(5):
        mine = counties == county
        chosen = np.isin(np.flatnonzero(mine), served)
        if chosen.any() and not chosen.all():
            assert ranks[mine][chosen].max() <= ranks[mine][~chosen].min()


@given(queues, vacancies, st.randoms())
def test_the_order_of_rows_does_not_matter(queue: list[tuple[int, int]], units: list[int], dice):
    _, ranks = ranks_of(queue)
    order = list(range(len(queue)))
    dice.shuffle(order)
    one = ranks[serve(ranks, by_county(units))]
    other = ranks[order][serve(ranks[order], by_county(units))]
    assert sorted(one.tolist()) == sorted(other.tolist())


@given(queues, vacancies)
def test_one_unit_more_serves_one_household_more_and_nobody_less(
    queue: list[tuple[int, int]], units: list[int]
):
    counties, ranks = ranks_of(queue)
    free = by_county(units)
    more = free.copy()
    more[0] += 1
    before, after = set(serve(ranks, free).tolist()), set(serve(ranks, more).tolist())
    assert before <= after
    assert len(after) - len(before) == (1 if (counties == 0).sum() > free[0] else 0)


@pytest.mark.parametrize(("threads", "chunk"), [(1, None), (1, 64), (3, 64), (2, 192)])
@pytest.mark.parametrize("kinds", [40, 2**40])  # of luck: of equals the first in the queue is served
def test_pieces_of_the_queue_bring_the_same_forward_as_the_whole(threads: int, chunk: int | None, kinds: int):
    rng = np.random.default_rng(kinds)
    rows = rng.permutation(1000).astype(np.int32)
    counties = rng.choice(np.array([0, 3, 60, 110], np.uint8), 1000)
    free = by_county([0] * 111)
    free[[3, 60, 110]] = 9, 1, 400
    luck = rng.integers(0, kinds, 1000).astype(np.uint64) * np.uint64(2**64 // kinds)
    market = SimpleNamespace(waiting=rows, waiting_counties=counties)

    def everybody(rows: np.ndarray, counties: np.ndarray, *_: Any) -> tuple[np.ndarray, np.ndarray]:
        return np.arange(rows.size), rank_of(counties, luck[rows])

    kernels = SimpleNamespace(front_of_queue=everybody)
    world: Any = SimpleNamespace(
        housing=market, engine=SimpleNamespace(housing=kernels), chunks=Chunks(threads, chunk), month=0, people=None,
        parameters={"residence_counted_months": 60}, lasting_key=lambda _: KEY,
    )  # fmt: skip
    first = _first_in_line(world, free)
    world.chunks.close()
    assert first.tolist() == serve(rank_of(counties, luck[rows]), free).tolist()
    assert np.bincount(counties[first], minlength=111)[[0, 3, 60]].tolist() == [0, 9, 1]


def test_longer_residence_comes_first_and_then_lower_luck(engine: Implementation):
    away = {"home": FAR_VILLAGE, "lives": TOWN}
    months = [3, 40, 40, 12, 90, 500]
    people = townspeople(*[[{**away, "left_home": NOW - m}] for m in months])
    rows = np.arange(6, dtype=np.int32)
    counties = np.full(6, COUNTY, np.uint8)
    ranks = engine.housing.ranks_in_queue(rows, counties, NOW, people, 60, KEY)
    luck = draw64_array(people.ids[:6], KEY)
    by_hand = sorted(range(6), key=lambda k: (-min(months[k], 60), int(luck[k])))
    assert np.argsort(ranks).tolist() == by_hand
    assert engine.housing.still_waiting(rows, counties, people, True, rows[:0])[0].tolist() == list(range(6))
    assert set(by_hand[:2]) == {4, 5}  # beyond 60 months all are equal, and luck says who is first


@pytest.mark.parametrize(
    "newcomers", [0.0, 0.3, 0.97, 1.0]
)  # share without all months of residence that count
def test_nobody_who_can_be_first_is_left_out(engine: Implementation, newcomers: float):
    n, rng = 3000, np.random.default_rng(int(100 * newcomers))
    months = np.where(rng.random(n) < newcomers, rng.integers(0, 60, n), 60 + rng.integers(0, 90, n))
    people = alike(n, {"age": 40, "home": FAR_VILLAGE, "lives": TOWN}, 3)
    people.left_home[:n] = NOW - months
    rows, counties = rng.permutation(n).astype(np.int32), rng.integers(0, 4, n).astype(np.uint8)
    free = by_county([0, 1, 20, 2000])
    ranks = engine.housing.ranks_in_queue(rows, counties, NOW, people, 60, KEY)
    at, found = engine.housing.front_of_queue(rows, counties, free, NOW, people, 60, KEY)
    assert np.array_equal(found, ranks[at]) and np.all(free[counties[at]] > 0)
    assert at[serve(found, free)].tolist() == serve(ranks, free).tolist()
    if engine.housing is kernels and newcomers < 0.5:
        assert np.bincount(counties[at])[:3].max() < 150  # of some 750


def test_those_born_there_have_waited_since_birth(engine: Implementation):
    people = townspeople([{"age": 3}], [{"age": 30}], [{"age": 30, "left_home": NOW - 20}])
    rows = np.arange(3, dtype=np.int32)
    assert engine.housing.residence_months(rows, NOW, people).tolist() == [36, 360, 20]


@pytest.mark.parametrize(
    "gone", [{"lives": VILLAGE}, {"lives": FAR_TOWN}, {"holdings": DORMITORY}, {"holdings": PUBLIC_RENTAL},
             {"holdings": RENT_SUBSIDY}, {"dead": True}],
)  # fmt: skip
def test_who_left_or_is_served_leaves_the_queue(engine: Implementation, gone: dict):
    people = townspeople([gone], [{}])
    rows, counties = np.array([0, 1], np.int32), np.full(2, COUNTY, np.uint8)
    nobody = np.empty(0, np.int32)
    waiting, where, left = engine.housing.still_waiting(rows, counties, people, True, nobody)
    assert waiting.tolist() == [1] and where.tolist() == [COUNTY]
    assert left.sum() == left[COUNTY] == 1
    served = bool(gone.get("holdings", 0) & SUPPORTED)
    given = np.array([0], np.int32)
    waiting = engine.housing.still_waiting(rows, counties, people, False, given)[0]
    assert waiting.tolist() == ([1] if served else [0, 1])


MIGRANT = {"home": FAR_VILLAGE, "lives": TOWN, "left_home": NOW - 30, "holdings": PERMIT}


def who_may(
    engine: Implementation, *groups: list[dict], renting=ALWAYS, poor=ALWAYS, permit: int = 1, applied=ALWAYS
) -> dict[int, int]:
    people = townspeople(*groups)
    table = np.full((111, 2), renting, np.uint64)
    n = sum(map(len, groups))
    keys = (stream_key(0, name) for name in ("tenure", "income", "housing application"))
    rows, migrant = engine.housing.eligible(
        0, n, NOW, people, CITY_OF_PART, table, poor, permit, 12, applied, *keys
    )
    return dict(zip(rows.tolist(), migrant.tolist(), strict=True))


def test_a_migrant_needs_a_permit_and_a_year(engine: Implementation):
    assert who_may(engine, [MIGRANT]) == {0: 1}
    assert who_may(engine, [{**MIGRANT, "holdings": 0}]) == {}
    assert who_may(engine, [{**MIGRANT, "holdings": 0}], permit=0) == {0: 1}
    assert who_may(engine, [{**MIGRANT, "left_home": NOW - 11}]) == {}
    assert who_may(engine, [{**MIGRANT, "left_home": NOW - 12}]) == {0: 1}
    assert who_may(engine, [MIGRANT], poor=NEVER) == {0: 1}
    assert who_may(engine, [MIGRANT], applied=NEVER) == {}


@pytest.mark.parametrize("home", [VILLAGE, NEXT_TOWN])
def test_who_is_registered_in_the_same_city_needs_no_permit(engine: Implementation, home: int):
    assert who_may(engine, [{**MIGRANT, "home": home, "holdings": 0}]) == {0: 1}
    assert who_may(engine, [{**MIGRANT, "home": home, "holdings": 0, "left_home": NOW - 11}]) == {}


def test_somebody_registered_there_needs_no_permit_but_a_low_income(engine: Implementation):
    assert who_may(engine, [{}]) == {0: 0}
    assert who_may(engine, [{}], poor=NEVER) == {}


def test_owners_villagers_children_and_the_served_may_not(engine: Implementation):
    assert who_may(engine, [{}], renting=NEVER) == {}
    assert who_may(engine, [{"home": VILLAGE}]) == {}
    assert who_may(engine, [{"age": 17}]) == {}
    assert who_may(engine, [{"holdings": DORMITORY}]) == {}
    assert who_may(engine, [{"holdings": PUBLIC_RENTAL}]) == {}
    assert who_may(engine, [{"home": 222, "lives": 222}]) == {}


def test_one_head_for_a_household_and_one_for_each_place(engine: Implementation):
    child_first = [{"age": 10}, {"age": 40, "spouse": 2}, {"age": 39, "spouse": 1}]
    assert who_may(engine, child_first) == {1: 0}
    divided = [
        {"age": 40, "spouse": 1},
        {"age": 39, "spouse": 0, "home": FAR_TOWN},
        {"age": 60, "home": FAR_TOWN},
    ]
    assert who_may(engine, divided) == {0: 0, 1: 0}
    in_dormitory = [{"age": 40, "holdings": DORMITORY}, {"age": 39}]
    assert who_may(engine, in_dormitory) == {1: 0}
