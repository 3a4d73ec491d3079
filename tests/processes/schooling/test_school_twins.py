"""The kernels of school places and their plain twins give the same bytes on random worlds."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import CITY_OF_PART, copy_of, random_world

from urbsim.compute.randomness import probability_threshold
from urbsim.processes.moving import kernels as moving
from urbsim.processes.moving import plain as plain_moving
from urbsim.processes.schooling import kernels as school_places
from urbsim.processes.schooling import plain
from urbsim.state import counting, pending
from urbsim.state.columns import Columns
from urbsim.state.definitions import SCHOOL_AGES, WORKING_AGE
from urbsim.state.ledger import empty_ledger
from urbsim.state.plain import counting as plain_counting

SEPTEMBER = 1460  # September 2021
KEY = np.uint64(987654321)
TRAITS = np.array([KEY, KEY + np.uint64(1), KEY + np.uint64(2)])
SOME = probability_threshold(np.array([0.7, 0.9, 1.0]))


def families(seed: int) -> Columns:
    """The persons of a random world in September, and no rows beyond them."""
    world = random_world(seed, 1100, month=SEPTEMBER)
    return Columns(0, *(column[: world.n] for column in world.people[1:]))


def same(one: Columns, other: Columns) -> bool:
    """True if all columns agree."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("month", [SEPTEMBER, SEPTEMBER + 1, SEPTEMBER + 8])
def test_review_queue_and_recount(seed: int, month: int) -> None:
    one = families(seed)
    other, n = copy_of(one), one.risk.size
    waited = np.empty(0, np.int32)
    for everybody, least in ((True, 50), (False, 10)):
        results = [
            kernels.review(0, n, month, people, waited, SOME, TRAITS, everybody)
            for kernels, people in ((school_places, one), (plain, other))
        ]
        for a, b in zip(*results, strict=True):
            assert a.dtype == b.dtype and np.array_equal(a, b)
        assert same(one, other) and results[0][0].size > least and (everybody or results[0][2].min() < 0)
        waited = results[0][0]
        for people in (one, other):  # some move on to the next town
            people.lives[::7] = np.where(people.lives[::7] < 220, people.lives[::7] + 2, people.lives[::7])
            people.pending[::7] |= np.uint8(pending.ALL)
    rows = results[0][0]
    queues = [(np.empty(rows.size, np.int16), np.empty(rows.size, np.uint64)) for _ in range(2)]
    for k, p, queue in zip((school_places, plain), (one, other), queues, strict=True):
        k.standing(rows, month, p, CITY_OF_PART, KEY, *queue)
    for a, b in zip(*queues, strict=True):
        assert a.dtype == b.dtype and np.array_equal(a, b)
    kinds = (np.arange(rows.size) % 3).astype(np.uint8)
    taken = [
        k.take_school_places(rows, queues[0][0], kinds, p) for k, p in ((school_places, one), (plain, other))
    ]
    assert np.array_equal(*taken) and taken[0].sum() == (kinds > 0).sum() and same(one, other)
    held = [k.held_school_places(0, n, month, p) for k, p in ((school_places, one), (plain, other))]
    assert np.array_equal(*held) and held[0].sum() > 0
    assert np.array_equal(counting.children(0, n, month, one), plain_counting.children(0, n, month, other))
    columns = (month, one.birth_month, one.home, one.lives)
    assert np.array_equal(counting.cohorts(0, n, *columns), plain_counting.cohorts(0, n, *columns))


@pytest.mark.parametrize("seed", range(3))
def test_villages_that_turn_urban(seed: int) -> None:
    one = families(seed)
    other, n = copy_of(one), one.risk.size
    rng = np.random.default_rng(seed)
    turned = (rng.random((111, 256)) < 0.3).astype(np.uint8)
    cells = rng.integers(1, 256, 111)
    came = [
        kernels.turn_with_village(0, n, SEPTEMBER + 1, people, turned, cells, SOME, TRAITS)
        for kernels, people in ((school_places, one), (plain, other))
    ]
    assert np.array_equal(*came) and came[0].sum() > 10 and same(one, other)


@pytest.mark.parametrize("seed", range(3))
def test_families_that_move_with_chances_by_destination(seed: int) -> None:
    one = families(seed)
    one.holdings[:] = 0  # permits are another matter
    other = copy_of(one)
    rng = np.random.default_rng(seed)
    heads = np.flatnonzero(one.spouse >= 0)[::3].astype(np.int32)
    to = rng.integers(0, 224, heads.size).astype(np.uint8)
    along = probability_threshold(rng.random((3, 224, 2)))
    joins = probability_threshold(rng.random((2, 224, 2)))
    ledgers = (empty_ledger(), empty_ledger())
    for k, (kernels, people) in enumerate(((moving, one), (plain_moving, other))):
        kernels.apply_moves(heads, to, along, SEPTEMBER, people, ledgers[k], KEY)
    assert same(one, other) and ledgers[0].moves.sum() > heads.size
    found = [
        k.children_who_join(heads, SEPTEMBER, p, joins, KEY)
        for k, p in ((moving, one), (plain_moving, other))
    ]
    for a, b in zip(*found, strict=True):
        assert np.array_equal(a, b)
    assert found[0][0].size > 5


def test_no_pupil_of_these_schools_is_of_working_age():
    """Pupils are reviewed while jobs are matched: two threads write to columns of different persons."""
    oldest = 12 * SCHOOL_AGES - 1 + 12  # months, in the September that ends the last school year
    assert oldest < 12 * WORKING_AGE
