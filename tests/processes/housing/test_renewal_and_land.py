"""Shantytowns, old communities and housing land by hand and in runs (ODD equations H7-H9)."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from urbsim.levers.land import bring_to_market
from urbsim.processes.housing import equations as housing
from urbsim.processes.housing import renewal
from urbsim.processes.housing.equations import HousingMarket
from urbsim.processes.housing.renewal import Renewal
from urbsim.processes.migration.steps import town_terms
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Dose, HousingLevers, LandLevers, Levers, RenewalLevers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World

P: Any = {
    "dwellings_growth_per_year": 0.0,
    "eta_housing_supply_stock": 0.5,
    "eta_housing_demand_price": -1.1,
    "eta_housing_supply_land": 0.5,
    "land_used_per_year": 0.0,
    "building_months": 24.0,
    "rent_adjustment_months": 12.0,
    "rebuilding_months": 30,
    "rebuilt_per_pulled_down": 1.0,
    "pulled_down_let_to_migrants": 0.25,
    "renewal_brings_into_use": 0.1,
}
NOBODY = np.zeros(111, np.int64)
JUNE_2022 = 1469
SCALE, MONTHS = 0.002, 20  # to June 2022


def town(dwellings: int = 1200) -> HousingMarket:
    """111 towns alike: 2,700 persons in 1,000 households."""
    every = np.ones(111)
    return HousingMarket(
        households=1000 * every,
        persons=2700 * every,
        base_dwellings=1200 * every,
        settled_path=dwellings * every,
        crowd=2700 * every,
        present=np.full(111, 2700),
        dwellings=np.full(111, dwellings),
    )


def test_shantytown_dwellings_are_lost_first_and_come_back_thirty_months_later():
    market, sites = town(), Renewal(condemned=np.full(111, 60))
    due = renewal.pull_down(sites, market, P, JUNE_2022)
    assert np.all(due == 15)  # a quarter of 60 was let to migrants
    assert np.all(market.dwellings == 1140) and not sites.condemned.any()
    housing.price(market, P, NOBODY)
    assert market.rent[0] == pytest.approx(math.log(1200 / 1140) / 1.6)  # rent rises by 3.2 per cent
    assert list(sites.sites) == [JUNE_2022 + 30]
    renewal.finish_sites(sites, market, JUNE_2022 + 29)
    assert np.all(market.dwellings == 1140)
    renewal.finish_sites(sites, market, JUNE_2022 + 30)
    housing.price(market, P, NOBODY)
    assert np.all(market.dwellings == 1200) and np.allclose(market.rent, 0)
    renewal.finish_sites(sites, market, JUNE_2022 + 30)  # once
    assert np.all(market.dwellings == 1200)


def test_sites_built_more_densely_bring_more_back_and_notices_keep_their_fractions():
    p: Any = {**P, "rebuilt_per_pulled_down": 1.25}
    market, sites = town(), Renewal()
    notices = []
    for month in range(4):
        sites.condemned = np.ones(111, np.int64)
        notices.append(renewal.pull_down(sites, market, p, month))
    # A quarter of 111, 222, 333, 444 dwellings: 28, 56, 83 and 111 notices, a tenant for four dwellings of a town.
    assert [due.sum() for due in notices] == [28, 28, 27, 28]
    assert np.all(np.sum(notices, axis=0) == 1)
    assert sum(units.sum() for units in sites.sites.values()) == 555  # 444 x 1.25


def test_no_more_is_pulled_down_than_stands_and_public_rental_stays():
    market, sites = town(100), Renewal(condemned=np.full(111, 500))
    market.add_public_units(np.full(111, 30))
    renewal.pull_down(sites, market, P, JUNE_2022)
    assert np.all(market.dwellings == 30) and np.all(sites.sites[JUNE_2022 + 30] == 100)


def test_renewed_homes_are_a_share_of_households_and_end_with_the_old_communities():
    market, works = town(), Renewal(old=np.full(111, 150.4))
    renewal.renew_homes(works, market, P, np.full(111, 100))
    assert renewal.share_renewed(works, market)[0] == pytest.approx(0.1)
    assert market.into_use[0] == pytest.approx(10)
    assert market.dwellings[0] == 1200  # these stood all the time
    housing.price(market, P, NOBODY)
    assert market.rent[0] == pytest.approx(-math.log(1210 / 1200) / 1.6)
    renewal.renew_homes(works, market, P, np.full(111, 100))
    assert np.all(works.renewed == 150)


def test_what_comes_into_use_stood_empty_before():
    market, works = town(1004), Renewal(old=np.full(111, 1000.0))
    renewal.renew_homes(works, market, P, np.full(111, 30))
    assert market.into_use[0] == pytest.approx(3)
    renewal.renew_homes(works, market, P, np.full(111, 30))
    assert market.into_use[0] == pytest.approx(4)  # and not 6: four dwellings stood empty
    market.demolish(np.full(111, 4))  # sites take what stands empty
    renewal.renew_homes(works, market, P, np.full(111, 30))
    assert market.into_use[0] == pytest.approx(4)


def test_land_is_built_on_where_rents_rose_and_only_as_far_as_it_goes():
    market = town(1_000_000)
    market.rent[0] = math.log(1.21)
    market.release_land(np.full(111, 6_000))
    housing.build(market, P, NOBODY)  # 10% more wanted on land, a 24th of it a month
    assert market.on_land[0] == pytest.approx(100_000 / 24)
    assert market.land[0] == pytest.approx(6_000 - 100_000 / 24)
    assert not market.on_land[1:].any() and np.all(market.land[1:] == 6_000)  # no rent has risen there
    assert market.answer[0] == pytest.approx(100_000 / 24)  # the usual answer as before
    assert market.dwellings[0] == pytest.approx(1_000_000 + 2 * 100_000 / 24, abs=1)
    market.rent[0] = math.log(1.21)
    housing.build(market, P, NOBODY)
    assert market.on_land[0] == pytest.approx(6_000) and market.land[0] == 0
    market.rent[0] = math.log(1.21)
    housing.build(market, P, NOBODY)
    assert market.on_land[0] == pytest.approx(6_000)


def test_some_of_the_land_is_used_whatever_the_rents():
    """A fifth a year of 6,000 is a hundred in the first month; where rents rose the answer comes on top."""
    market, some = town(1_000_000), P | {"land_used_per_year": 0.2}
    market.rent[:2] = math.log(1.21), -0.1
    market.release_land(np.full(111, 6_000))
    housing.build(market, some, NOBODY)
    assert market.on_land[:3] == pytest.approx([100_000 / 24 + 100, 100, 100])
    housing.build(market, some, NOBODY)
    assert market.on_land[2] == pytest.approx(100 + 5_900 / 60)
    assert market.on_land + market.land == pytest.approx(np.full(111, 6_000))


def test_what_is_built_on_land_lowers_rents_and_with_them_the_wish_to_build():
    market = town()
    market.present = market.present + 270
    for _ in range(120):
        housing.build(market, P, NOBODY)
        housing.price(market, P, NOBODY)
    without = market.rent[0]
    market.release_land(np.full(111, 500))
    for _ in range(600):
        housing.build(market, P, NOBODY)
        housing.price(market, P, NOBODY)
    # In the end ln D = (0.5 + 1.1) ln rent + ln K/K0 with K/K0 = 1 + (rent^0.5 - 1) on the settled path.
    settled = market.on_land[0] / 1200
    assert math.log1p(settled) == pytest.approx(0.5 * market.rent[0], rel=1e-3)
    assert 0 < market.rent[0] < without
    assert market.rent[0] == pytest.approx(math.log(1.1) / 2.1, rel=1e-3)


def run(levers: Levers, months: int = MONTHS) -> World:
    """A strict run without the plan but with these levers."""
    scenario = load_scenario("no_plan").model_copy(update={"levers": levers})
    world = build_world(scenario, SCALE, threads=2)
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(months)
    model.release()
    return world


def shantytowns(total: float) -> Levers:
    dose = Dose.model_validate({"total": total, "from": "2021-03", "to": "2021-10"})
    return Levers(renewal=RenewalLevers(shantytown_units=dose))


@pytest.fixture(scope="module")
def without() -> World:
    return run(Levers())


def test_more_renewal_means_fewer_dwellings_and_higher_rents(without: World):
    half, whole = (run(shantytowns(total)) for total in (400_000, 800_000))
    lost = [without.housing.dwellings.sum() - world.housing.dwellings.sum() for world in (half, whole)]
    # Builders answer to rents, so that a part is back already; the last month is cleared in December.
    assert lost[0] == pytest.approx(800, rel=0.1) and lost[1] == pytest.approx(1600, rel=0.1)
    rents = [world.housing.rent.mean() for world in (without, half, whole)]
    assert rents[0] < rents[1] < rents[2]
    assert sum(units.sum() for units in whole.renewal.sites.values()) - sum(
        units.sum() for units in without.renewal.sites.values()
    ) == pytest.approx(1600, abs=2)


def test_tenants_of_a_site_lose_their_home_and_look_for_another(monkeypatch: pytest.MonkeyPatch):
    """Those with notice rent, come from elsewhere, and decide anew in the next month."""
    from urbsim.processes.housing import steps
    from urbsim.processes.migration import steps as migration

    told: list[tuple[int, np.ndarray]] = []
    decided: dict[int, np.ndarray] = {}
    give, choose = steps._give_notice, migration.choose_destinations

    def noting(world: World, due: np.ndarray) -> np.ndarray:
        rows = give(world, due)
        people = world.people
        assert np.all(np.diff(rows) > 0) and np.all(people.home[rows] != people.lives[rows])
        by_county = np.bincount(people.lives[rows] >> 1, minlength=111)
        assert np.all(by_county <= due) and by_county.sum() > 0.9 * due.sum()
        assert not (people.holdings[rows] & 6).any()
        told.append((world.month, rows))
        return rows

    def choosing(world: World, utilities: Any, rows: np.ndarray) -> np.ndarray:
        decided[world.month] = rows
        return choose(world, utilities, rows)

    monkeypatch.setattr(steps, "_give_notice", noting)
    monkeypatch.setattr(migration, "choose_destinations", choosing)
    world = run(shantytowns(200_000), 9)
    assert [month for month, _ in told] == [1451, 1454, 1457]  # December, March, June
    for month, rows in told[:-1]:
        alive = rows[world.people.risk[rows] != 255]
        assert np.isin(alive, decided[month + 1]).all()


def test_a_renewed_town_is_worth_more_by_its_share(without: World):
    dose = Dose.model_validate({"total": 10_000_000, "from": "2021-03", "to": "2021-10"})
    world = run(Levers(renewal=RenewalLevers(old_community_households=dose)))
    old = np.floor(world.renewal.old).astype(np.int64)
    assert np.array_equal(world.renewal.renewed, old)  # what there is, and no more
    assert np.array_equal(town_terms(world).renewed, old / world.housing.homes())
    assert np.all(world.housing.into_use <= world.housing.vacant() + 1e-9 + old)
    assert world.housing.rent.mean() < without.housing.rent.mean()


def test_land_for_a_crowded_province_is_used_and_elsewhere_waits():
    dose = Dose.model_validate({"total": 100_000, "from": "2020-11", "to": "2021-02"})
    crowded = shantytowns(3_000_000).renewal
    few = run(Levers(renewal=crowded))
    with_land = run(Levers(renewal=crowded, land=LandLevers(housing_land=dose)))
    released = with_land.housing.land + with_land.housing.on_land
    assert released.sum() == pytest.approx(200)
    assert with_land.housing.on_land.sum() > 100
    assert with_land.housing.rent.mean() < few.housing.rent.mean()
    # Dwellings of the guaranteed kind take the pressure off, and with it the use of land: one market.
    units = HousingLevers(
        guaranteed_rental_units=Dose.model_validate({"total": 2_000_000, "from": "2021-03"})
    )
    relieved = run(Levers(renewal=crowded, land=LandLevers(housing_land=dose), housing=units))
    assert relieved.housing.on_land.sum() < with_land.housing.on_land.sum()


def test_homes_on_collective_land_by_hand():
    """F8: homes on a tenth of 10 hectares, 220 to the hectare, are 220 dwellings' worth, 2.2 in a sample of one in 100."""
    world: Any = SimpleNamespace(
        parameters={"collective_land_for_homes": 0.1, "homes_per_collective_hectare": 220.0},
        housing=town(),
        weight=100.0,
    )
    units = np.zeros(111, np.int64)
    units[3] = 10
    bring_to_market(world, units)
    assert world.housing.land[3] == pytest.approx(2.2) and np.delete(world.housing.land, 3).sum() == 0
