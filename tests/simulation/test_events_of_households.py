"""Events of households in threads: each household has its own thread, or waits, and its events keep their order."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from worlds import columns

from urbsim.compute import members
from urbsim.compute.plain import members as plain_members
from urbsim.compute.threads import Chunks
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.ledger import Ledger, empty_ledger

PEOPLE, LATER = 5000, 4000  # rows, and those of them who came first


def rings(seed: int) -> np.ndarray:
    """Households of neighbours, of which some were joined by others from anywhere, and by those who came later."""
    rng = np.random.default_rng(seed)
    ring = np.arange(PEOPLE, dtype=np.int32)
    for first in range(0, LATER, 4):
        ring[first : first + 4] = np.roll(np.arange(first, first + 4), -1)
    for one, other in rng.integers(0, LATER, (150, 2)):
        ring[one], ring[other] = ring[other], ring[one]  # one ring of two, or two of one
    for row in range(LATER, PEOPLE - 100):
        member = rng.integers(0, LATER)
        ring[row], ring[member] = ring[member], row
    return ring


def household(ring: np.ndarray) -> np.ndarray:
    """The lowest row of each row's household."""
    lowest, at = np.arange(ring.size), ring.copy()
    while (open_ := at != np.arange(ring.size)).any():
        lowest[open_] = np.minimum(lowest, at)[open_]
        at = np.where(open_, ring[at], at)
    return lowest


def small_world(threads: int, seed: int) -> World:
    world = World.__new__(World)
    world.chunks, world.ledger, world._beside, world.n = Chunks(threads, 64), empty_ledger(), [], PEOPLE
    world.people = columns({"home": np.zeros(PEOPLE, np.uint8), "ring": rings(seed)})
    return world


@pytest.mark.parametrize("module", [members, plain_members])
def test_the_first_member_tells_households_apart(module: ModuleType):
    ring = rings(1)
    rows = np.random.default_rng(2).permutation(PEOPLE).astype(np.int32)
    np.testing.assert_array_equal(module.first_members(rows, ring), household(ring)[rows])


def test_every_pair_that_meets_another_is_found_and_few_others():
    households = np.random.default_rng(5).integers(0, 20_000, (2, 1000)).astype(np.int32)
    found, meet = members.pairs_that_meet(*households), plain_members.pairs_that_meet(*households)
    for pair, meets in enumerate(meet.tolist()):
        others = np.delete(households, pair, axis=1)
        one, other = households[:, pair]
        assert meets == (one == other or one in others or other in others)
    assert meet.sum() > 100
    assert (found >= meet).all()
    assert found.sum() - meet.sum() < 100  # by chance, of a thousand


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_nobody_of_a_household_is_in_two_threads_and_its_order_stays(threads: int):
    world = small_world(threads, 3)
    rows = np.sort(np.random.default_rng(4).choice(PEOPLE, 2000, replace=False)).astype(np.int32)

    def carry_out(at: np.ndarray | slice, ledger: Ledger) -> np.ndarray:
        ledger.births[0] += rows[at].size
        return rows[at]

    done = world.over_households(rows, carry_out)
    world.chunks.close()
    assert world.ledger.births[0] == rows.size
    home = household(world.people.ring)
    at_once = [set(home[some].tolist()) for some in done]
    assert len(done) == threads
    assert sum(map(len, at_once)) == len(set().union(*at_once))
    assert min(map(len, at_once)) > 100
    order = np.concatenate(done)
    for first in np.unique(home[rows]):
        np.testing.assert_array_equal(order[home[order] == first], rows[home[rows] == first])


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_pairs_that_share_a_household_keep_their_order(threads: int):
    world = small_world(threads, 6)
    one, other = np.random.default_rng(7).permutation(PEOPLE)[:400].astype(np.int32).reshape(2, -1)

    def carry_out(at: np.ndarray | slice, ledger: Ledger) -> np.ndarray:
        ledger.births[0] += one[at].size
        return np.arange(one.size)[at]

    done = world.over_pairs(one, other, carry_out)
    world.chunks.close()
    assert world.ledger.births[0] == one.size
    np.testing.assert_array_equal(np.sort(np.concatenate(done)), np.arange(one.size))
    home = household(world.people.ring)
    at_once = done[:-1] if threads > 1 else []
    assert len(at_once) == (threads if threads > 1 else 0)
    for part in at_once:
        others = np.setdiff1d(np.arange(one.size), part)
        mine, theirs = (np.union1d(home[one[some]], home[other[some]]) for some in (part, others))
        assert np.intersect1d(mine, theirs).size == 0
        assert part.size > 20
    assert (np.diff(done[-1]) > 0).all()


def test_threads_leave_the_same_world():
    """Pieces of 64 rows, so that even a small sample's moves, unions, deaths and settlements of a month are shared out."""
    scenario, seen = load_scenario("baseline"), []
    for threads, chunk in ((1, None), (4, 64)):
        world = build_world(scenario, scale=0.01, threads=threads, chunk=chunk)
        model = UrbanisationModel(world=world)
        model.run_months(3)
        cohorts = {
            month: np.sort(np.concatenate(rows)) for month, rows in world.moving.absences.cohorts.items()
        }
        seen.append((world.n, world.people, world.ledger, cohorts))
        couples = np.flatnonzero(world.people.spouse[: world.n] >= 0)
        home = household(world.people.ring[: world.n])
        np.testing.assert_array_equal(home[couples], home[world.people.spouse[couples]])  # it rests on that
        model.release()
    (n, people, ledger, cohorts), (other_n, other_people, other_ledger, other_cohorts) = seen
    assert n == other_n
    for name, one, other in zip(people._fields[1:], people[1:], other_people[1:], strict=True):
        np.testing.assert_array_equal(one[:n], other[:n], err_msg=name)
    for one, other in zip(
        (*ledger[:-1], *ledger.stocks), (*other_ledger[:-1], *other_ledger.stocks), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_equal(cohorts, other_cohorts)
