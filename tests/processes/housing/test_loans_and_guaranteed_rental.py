"""Guaranteed rental dwellings and home loans: who gets them, and out of which stock (ODD equations H10, H11)."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.facts.parameters import load_parameters
from urbsim.processes.housing.equations import HousingMarket, Tenancies
from urbsim.processes.housing.steps import migrant_tenants
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Dose, HousingLevers, Levers, RenewalLevers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.holdings import GUARANTEED_RENTAL, OWN_HOME, SUPPORTED

SCALE, MONTHS = 0.002, 14  # to December 2021: four rounds of applications
EVERYBODY, KEY = np.uint64(1 << 32), np.uint64(12345)


def dose(total: float) -> Dose:
    return Dose.model_validate({"total": total, "from": "2020-11", "to": "2020-12"})


def world_with(levers: Levers, **parameters: float) -> World:
    """A strict run without the plan but with these levers; parameters: other values."""
    scenario = load_scenario("no_plan").model_copy(update={"levers": levers})
    known = load_parameters(0, base=scenario.base).with_values(parameters)
    world = build_world(scenario, SCALE, threads=2, parameters=known)
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(MONTHS)
    model.release()
    return world


def loans(total: float) -> Levers:
    return Levers(housing=HousingLevers(finance_households=dose(total)))


def guaranteed(total: float) -> Levers:
    return Levers(housing=HousingLevers(guaranteed_rental_units=dose(total)))


def test_homes_for_sale_stand_empty_and_were_not_left_by_a_buyer():
    """1,200 dwellings and 1,000 households: 200 stand empty; 30 have bought and left 30 rented homes behind."""
    every = np.ones(111)
    market = HousingMarket(
        households=1000 * every,
        persons=2700 * every,
        present=np.full(111, 2700),
        dwellings=np.full(111, 1200),
    )
    assert np.all(market.for_sale() == 200)
    market.bought = Tenancies(rows=np.arange(30, dtype=np.int32), counties=np.full(30, 7, np.uint8))
    assert market.for_sale()[7] == 170 and market.for_sale()[8] == 200
    market.settled_path = 1200 * every
    market.demolish(np.full(111, 190))  # a site takes what could have been sold
    assert market.for_sale()[7] == 0 and market.for_sale()[8] == 10


def test_sites_spare_guaranteed_dwellings():
    market = HousingMarket(dwellings=np.full(111, 100), settled_path=100 * np.ones(111))
    market.add_guaranteed_units(np.full(111, 20))
    assert np.all(market.demolish(np.full(111, 500)) == 100) and np.all(market.dwellings == 20)


@pytest.fixture(scope="module")
def few() -> World:
    return world_with(guaranteed(20_000))


def test_guaranteed_dwellings_are_let_to_migrants_who_rent(few: World):
    market, people = few.housing, few.people
    assert market.guaranteed.capacity.sum() == 40
    held = market.guaranteed.held()
    assert held.sum() >= 30 and np.all(held <= market.guaranteed.capacity)
    rows = market.guaranteed.rows
    assert np.all(people.holdings[rows] & SUPPORTED == GUARANTEED_RENTAL)
    # Some of the first tenants may have settled by now.
    assert (people.home[rows] != people.lives[rows]).mean() > 0.7
    new = migrant_tenants(few, EVERYBODY, KEY, 0, np.ones(111, dtype=bool))
    assert np.all(people.home[new] != people.lives[new]) and not (people.holdings[new] & SUPPORTED).any()
    some = np.arange(111) < 30
    there = migrant_tenants(few, EVERYBODY, KEY, 0, some)
    assert 0 < there.size < new.size and np.array_equal(there, new[some[people.lives[new] >> 1]])


def test_more_guaranteed_dwellings_house_more_until_nobody_applies(few: World):
    many, most = (world_with(guaranteed(total)).housing.guaranteed for total in (200_000, 4_000_000))
    assert few.housing.guaranteed.held().sum() < many.held().sum() < most.held().sum()
    assert most.free().sum() > 0.5 * most.capacity.sum()  # no more apply in four rounds


def test_a_loan_buys_a_home_and_is_used_once():
    one, two = world_with(loans(20_000)), world_with(loans(40_000))
    for world, offered in ((one, 40), (two, 80)):
        people, market = world.people, world.housing
        bought = market.bought
        assert np.all(people.holdings[bought.rows] & SUPPORTED == OWN_HOME)
        assert np.array_equal(bought.capacity, bought.held())
        assert offered - market.loans.sum() >= bought.held().sum() > 0  # who left town has used the loan
    assert one.housing.bought.held().sum() < two.housing.bought.held().sum()
    whole = world_with(loans(4_000_000), home_loan_applications_per_year=0.1)
    market = whole.housing
    assert np.all(market.bought.held() <= market.dwellings)
    assert market.bought.held().sum() > 100


def test_sites_and_buyers_compete_for_dwellings_that_stand_empty():
    """Where everything empty is pulled down nobody can buy, whatever loans there are."""
    eager = {"home_loan_applications_per_year": 0.1}
    sites = RenewalLevers(shantytown_units=dose(10_000_000))
    alone = world_with(loans(4_000_000), **eager)
    housing = HousingLevers(finance_households=dose(4_000_000))
    with_sites = world_with(Levers(housing=housing, renewal=sites), **eager)
    assert with_sites.housing.bought.held().sum() < 0.7 * alone.housing.bought.held().sum()
    assert with_sites.housing.loans.sum() > alone.housing.loans.sum()


def test_owners_and_tenants_stay_more():
    """The same luck: with a home held by all means fewer of the town's households have left."""
    homes = loans(2_000_000)
    held, loose = (
        world_with(homes, home_loan_applications_per_year=0.1, beta_own_home=strength)
        for strength in (1.2, -0.1)
    )
    assert held.housing.bought.held().sum() > loose.housing.bought.held().sum()
