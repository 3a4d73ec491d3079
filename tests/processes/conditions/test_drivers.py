"""What drove the decade: published growth and births, up to 2020 and no further (ODD D7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from urbsim.calendar import month_number
from urbsim.facts.parameters import load_parameters, prior_parameters
from urbsim.processes.conditions import drivers
from urbsim.processes.conditions.equations import climate_of, climate_of_year
from urbsim.processes.demography import equations as demography
from urbsim.processes.demography.equations import VitalRates
from urbsim.scenario.schema import Conditions

BASE = month_number("2010-10")


def test_nothing_after_2020_is_read():
    assert max(drivers.growth_by_year()) == 2020 and max(drivers.births_by_year()) == 2020
    with pytest.raises(KeyError):
        drivers.growth_since(BASE, month_number("2021-01"))


def test_growth_is_cumulated_month_by_month():
    """Two months of 2010 at 11.7% and twelve of 2011 at 11.5%: ln 1.117 / 6 + ln 1.115 = 0.1272955."""
    assert drivers.growth_since(BASE, month_number("2011-12")) == pytest.approx(0.1272955, abs=1e-7)
    assert drivers.growth_since(BASE, BASE) == 0


def test_births_are_those_published_and_missed():
    parameters = load_parameters(base="census_2010")
    early, late = parameters.array("births_missed")
    assert drivers.births_of(parameters, month_number("2015-10")) == pytest.approx(0.01405 * early)
    assert drivers.births_of(parameters, month_number("2015-11")) == pytest.approx(0.01405 * late)
    assert drivers.births_of(parameters, month_number("2020-10")) == pytest.approx(0.01136 * late)


def test_observed_drivers_take_the_place_of_parameters():
    parameters = load_parameters(base="census_2010")
    month = month_number("2015-10")
    foreseen, observed = (
        climate_of(Conditions(drivers=kind), parameters, 0, month, BASE) for kind in ("foreseen", "observed")
    )
    assert foreseen.growth == pytest.approx(5 * parameters["growth_per_year"])
    assert foreseen.births_per_resident is None
    assert observed.growth == pytest.approx(drivers.growth_since(BASE, month))
    assert observed.births_per_resident is not None
    assert observed.calendar_years == 0  # the middle of the decade
    assert (
        observed.village_catch_up
        == foreseen.village_catch_up
        == pytest.approx(5 * parameters["village_catch_up_per_year"])
    )


def test_births_wanted_are_the_births_expected():
    """As many as wanted inside Guangxi, whatever the level of the rates; women outside have half of the births of towns."""
    shape = (111, 2, 2)
    rates = VitalRates(np.zeros(shape), np.zeros((111, 2)), np.zeros(shape))
    rates.birth[20:30] = (0.1, 0.05)
    women = np.zeros((111, 3, 2), np.int64)
    women[20:30, :, 0] = 100_000, 200_000, 50_000
    women[20:30, :, 1] = women[20:30, :, 0] // 2
    women[15:20], rates.birth[15:20] = (
        women[20:25] // 10,
        0.01,
    )  # the young count once, though they bear for all teens
    resting = women[..., 1] // 4
    parameters: Any = {
        "fertility_change_per_year": -0.5, "fertility_outside": 0.5, "most_births_per_year": 3.0,
    }  # fmt: skip
    table = demography.birth_thresholds(rates, parameters, 3.0, women, resting, 90_000)
    yearly = -np.log1p(-table.astype(float) / 2**32) * 12 * (women[..., 1] - resting)
    assert yearly[:, :2].sum() == pytest.approx(90_000, rel=1e-6)
    assert yearly[25, 2] / women[25, 2, 1] == pytest.approx(0.5 * yearly[25, 1] / women[25, 1, 1], rel=1e-6)


def test_the_climate_of_a_year():
    """M12: 1 in draw 0 and in 2010; else AR(1) in the log from 2011 on, the same for all months of a year."""
    p = prior_parameters().with_values({"mobility_memory": 0.5, "mobility_of_year": 0.1})

    def log(draw: int, month: str) -> float:
        return float(np.log(climate_of_year(p, draw, month_number(month))))

    assert log(0, "2023-12") == 0 and log(7, "2010-12") == 0 and log(7, "2020-12") != 0
    first, second = log(7, "2011-01"), log(7, "2012-06")
    assert first == log(7, "2011-12") and second == log(7, "2012-12")
    # Independent innovations: what is left of the first year is half of it.
    z = (second - 0.5 * first) / 0.1
    assert log(7, "2013-03") != pytest.approx(0.5 * second, abs=1e-9)
    assert abs(z) < 5
    # Over 4000 draws the second year has variance 0.1^2 (1 + 0.5^2) = 0.0125; standard error 0.0125 x sqrt(2 / 4000).
    values = np.array([log(draw, "2012-06") for draw in range(1, 4001)])
    assert abs(values.mean()) < 4 * np.sqrt(0.0125 / 4000)
    assert np.var(values) == pytest.approx(0.0125, abs=4 * 0.0125 * np.sqrt(2 / 4000))
