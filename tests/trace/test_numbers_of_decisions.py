"""What is told of a decision is what the kernels decide by, person by person on random small worlds."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import CITY_OF_PART, SmallWorld, random_world

from urbsim.compute.eights import NO_EIGHTS
from urbsim.compute.randomness import stream_key
from urbsim.processes import implementation
from urbsim.processes.migration.tastes import gumbel_tables
from urbsim.processes.registration import plain as registration
from urbsim.state.codes import FIRST_JOB
from urbsim.state.risk import AGE_LIMIT
from urbsim.trace.decisions import alternatives, as_shares, chance_to_reconsider, nested_shares, position

MONTH = 1470
KERNELS = implementation.compiled()


def key(name: str) -> np.uint64:
    return stream_key(5, name, MONTH)


def up_to(most: float, *shape: int) -> np.ndarray:
    return (np.random.default_rng(sum(shape)).random(shape) * most * 2**32).astype(np.uint64)


@pytest.fixture(scope="module")
def world() -> SmallWorld:
    return random_world(3, 150)


def living(world: SmallWorld) -> np.ndarray:
    return np.flatnonzero(world.people.risk[: world.n] != 255).astype(np.int32)


def test_who_reconsiders_drew_less_than_the_chance_told(world: SmallWorld):
    people, rows = world.people, living(world)
    rows = rows[people.enrolled[rows] == 0]
    holds = np.random.default_rng(8).integers(1 << 14, 1 << 17, 256).astype(np.uint64)
    rules = (MONTH, people, up_to(0.3, AGE_LIMIT + 1, 2, 3, 2, 2), up_to(0.3, 41, AGE_LIMIT + 1, 2, 2), holds)
    keys = key("activation"), key("fine")
    found = KERNELS.migration.activated(rows, *rules, *keys)
    told = [chance_to_reconsider(np.array([row]), *rules, *keys) for row in rows]
    assert [one["draw"] < one["chance"] for one in told] == np.isin(rows, found).tolist()
    assert 0 < found.size < rows.size


@pytest.mark.parametrize("home_open", [True, False])
def test_the_best_alternative_told_is_the_one_chosen(world: SmallWorld, home_open: bool):
    rng = np.random.default_rng(3)
    place, pair, village, staying = (
        rng.integers(-1 << 17, 1 << 17, shape) for shape in ((24, 113), (113, 113), (24, 111), (24, 111))
    )
    place[:, 5] = -(10**6) << 16  # closed
    nests, ties = rng.integers(0, 3, 113), rng.integers(-1 << 17, 1 << 17, (2, 4))
    taste, nest_taste = gumbel_tables(0.56)
    rest = (
        place, pair, 90_000, village, staying, ties, 150_000, home_open, nests, nest_taste, taste, key("taste"),
        key("nest"),
    )  # fmt: skip
    rows = living(world)
    chosen = KERNELS.migration.destinations(0, rows.size, rows, MONTH, world.people, *rest)
    moved = 0
    for row, part in zip(rows, chosen, strict=True):
        told = alternatives(np.array([row]), MONTH, world.people, *rest, dissimilarity=0.56)
        best = told["alternatives"][0]
        assert best["part"] == part and best["stays"] == (part == world.people.lives[row])
        assert sum(one["share"] for one in told["alternatives"]) == pytest.approx(1)
        assert all(one["part"] != 11 for one in told["alternatives"] if not one["stays"])
        assert all(one["worth"] <= best["worth"] for one in told["alternatives"])
        moved += not best["stays"]
    assert 0 < moved < rows.size


def test_shares_of_a_nested_logit_by_hand():
    # Two nests: one of two places worth ln 4 each, one of a place worth 0. With one half for the dissimilarity the
    # first is worth 0.5 ln(2 * 4^2) = ln sqrt 32, so its share is sqrt 32 / (1 + sqrt 32), even between the two.
    shares = nested_shares(np.log([4.0, 4.0, 1.0]), np.array([0, 0, 3]), 0.5)
    first = 32**0.5 / (1 + 32**0.5)
    assert shares == pytest.approx([first / 2, first / 2, 1 - first])
    # Without nests it is a plain logit.
    assert nested_shares(np.log([1.0, 2.0, 5.0]), np.array([0, 0, 0]), 1.0) == pytest.approx(
        [0.125, 0.25, 0.625]
    )


def test_shares_are_how_often_people_choose():
    """Tastes of many ids under one key: the share told is the share chosen, to three standard errors."""
    taste, nest_taste = (table / 65536 for table in gumbel_tables(0.5))
    rng = np.random.default_rng(2)
    n = 20_000
    within = rng.choice(taste, (n, 3))
    of_nest = rng.choice(nest_taste, (n, 2))
    known = np.array([0.6, 0.0, 0.3])
    worth = known + within + of_nest[:, [0, 0, 1]]
    chosen = np.bincount(worth.argmax(axis=1), minlength=3) / n
    told = nested_shares(known, np.array([0, 0, 1]), 0.5)
    assert np.all(np.abs(chosen - told) < 3 * np.sqrt(told * (1 - told) / n) + 0.002)


def test_papers_told_are_those_given(world: SmallWorld):
    rng = np.random.default_rng(10)
    rest = (
        MONTH, world.people, NO_EIGHTS, CITY_OF_PART, up_to(1, 111), np.uint64(3 << 30), np.uint64(1 << 31), up_to(1, 111),
        up_to(1, 25), np.uint64(1 << 30), MONTH - 6, MONTH - rng.integers(0, 90, (111, 2)),
        rng.choice([0, 12, 48], 111), up_to(1, 111), up_to(1, 111), rng.integers(0, 1 << 17, (2, 112), dtype=np.uint64),
        key("papers"), key("fine"), np.array([key(name) for name in "abcd"]),
    )  # fmt: skip
    permits, settlers, need_post = KERNELS.registration.permits_and_settlement(0, world.n, *rest)
    settlers = settlers[~need_post | (world.people.work[settlers] >= FIRST_JOB)]
    given = 0
    for row in range(world.n):
        found = registration.papers(row, row + 1, *rest)
        if not found.rows.size:
            assert row not in permits and row not in settlers
            continue
        told = as_shares(found)
        assert told["receives"] == (row in permits)
        assert (told["settles"] or told["joins"]) == (row in settlers)
        if told["receives"]:
            assert told["luck"] < told["permit"] and told["knows"] < told["aware"]
        if told["settles"]:
            assert told["luck"] < told["settle"] and told["wants"] < told["wish"] and told["has_paper"]
        given += told["receives"] or told["settles"]
    assert given > 0


def test_a_place_in_a_queue_counts_from_one():
    ranks = np.array([7, 3, 9, 3], dtype=np.uint64)
    assert position(ranks, np.uint64(3)) == {"place": 1, "of": 4}
    assert position(ranks, np.uint64(9)) == {"place": 4, "of": 4}
