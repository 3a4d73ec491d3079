"""The account of cohorts: a year worked by hand, and the published decade met."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from urbsim.facts.register import register
from urbsim.skill import cohorts
from urbsim.skill.cohorts import N_GROUPS, RURAL, URBAN, CohortAccount, Rates
from urbsim.skill.observed import province_series


def one_group(rural: float, urban: float, group: int, sex: int = 1) -> np.ndarray:
    people = np.zeros((2, 2, N_GROUPS))
    people[RURAL, sex, group], people[URBAN, sex, group] = rural, urban
    return people


@pytest.fixture
def rates() -> Rates:
    return Rates(np.full((2, N_GROUPS), 0.1), np.full((2, N_GROUPS), 0.05), births=0.02, boys=0.6)


def test_a_year_without_moves_by_hand(rates: Rates):
    # 100 rural and 300 urban women of 20-24: a tenth dies, a fifth of the rest moves on; 8 births, 2 of them rural
    after = cohorts.aged(one_group(100, 300, 4), rates)
    assert after[RURAL, 1, 4] == pytest.approx(72) and after[RURAL, 1, 5] == pytest.approx(18)
    assert after[URBAN, 1, 4] == pytest.approx(216) and after[URBAN, 1, 5] == pytest.approx(54)
    assert after[RURAL, :, 0] == pytest.approx([1.2, 0.8]) and after[URBAN, :, 0] == pytest.approx([3.6, 2.4])
    assert after.sum() == pytest.approx(400 * 0.9 + 8)


def test_the_oldest_stay_in_their_group(rates: Rates):
    people = one_group(100, 0, N_GROUPS - 1) + one_group(1, 0, 4)
    assert cohorts.aged(people, replace(rates, births=0))[RURAL, 1, -1] == pytest.approx(90)


def test_moves_by_hand(rates: Rates):
    # a twentieth of 100 rural residents turns urban; a gain of 4 (a hundredth of 400) falls on all alike
    after = cohorts.moved(one_group(100, 300, 4), replace(rates, net_moves=0.01), 400)
    assert after[RURAL].sum() == pytest.approx(95 * 1.01) and after[URBAN].sum() == pytest.approx(305 * 1.01)


def test_fitted_rates_end_the_year_where_it_ended(rates: Rates):
    people = one_group(100, 300, 4)
    found = cohorts.fitted(people, rates, residents=420, urban=0.8, deaths=0.02)
    assert found.death_level == pytest.approx(0.2)  # 8 deaths where 40 were expected
    after = cohorts.year_on(people, found)
    assert after.sum() == pytest.approx(420) and cohorts.share(after) == pytest.approx(0.8)


def test_the_account_follows_the_published_decade_and_sees_no_later_year():
    facts = register()
    account = CohortAccount(facts)
    series = province_series(facts)
    told = account.forecast(2017, 3)
    assert told is not None and np.all(np.diff(told) > 0)
    assert abs(told[0] - series[2018]) < 0.003
    assert account.forecast(2012, 1) is None  # three years of rates are not there yet
    one, two = account.forecast(2020, 1), account.forecast(2020, 2)
    assert one is not None and two is not None and one[0] == two[0]


def test_a_forecast_from_2020_starts_with_the_ages_of_its_census():
    account = CohortAccount(register())
    rates, told = account.rates_at(2020), account.forecast(2020, 1)
    assert rates is not None and told is not None
    night = cohorts.on_census_night("census_2020")
    change = cohorts.share(cohorts.year_on(night, rates)) - cohorts.share(night)
    assert told[0] - province_series(register())[2020] == pytest.approx(change, abs=1e-12)


def test_ages_of_a_census_night_are_all_residents():
    people = cohorts.on_census_night("census_2020")
    assert people.sum() == pytest.approx(50_126_804) and cohorts.share(people) == pytest.approx(
        0.54204, abs=1e-5
    )
