"""What places are worth as far as it lasts, by hand (ODD M3)."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.parameters import load_parameters
from urbsim.processes.migration.worth import lasting_worth, nest_of_destination, size_of_places
from urbsim.state.codes import CITY, COUNTY_TOWN, OUTSIDE_REGION
from urbsim.state.geography import load_places

PLACES = load_places(12.0, 0.5, 1.0, "census_2010")
P = load_parameters(base="census_2010")
NIGHT_2010 = BASE_MONTH["census_2010"]
WUMING = PLACES.name_en.index("Wuming District")


def test_towns_share_the_urban_residents_by_their_people_from_elsewhere():
    size = size_of_places(PLACES, 20.0, 50.0)
    assert size[:111].sum() == pytest.approx(PLACES.urban_residents.sum() / 1e6)
    assert size[5] / size[50] == pytest.approx(PLACES.from_elsewhere[5] / PLACES.from_elsewhere[50])
    assert size[111:].tolist() == [20.0, 50.0]


def test_a_county_that_becomes_a_district_changes_nest_constant_and_income():
    before, after = (
        lasting_worth(P, PLACES, m, PLACES.hours_in(m)) for m in map(month_number, ("2015-06", "2015-07"))
    )
    assert (before.nests[WUMING], after.nests[WUMING]) == (COUNTY_TOWN, CITY)
    assert after.constant[WUMING] - before.constant[WUMING] == pytest.approx(
        P["asc_city"] - P["asc_county_town"]
    )
    # Its minimum wage rises from 1300 to 1680; a little of that goes into the towns' mean.
    share = PLACES.urban_residents[WUMING] / PLACES.urban_residents.sum()
    rise = P["income_by_wage_class"] * np.log(1680 / 1300)
    assert after.income[WUMING] - before.income[WUMING] == pytest.approx(rise * (1 - share))
    assert np.array_equal(before.size, after.size)
    assert np.array_equal(before.journey, after.journey)  # no train opened in that month


def test_incomes_have_the_towns_mean_and_the_outside_its_gaps():
    worth = lasting_worth(P, PLACES, NIGHT_2010, PLACES.hours_in(NIGHT_2010))
    mean = np.average(worth.income[:111], weights=PLACES.urban_residents)
    assert mean == pytest.approx(np.log(P["income_urban_at_base"]))
    assert worth.income[111] - np.log(P["income_urban_at_base"]) == pytest.approx(P["income_gap_delta"])
    assert nest_of_destination(PLACES, BASE_MONTH["census_2010"])[111:].tolist() == [OUTSIDE_REGION] * 2


def test_a_journey_costs_less_once_a_train_runs():
    before, after = (
        lasting_worth(P, PLACES, m, PLACES.hours_in(m)) for m in map(month_number, ("2014-11", "2014-12"))
    )
    hours = PLACES.hours_in(month_number("2014-12"))
    assert after.journey[3, 111] == pytest.approx(-abs(P["beta_t"]) * np.log1p(hours[3, 111]))
    assert after.journey[3, 111] > before.journey[3, 111]
