"""Dwellings and rents by hand (ODD equations H1-H3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from urbsim.processes.housing import equations as housing
from urbsim.processes.housing.equations import HousingMarket
from urbsim.state.ledger import empty_ledger

P: Any = {
    "dwellings_growth_per_year": 0.06,
    "eta_housing_supply_stock": 0.5,
    "eta_housing_demand_price": -1.1,
    "building_months": 24.0,
    "rent_adjustment_months": 12.0,
}
STILL: Any = {**P, "dwellings_growth_per_year": 0.0}
NOBODY = np.zeros(111, np.int64)


def town(persons: int = 2700, households: float = 1000.0, dwellings: int = 1200) -> HousingMarket:
    """111 towns alike."""
    every = np.ones(111)
    return HousingMarket(
        households=households * every,
        persons=persons * every,
        base_dwellings=dwellings * every,
        settled_path=dwellings * every,
        crowd=persons * every,
        present=(persons * every).astype(np.int64),
        dwellings=(dwellings * every).astype(np.int64),
    )


def test_rent_follows_households_and_dwellings():
    # D up 10%, K up 4%: (0.0953102 - 0.0392207) / (0.5 + 1.1) = 0.0350559
    rent = housing.log_rent(np.array([1.10]), np.array([1.04]), 0.5, -1.1)
    assert rent[0] == pytest.approx(0.0350559, abs=1e-7)
    # The sign of the elasticity of demand does not matter, its size does.
    assert housing.log_rent(np.array([1.1]), np.array([1.0]), 0.5, 1.1)[0] == pytest.approx(
        0.0953102 / 1.6, abs=1e-7
    )


def test_rent_stays_where_households_and_dwellings_grow_alike():
    assert housing.log_rent(np.array([1.3]), np.array([1.3]), 0.5, -1.1)[0] == 0


def test_people_reach_the_rent_over_a_year():
    market = town(persons=2400)
    market.present += 240
    housing.price(market, P, NOBODY)
    assert market.crowd[0] == pytest.approx(2400 + 240 / 12)
    assert market.rent[0] == pytest.approx(math.log(2420 / 2400) / 1.6)
    for _ in range(200):
        housing.price(market, P, NOBODY)
    assert market.rent[0] == pytest.approx(math.log(1.1) / 1.6, abs=1e-6)


def test_people_in_dormitories_need_no_dwelling():
    market = town()
    market.present += 500
    market.in_beds = market.in_beds + 500
    housing.price(market, P, NOBODY)
    assert np.all(market.rent == 0)
    assert np.all(market.homes() == 1000)


def test_normal_building_is_a_twelfth_of_the_year_each_month():
    market = town(dwellings=1200)
    market.begin_month()
    housing.build(market, P, NOBODY)  # 1200 x 0.06 / 12 = 6
    assert np.all(market.dwellings == 1206)
    assert np.all(market.flows["finished"] == 6)


def test_whole_dwellings_keep_the_total_of_the_province():
    market = town(dwellings=50)  # a quarter of a dwelling a month and county
    for month in range(1, 25):
        housing.build(market, P, NOBODY)
        assert abs(market.dwellings.sum() - 111 * (50 + month / 4)) <= 0.5 + 1e-9
        assert np.abs(market.dwellings - (50 + month / 4)).max() <= 1


def test_rising_rents_call_forth_dwellings_and_falling_ones_pull_none_down():
    market = town(dwellings=1_000_000)
    market.rent = np.full(111, math.log(1.21))
    housing.build(market, STILL, NOBODY)  # 10% wanted, a 24th of it built
    assert market.answer[0] == pytest.approx(100_000 / 24)
    assert market.dwellings[0] == pytest.approx(1_000_000 + 100_000 / 24, abs=1)
    before, answer = market.dwellings.copy(), market.answer.copy()
    market.rent = np.full(111, -0.5)
    housing.build(market, STILL, NOBODY)
    assert np.array_equal(market.dwellings, before) and np.array_equal(market.answer, answer)


def test_a_village_that_turns_urban_brings_its_dwellings_and_moves_no_rent():
    market, ledger = town(), empty_ledger()
    ledger.reclassified_present[0] = 270
    recoded = housing.follow_people(market, ledger)
    assert market.present[0] == 2970 and market.present[1] == 2700
    housing.build(market, STILL, recoded)
    housing.price(market, STILL, recoded)
    assert market.dwellings[0] == 1320  # 270 x 1200 / 2700 more
    assert market.rent[0] == pytest.approx(0, abs=1e-12)


def test_people_in_town_follow_births_deaths_and_moves():
    market, ledger = town(), empty_ledger()
    ledger.births_present[1] = 5
    ledger.deaths_present[1] = 2
    ledger.moves[0, 1] = 10
    ledger.moves[1, 222] = 4
    ledger.moves[3, 1] = 1
    housing.follow_people(market, ledger)
    assert market.present[0] == 2710 and market.present[1] == 2699


def test_a_town_with_more_households_than_dwellings_doubles_up():
    market = town(persons=2700, households=1000, dwellings=1050)
    market.present[0] = 2970  # 1,100 households
    assert market.homes()[0] == 1100
    assert market.occupied()[0] == 1050
    assert market.vacant()[0] == 0 and market.doubling_up()[0] == 50
    assert market.vacant()[1] == 50 and market.doubling_up()[1] == 0


def test_demolition_spares_public_rental_and_never_takes_more_than_stands():
    market = town(dwellings=100)
    units = np.full(111, 30)
    market.add_public_units(units)
    assert np.all(market.dwellings == 130)
    gone = market.demolish(np.full(111, 500))
    assert np.all(gone == 100) and np.all(market.dwellings == 30) and np.all(market.public.capacity == 30)


def test_more_dwellings_lower_rents():
    few, many = town(), town()
    many.add_dwellings(np.full(111, 60))
    for market in (few, many):
        housing.price(market, P, NOBODY)
    assert np.all(many.rent < few.rent)
    assert many.rent[0] == pytest.approx(-math.log(1.05) / 1.6)
