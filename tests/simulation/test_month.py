"""The month hands every event on: whoever the tables are certain about meets it, piece by piece, no row lost."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import ALWAYS

from urbsim import month
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.codes import DEAD, FIRST_JOB, FIRST_OUTSIDE, UNEMPLOYED


@pytest.fixture
def world() -> World:
    """A world on census night, its rows cut into many pieces."""
    world = build_world(load_scenario("no_plan"), scale=0.0005, threads=2, chunk=64)
    UrbanisationModel(world=world)
    return world


def test_all_who_must_die_do(world: World):
    rows = np.arange(0, world.n, 3, dtype=np.int32)
    world.demography.death = np.full((111, 2, 2), ALWAYS)
    month.die(world, rows)
    dead = world.people.risk[: world.n] == 255
    assert np.array_equal(np.flatnonzero(dead), rows)
    assert world.ledger.deaths.sum() == world.ledger.deaths_present.sum() == rows.size


def test_events_keep_sex_union_and_being_away_in_the_class():
    """January writes the age alone, so everything else in the class has to be right already."""
    world = build_world(load_scenario("baseline"), scale=0.002, threads=2)
    model = UrbanisationModel(world=world)
    model.run_months(12)  # over a January, a September and an October
    q, n = world.people, world.n
    woman, in_union, away = q.sex[:n] == 1, q.spouse[:n] >= 0, q.home[:n] != q.lives[:n]
    alive = q.risk[:n] != DEAD
    assert np.array_equal(q.risk[:n][alive] & 7, (4 * woman + 2 * in_union + away)[alive])
    model.release()


def test_all_who_must_bear_do(world: World):
    q, before = world.people, world.n
    month.set_climate(world)
    newborn = (world.month - q.birth_month[:before] < 30) & (q.parent[:before] >= 0)
    able = (q.sex[:before] == 1) & (q.spouse[:before] >= 0)
    able[q.parent[:before][newborn]] = False  # no other child so soon
    wives = np.flatnonzero(able)[:500].astype(np.int32)
    world.demography.birth = np.full((111, 3), ALWAYS)
    month.give_birth(world, wives)
    assert world.n == before + wives.size
    assert np.array_equal(q.parent[before : world.n], wives)
    assert world.ledger.births.sum() == wives.size
    absences = np.concatenate([rows for cohort in world.moving.absences.cohorts.values() for rows in cohort])
    absences = absences[absences >= before]
    children = np.arange(before, world.n)
    away = q.lives[children] != q.home[children]
    assert absences.size == (away & (world.month - q.left_home[children].astype(int) < 6)).sum()


def test_a_post_found_while_the_office_looked_counts(world: World):
    """P3: of those who settle if they have a post, only they do who have one when papers are handed out."""
    q, rows = world.people, np.arange(world.n, dtype=np.int32)
    away = (q.lives[rows] < FIRST_OUTSIDE) & (q.lives[rows] % 2 == 1) & (q.home[rows] != q.lives[rows])
    alone = away & (q.risk[rows] != DEAD) & (q.spouse[rows] < 0) & (q.ring[rows] == rows)
    settlers = rows[alone]
    assert settlers.size > 20
    need_post, has_post = np.arange(settlers.size) % 2 == 0, np.arange(settlers.size) % 3 == 0
    q.work[settlers] = np.where(has_post, FIRST_JOB, UNEMPLOYED)
    month.register(world, lambda: [(rows[:0], settlers, need_post)])
    assert np.array_equal(q.home[settlers] == q.lives[settlers], has_post | ~need_post)


def test_no_more_rows_than_there_is_room_for(world: World):
    with pytest.raises(MemoryError, match="room"):
        world.need_room(world.people.risk.size)


def test_the_screening_lets_everybody_through_whom_a_table_is_certain_about(world: World):
    world.month += 1
    month.set_climate(world)
    month.weigh_places(world)
    month.set_hazards(world)
    world.demography.death[:] = ALWAYS
    world.demography.separation[:] = ALWAYS
    candidates = month.screen(world)
    assert np.array_equal(candidates.death, np.arange(world.n))
    q = world.people
    wives = np.flatnonzero((q.sex[: world.n] == 1) & (q.spouse[: world.n] >= 0))
    assert np.all(np.isin(wives, candidates.union))
