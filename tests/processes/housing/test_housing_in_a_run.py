"""Housing in whole runs: accounts, sameness, doses (ODD equations H0-H6, A4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from urbsim.processes.housing import equations as housing
from urbsim.processes.housing import plain as twins
from urbsim.results import store
from urbsim.scenario.reader import load_scenario
from urbsim.simulation import accounts
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.holdings import PUBLIC_RENTAL

SCENARIO = load_scenario("no_plan")
MONTHS = 15  # over a January, a September and an October
Deliver = Callable[[World], None]


def run(deliver: Deliver | None = None, threads: int = 2, months: int = MONTHS, plain: bool = False):
    """A strict run at scale 0.002 whose government delivers something each month: (fingerprint, market, world)."""
    world = build_world(SCENARIO, scale=0.002, threads=threads, chunk=8192)
    if plain:
        world.engine = replace(world.engine, housing=twins)
    model = UrbanisationModel(world=world, strict=True)
    for _ in range(months):
        if deliver:
            deliver(world)
        model.step()
    fingerprint = store.fingerprint(model.observer.fingerprint_lines())
    model.release()
    return fingerprint, world.housing, world


def at_once(units: np.ndarray) -> Deliver:
    """Hands over public rental units in the sixth month, inside the month, as levers do."""
    state = {"months": 0}

    def deliver(world: World) -> None:
        state["months"] += 1
        if state["months"] == 6:
            begin = world.housing.begin_month

            def begin_and_add() -> None:
                begin()
                world.housing.add_public_units(units)
                world.housing.begin_month = begin

            world.housing.begin_month = begin_and_add

    return deliver


def test_base_meets_the_stocks():
    world = build_world(SCENARIO, scale=0.002, threads=1)
    market, weight = world.housing, world.weight
    assert market.public.capacity.sum() == round(world.parameters["public_rental_units_at_base"] / weight)
    assert market.homes().sum() == pytest.approx(market.households.sum(), abs=60)
    vacant = market.vacant().sum() / market.homes().sum()
    assert vacant == pytest.approx(world.parameters["vacant_dwellings_at_base"], abs=0.01)
    held = market.public.held()
    assert np.all(held <= market.public.capacity)
    assert held.sum() > 0.95 * market.public.capacity.sum()
    bearers = np.concatenate(market.public.bearers)
    assert np.array_equal(np.flatnonzero(world.people.holdings[: world.n] & PUBLIC_RENTAL), np.sort(bearers))
    assert np.all(market.rent == 0)


def test_accounts_close_and_notice_what_is_lost():
    _, market, world = run()
    people = world.people
    supported = world.engine.housing.supported(0, world.n, people)
    present = np.bincount(people.lives[: world.n], minlength=256)
    assert not any(housing.residuals(market, people, supported, present).values())
    broken = {
        "public rental": lambda: people.holdings.__setitem__(market.public.bearers[0][0], 0),
        "dwellings": lambda: market.dwellings.__setitem__(3, market.dwellings[3] + 1),
        "people in towns": lambda: market.present.__setitem__(3, market.present[3] + 1),
        "served who wait": lambda: people.holdings.__setitem__(market.waiting[0], PUBLIC_RENTAL),
    }
    for account, spoil in broken.items():
        spoil()
        supported = world.engine.housing.supported(0, world.n, people)
        assert housing.residuals(market, people, supported, present)[account] > 0, account
    with pytest.raises(accounts.AccountError, match="public rental"):
        accounts.refuse(housing.residuals(market, people, supported, present), "2022-01")


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_change_nobody_housed(threads: int):
    one, other = run(at_once(np.full(111, 1)), threads=threads), run(at_once(np.full(111, 1)), threads=2)
    assert one[0] == other[0]
    for name in ("rows", "counties"):
        np.testing.assert_array_equal(getattr(one[1].public, name), getattr(other[1].public, name))
    mine, theirs = (np.sort(np.concatenate(market.public.bearers)) for market in (one[1], other[1]))
    np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one[1].waiting, other[1].waiting)


def test_the_plain_twins_leave_the_same_people_housed():
    one, other = run(at_once(np.full(111, 1))), run(at_once(np.full(111, 1)), plain=True)
    assert one[0] == other[0]
    mine, theirs = (world.people.holdings[: world.n] for *_, world in (one, other))
    np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one[1].waiting, other[1].waiting)


def test_zero_units_leave_the_same_fingerprint():
    def nothing(world: World) -> None:
        for add in (world.housing.add_public_units, world.housing.add_subsidies, world.housing.add_dwellings):
            add(np.zeros(111, np.int64))
        world.housing.demolish(np.zeros(111, np.int64))

    assert run(nothing, months=8)[0] == run(months=8)[0]


def test_units_are_filled_as_far_as_there_are_people():
    """In the month of delivery: units stand free only where nobody waits, and whoever would wait without is housed.

    A household can have two who wait; so what a county houses more need not be its queue to the last.
    """
    served, everybody = [], []
    for many in (0, 1, 3, 1000):
        _, market, world = run(at_once(np.full(111, many)), months=6)
        queue = market.queue()
        assert np.all((market.public.free() == 0) | (queue == 0))
        served.append(market.public.held())
        everybody.append(world.people.holdings[: world.n] & PUBLIC_RENTAL > 0)
    for fewer, more in pairwise(served):
        assert np.all(fewer <= more)
    assert served[0].sum() < served[1].sum() < served[3].sum()
    _, waiting, _ = run(months=6)
    assert not everybody[0][waiting.waiting].any()
    assert everybody[3][waiting.waiting].all()
    assert np.abs(served[3] - served[0] - waiting.queue()).max() <= 1
    assert np.array_equal(served[1] - served[0], np.minimum(1, waiting.queue()))


def test_a_subsidy_goes_to_those_who_wait_and_no_further():
    def much(world: World) -> None:
        world.housing.add_subsidies(np.full(111, 1000))

    _, market, world = run(much, months=2)
    assert market.waiting.size == 0
    assert np.array_equal(np.unique(market.subsidies.rows).size, market.subsidies.rows.size)
    assert not np.isin(np.concatenate(market.subsidies.bearers), np.concatenate(market.public.bearers)).any()
