"""Events of households in threads: each household has its own thread, or waits, and its events keep their order."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import columns

from urbsim.compute.members import stretch_of_households
from urbsim.compute.plain.members import stretch_of_households as by_passes
from urbsim.compute.threads import Chunks
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.ledger import empty_ledger

PEOPLE, LATER = 5000, 4000  # rows, and those of them that the base population has


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


@pytest.mark.parametrize("ends", [[], [2000], [900, 901, 3500]])
def test_a_household_lies_in_the_stretch_of_all_its_members(ends: list[int]):
    ring, cuts = rings(1), np.array(ends, np.int32)
    rows = np.random.default_rng(2).permutation(PEOPLE).astype(np.int32)
    found = stretch_of_households(rows, cuts, LATER, ring)
    np.testing.assert_array_equal(found, by_passes(rows, cuts, LATER, ring))
    home = household(ring)
    stretch = np.searchsorted(cuts, np.arange(LATER), side="right")
    for row, number in zip(rows.tolist(), found.tolist(), strict=True):
        of_base = np.flatnonzero(home[:LATER] == home[row])
        expected = {*stretch[of_base].tolist()}
        assert number == (expected.pop() if len(expected) == 1 else len(ends) + 1)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_nobody_of_a_household_is_in_two_threads_and_its_order_stays(threads: int):
    world = World.__new__(World)
    world.chunks, world.ledger, world.base_rows = Chunks(threads, 64), empty_ledger(), LATER
    world.people = columns({"home": np.zeros(PEOPLE, np.uint8), "ring": rings(3)})
    rows = np.sort(np.random.default_rng(4).choice(PEOPLE, 2000, replace=False)).astype(np.int32)

    def carry_out(at: np.ndarray | slice, ledger) -> np.ndarray:
        ledger.births[0] += rows[at].size
        return rows[at]

    done = world.over_households(rows, carry_out)
    world.chunks.close()
    assert world.ledger.births[0] == rows.size
    home = household(world.people.ring)
    last = done[-1] if threads > 1 else done[0][:0]
    at_once = [set(home[some].tolist()) for some in done[: len(done) - (threads > 1)]]
    assert sum(map(len, at_once)) == len(set().union(*at_once))
    assert set().union(*at_once).isdisjoint(home[last].tolist())
    assert threads == 1 or (last.size > 100 and sum(len(some) > 100 for some in at_once) >= 2)
    order = np.concatenate(done)
    for first in np.unique(home[rows]):
        np.testing.assert_array_equal(order[home[order] == first], rows[home[rows] == first])


def test_threads_leave_the_same_world():
    """Pieces of 64 rows, so that even a small sample's moves, deaths and settlements of a month are shared out."""
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
