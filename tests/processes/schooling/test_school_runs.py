"""Schools in whole runs: accounts, threads, no place and what comes of it, more places and who comes along."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from urbsim.processes.migration.steps import town_terms
from urbsim.results import store
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World

TO_SEPTEMBER = 11  # months from census night to September 2021
PRIMARY, JUNIOR = 1, 2


def run(
    months: int,
    scale: float = 0.002,
    threads: int = 1,
    chunk: int | None = None,
    before: Callable[[World], None] | None = None,
    each_month: Callable[[World], None] | None = None,
) -> tuple[World, UrbanisationModel]:
    world = build_world(load_scenario("no_plan"), scale, 1, threads=threads, chunk=chunk)
    if before:
        before(world)
    model = UrbanisationModel(world=world, strict=True)
    for _ in range(months):
        if each_month:
            each_month(world)
        model.step()
    return world, model


def fingerprint(model: UrbanisationModel) -> str:
    return store.fingerprint(model.observer.fingerprint_lines())


@pytest.fixture(scope="module")
def plain() -> tuple[World, UrbanisationModel]:
    return run(TO_SEPTEMBER + 2)


def test_on_census_night_places_are_held_by_children_of_the_county_first() -> None:
    world = build_world(load_scenario("no_plan"), 0.002, 1, threads=1)
    people, n = world.people, world.n
    assert np.all(world.schooling.held <= world.schooling.places)
    lives = people.lives[:n].astype(int)
    age = (1448 - people.birth_month[:n].astype(int)) // 12
    pupil = (age >= 6) & (age < 15) & (lives < 222) & (lives % 2 == 1)
    local = people.home[:n].astype(int) // 2 == lives // 2
    assert np.all(people.school[:n][pupil & local] > 0)
    placed = (people.school[:n][pupil & ~local] > 0).mean()
    assert 0.92 < placed < 0.98  # 94.9% in the survey
    assert not people.school[:n][lives % 2 == 0].any() and not people.school[:n][lives >= 222].any()
    again = build_world(load_scenario("no_plan"), 0.002, 1, threads=2, chunk=64)
    assert np.array_equal(again.people.school[:n], people.school[:n])


def test_the_same_people_for_any_threads_and_no_added_places_change_nothing(plain) -> None:
    def nothing(world: World) -> None:
        for stage in range(3):
            world.schooling.add_places(np.zeros(111, np.int64), stage, 0)

    world, model = run(TO_SEPTEMBER + 2, threads=2, chunk=8192, each_month=nothing)
    assert fingerprint(model) == fingerprint(plain[1])
    assert world.schooling.year == 1  # a September has passed
    assert world.schooling.taken_over.sum() > 0  # and an October, in which villages turned urban
    n = world.n
    assert np.array_equal(world.people.school[:n], plain[0].people.school[:n])


def test_the_balance_of_census_night_knows_its_school_places(plain) -> None:
    world = plain[0]
    with_child, without = (world.migration.base_utilities.destination[kind, :111] / 2**16 for kind in (12, 0))
    told = world.parameters["beta_school"] * world.schooling.base_coverage
    assert with_child - without == pytest.approx(told, abs=1e-4)
    assert np.abs(world.schooling.base_coverage - world.schooling.coverage).max() > 0.01


def test_indicators_count_places_and_migrant_children_in_public_school(plain) -> None:
    world, model = plain
    read = model.observer.read
    last = model.observer.months[-1]
    assert read("school_places", "450000", last) == world.schooling.places.sum() * world.weight
    assert np.array_equal(town_terms(world).school, world.schooling.coverage)
    assert 0 < world.schooling.coverage.min() < world.schooling.coverage.max() <= 1
    public, all_of_them = (
        read(name, "450000", last) for name in ("migrant_children_in_public_school", "migrant_children")
    )
    assert public is not None and all_of_them is not None and 0.4 < public / all_of_them < 0.95


class _Surely:
    """The parameters of a world, some of them set."""

    def __init__(self, parameters, **changes: float) -> None:
        self._parameters, self._changes = parameters, changes

    def __getitem__(self, name: str) -> float:
        return self._changes[name] if name in self._changes else self._parameters[name]

    def __getattr__(self, name: str):
        return getattr(self._parameters, name)


@pytest.mark.parametrize("sent", [True, False])
def test_no_place_and_the_child_is_left_behind(sent: bool) -> None:
    """No school has a place for the new pupils of September: they go to kin, or stay without, as parents decide."""

    def no_places(world: World) -> None:
        world.schooling.share[:] = 0.0  # whoever holds a place keeps it
        chance = 1 - 1e-9 if sent else 1e-9
        world.parameters = _Surely(  # type: ignore[assignment]
            world.parameters,
            unplaced_pupil_goes_back=chance,
            beta_school_accompany=0.0,
            left_child_joins=1e-9,
        )

    world, model = run(TO_SEPTEMBER - 1, before=no_places)
    n, people = world.n, world.people
    where = people.lives[:n].astype(int)
    age = (world.month + 1 - people.birth_month[:n].astype(int)) // 12
    in_town = (people.risk[:n] != 255) & (where < 222) & (where % 2 == 1)
    starting = np.flatnonzero(in_town & (age == 6) & (people.home[:n] != where) & (people.home[:n] < 222))
    assert starting.size > 20
    before = model.observer.read("left_behind_children", "450000", world.month)
    model.step()  # September
    still = starting[(people.risk[starting] != 255) & (people.home[starting] < 222)]
    away = people.lives[still] != people.home[still]
    if not sent:
        assert away.mean() > 0.9
        return
    # Who is away now has a place that somebody left, or has moved out of town this month.
    left = still[~away]
    assert left.size > 0.5 * still.size
    assert not people.school[left].any()
    assert np.all(people.school[still[away & (people.lives[still] < 222)]] > 0)
    after = model.observer.read("left_behind_children", "450000", world.month)
    assert before is not None and after is not None and after > before
    assert np.array_equal(people.counted[left], people.home[left])  # back at once, by the six-month rule


def test_more_places_more_children_come_along_until_need_is_met() -> None:
    """Paired runs, same people, same luck: places of both compulsory stages in every town from the first month."""

    def with_places(share: float):
        def add(world: World) -> None:
            if world.month != world.base_month:
                return
            world.parameters = _Surely(world.parameters, beta_school_accompany=4.0)  # type: ignore[assignment]
            for stage in (PRIMARY, JUNIOR):
                more = np.ceil(share * world.schooling.places[:, stage].sum(axis=1)).astype(np.int64)
                world.schooling.add_places(more, stage, 0)

        world, model = run(TO_SEPTEMBER + 5, scale=0.01, threads=2, each_month=add)
        n, people = world.n, world.people
        age = (world.month - people.birth_month[:n].astype(int)) // 12
        lives, home = people.lives[:n].astype(int), people.home[:n].astype(int)
        pupil = (people.risk[:n] != 255) & (age >= 6) & (age < 15) & (lives < 222) & (lives % 2 == 1)
        return world.schooling.compulsory[:, 1].mean(), int((pupil & (lives // 2 != home // 2)).sum()), model

    coverage, children, models = zip(*(with_places(share) for share in (0.0, 0.05, 0.5, 5.0)), strict=True)
    assert coverage[0] < coverage[1] < coverage[2] and coverage[2] > 0.98
    assert children[0] < children[1] < children[2]
    assert fingerprint(models[2]) != fingerprint(models[0])
    # Ten times the places beyond all need bring nobody else.
    assert children[3] == children[2] and coverage[3] == pytest.approx(coverage[2], abs=1e-3)
    stocks = [model.observer.read("school_places", "450000", model.observer.months[-1]) for model in models]
    assert stocks == sorted(stocks)
