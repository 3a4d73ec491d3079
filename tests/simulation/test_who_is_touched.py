"""Common random numbers: what is changed for one person or place changes nobody and nothing else."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import replace

import numpy as np
import pytest

from urbsim import month
from urbsim.processes.migration import networks
from urbsim.processes.migration import steps as migration
from urbsim.processes.migration.equations import Utilities, on_grid
from urbsim.processes.screening import steps as screening
from urbsim.processes.screening.steps import Candidates
from urbsim.results import store
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World

SCALE = 0.002
NO_PLAN = load_scenario("no_plan")


def world_after(months: int, scenario=NO_PLAN, change=None, scale: float = SCALE) -> World:
    """A world some months after census night. change: done to it on census night."""
    world = build_world(scenario, scale=scale, threads=2)
    if change:
        change(world)
    model = UrbanisationModel(world=world)
    for _ in range(months):
        model.step()
    return world


def by_id(world: World) -> dict[str, np.ndarray]:
    """Every column in the order of ids, links as ids (0 for none)."""
    q, n = world.people, world.n
    ids = q.ids[:n]
    order = np.argsort(ids)
    columns = {
        name: getattr(q, name)[:n][order]
        for name in q._fields[2:]
        if name not in ("ring", "spouse", "parent")
    }
    for name in ("ring", "spouse", "parent"):
        row = getattr(q, name)[:n]
        columns[name] = np.where(row >= 0, ids[np.maximum(row, 0)], 0)[order]
    return {"ids": ids[order], **columns}


@pytest.fixture(scope="module")
def grown() -> tuple[World, Utilities, np.ndarray]:
    """A world in its seventh month, the month's utilities, and every grown-up out of school.

    At this scale some 160 of them would go to the smallest place that is asked about, county 75.
    """
    world = world_after(6, scale=0.01)
    world.month += 1
    month.set_climate(world)
    month.weigh_places(world)
    utilities = world.migration.utilities
    q, n = world.people, world.n
    grown_up = (
        (q.risk[:n] != 255) & (q.enrolled[:n] == 0) & (world.month - q.birth_month[:n].astype(int) >= 16 * 12)
    )
    return world, utilities, np.flatnonzero(grown_up).astype(np.int32)


def choices_with_a_raise(grown: tuple[World, Utilities, np.ndarray], place: int, raise_: float):
    """The month's choices before and after the place is made better, and the part that it is."""
    world, utilities, deciders = grown
    raised = utilities.destination.copy()
    raised[:, place] += on_grid(raise_)
    part = 2 * place + 1 if place < 111 else place + 111
    choose = migration.choose_destinations
    return (
        choose(world, utilities, deciders),
        choose(world, replace(utilities, destination=raised), deciders),
        part,
    )


@pytest.mark.parametrize("place", [0, 40, 75, 111])
@pytest.mark.parametrize("raise_", [0.05, 0.3, 2.0])
def test_a_better_place_draws_people_only_to_itself(
    grown: tuple[World, Utilities, np.ndarray], place: int, raise_: float
):
    """Everybody whose choice differs goes to the improved place, or stays there in the place of leaving it."""
    before, after, part = choices_with_a_raise(grown, place, raise_)
    differs = before != after
    assert differs.sum() > (30 if raise_ >= 0.3 else 0)
    assert np.all(after[differs] == part)


def hold_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same network shares in every world and month: those of the full base population."""
    shares = networks.network_shares
    monkeypatch.setattr(
        migration, "network_shares", lambda full, base, now, weight: shares(full, base, base, weight)
    )


def add_somebody(world: World) -> None:
    """A man of 100, alone in his village: he may die or stay, and touches nobody."""
    q, row = world.people, world.n
    village = int(
        np.flatnonzero((q.home[:row] == q.lives[:row]) & (q.lives[:row] < 222) & (q.lives[:row] % 2 == 0))[0]
    )
    for name in q._fields[3:]:
        column = getattr(q, name)
        column[row] = column[village]
    q.ids[row] = 123_456_789_123
    q.birth_month[row] = world.base_month - 1200
    q.sex[row] = q.schooling[row] = q.enrolled[row] = q.holdings[row] = q.left_home[row] = q.births[row] = 0
    q.ring[row] = row
    q.spouse[row] = q.parent[row] = -1
    q.risk[row] = 17 * 8  # 85 and over, male, single, at home
    world.n += 1
    world.base_rows += 1


def test_one_more_person_changes_nobody_else(monkeypatch: pytest.MonkeyPatch):
    hold_networks(monkeypatch)
    with_him, without = by_id(world_after(3, change=add_somebody)), by_id(world_after(3))
    other = with_him["ids"] != 123_456_789_123
    assert other.sum() == without["ids"].size == other.size - 1
    for name, column in without.items():
        assert np.array_equal(with_him[name][other], column), name
    # The comparison would see a difference: in three months many have moved, been born, died.
    at_first = by_id(world_after(0))
    assert without["ids"].size - at_first["ids"].size > 100


def test_another_process_changes_nobody(monkeypatch: pytest.MonkeyPatch):
    """One more event at the screening, for which everybody is a candidate, leaves the run as it is."""
    plain = world_after(4)
    bounds = screening._bounds
    everybody = np.full((1, 256), 1 << 32, np.uint64)
    more_events = namedtuple("more_events", (*Candidates._fields, "something_new"))
    monkeypatch.setattr(screening, "Candidates", more_events)
    monkeypatch.setattr(screening, "_EVENTS", (*screening._EVENTS, "something new"))
    monkeypatch.setattr(screening, "_bounds", lambda *args: np.concatenate([bounds(*args), everybody]))
    more = world_after(4)
    assert more.n == plain.n
    one, other = by_id(plain), by_id(more)
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_another_draw_changes_nobody(monkeypatch: pytest.MonkeyPatch):
    """A process that draws a number for everybody every month, for itself, leaves the run as it is."""
    plain = by_id(world_after(3))
    die = month.die

    def die_and_draw(world, rows):
        world.luck_of(np.arange(world.n, dtype=np.int32), world.key("curiosity"))
        die(world, rows)

    monkeypatch.setattr(month, "die", die_and_draw)
    other = by_id(world_after(3))
    assert all(np.array_equal(plain[name], other[name]) for name in plain)


def test_another_seed_is_another_run():
    fingerprints = set()
    for seed in (1, 2):
        model = UrbanisationModel(world=build_world(NO_PLAN, scale=SCALE, seed=seed, threads=1))
        model.step()
        fingerprints.add(store.fingerprint(model.observer.fingerprint_lines()))
    assert len(fingerprints) == 2


def newborns(world: World) -> dict[tuple[int, int], tuple[int, int, int]]:
    """(mother's id, birth's order) -> (id, month, sex) of those born in the run."""
    q = world.people
    order: dict[int, int] = {}
    found = {}
    for row in range(world.base_rows, world.n):
        if q.parent[row] >= 0:
            mother = int(q.ids[q.parent[row]])
            order[mother] = order.get(mother, 0) + 1
            found[mother, order[mother]] = int(q.ids[row]), int(q.birth_month[row]), int(q.sex[row])
    return found


def test_a_newborn_is_the_same_person_in_two_scenarios():
    """Same mother, same birth: the same id in both worlds, and in the same month the same sex."""
    months = 26  # the slump begins in 2022
    one, other = (
        newborns(world_after(months, load_scenario(name))) for name in ("no_plan", "pearl_river_slump")
    )
    both = one.keys() & other.keys()
    assert len(both) > 0.9 * len(one) > 1500
    assert all(one[birth][0] == other[birth][0] for birth in both)
    same_month = [birth for birth in both if one[birth][1] == other[birth][1]]
    assert len(same_month) > 0.9 * len(both)
    assert all(one[birth] == other[birth] for birth in same_month)
    assert len({person for person, _, _ in one.values()}) == len(one)
    assert one != other or len(one) != len(other)  # the worlds did part


def test_lives_part_only_when_their_worlds_part():
    """Half of the outside's jobs go in July 2021: everybody's life is the same up to June, and not in July."""
    slump = load_scenario("pearl_river_slump").conditions.model_copy(update={"outside_wage_per_year": None})
    what_if = NO_PLAN.model_copy(update={"conditions": slump})
    for months, same in ((8, True), (9, False)):
        one, other = (by_id(world_after(months, scenario)) for scenario in (NO_PLAN, what_if))
        assert np.array_equal(one["lives"], other["lives"]) == same
        assert all(np.array_equal(one[name], other[name]) for name in one) == same
