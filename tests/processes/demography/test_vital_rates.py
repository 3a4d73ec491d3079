"""Hazards of births and deaths, worked by hand (ODD D1, D2)."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest
from worlds import DELTA, NOW, TOWN, VILLAGE

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.processes.demography import equations as demography
from urbsim.processes.demography.equations import VitalRates
from urbsim.scenario.schema import LAST_MONTH
from urbsim.state.ledger import N_BIRTH_MONTHS

FULL = 2**32


def rates(death: float = 0.0, birth: float = 0.0) -> VitalRates:
    shape = (111, 2, 2)
    return VitalRates(np.full(shape, death), np.full((111, 2), birth), np.zeros(shape))


NO_CHANGE: Any = {"mortality_change_per_year": 0.0}


def test_death_threshold_from_a_rate():
    # A rate of 0.6 a year: h = 0.05 a month, p = 1 - exp(-0.05) = 0.04877057550.
    assert demography.death_thresholds(rates(death=0.6), NO_CHANGE, 3.0)[50, 1, 0] == pytest.approx(
        0.0487705755 * FULL, rel=1e-7
    )
    # Two years on, falling 10% a year: 0.6 x 0.81 = 0.486; p = 1 - exp(-0.0405) = 0.0396908355.
    falling: Any = {"mortality_change_per_year": -0.1}
    assert demography.death_thresholds(rates(death=0.6), falling, 2.0)[50, 1, 0] == pytest.approx(
        0.0396908355 * FULL, rel=1e-7
    )


@pytest.mark.parametrize("month", [1330, NOW])
def test_ages_of_women_follow_from_months_of_birth(month: int):
    """Every month a twelfth of each age has a birthday; below 15 and from 50 nobody is asked about."""
    rng = np.random.default_rng(month)
    born = rng.integers(0, 50, (N_BIRTH_MONTHS, 3, 2))
    expected = np.zeros((111, 3, 2), np.int64)
    for birth_month in range(month + 1):
        age = (month - birth_month) // 12
        if 15 <= age < 50:
            single, in_union = born[birth_month].T
            expected[age] += np.stack([single + in_union, in_union], axis=1)
    assert np.array_equal(demography.women_by_age(born, month), expected)


def test_months_of_birth_reach_beyond_every_run():
    assert max(month_number(month) for month in LAST_MONTH.values()) < N_BIRTH_MONTHS
    assert min(BASE_MONTH.values()) > 12 * 105  # the oldest of a base are below 105


FALLING: Any = {"fertility_change_per_year": -0.05, "fertility_outside": 0.75, "most_births_per_year": 3.0}
NOBODY = np.zeros((111, 3), np.int64)


def test_birth_threshold_from_a_rate():
    # Women of 25-29 have 0.096 births a year and 0.8 of them are in a union: 0.12 per woman in one, and all births are
    # hers. A year and eight months on, two years after the middle of the year whose births set the level, falling 5% a
    # year: 0.12 x 0.95^2 = 0.1083; a month: 1 - exp(-0.009025) = 0.0089843969.
    women = np.zeros((111, 3, 2), np.int64)
    women[..., 0], women[..., 1] = 1000, 500
    women[25:30, 1, 1] = 800
    table = demography.birth_thresholds(rates(birth=0.096), FALLING, 2.0 - 4 / 12, women, NOBODY)
    assert table[27, 1] == pytest.approx(0.0089843969 * FULL, rel=1e-7)
    # Of villagers half are in a union: 0.192 x 0.9025 / 12 = 0.01444 a month.
    assert table[27, 0] == pytest.approx((1 - np.exp(-0.01444)) * FULL, rel=1e-7)
    # Outside a woman has three quarters of the births of women in towns: 0.75 x 0.192 x 0.9025 / 12 = 0.01083.
    assert table[27, 2] == pytest.approx((1 - np.exp(-0.01083)) * FULL, rel=1e-7)
    # Of 800 wives in towns 200 have a newborn; the births of all are those of the other 600: 0.096 x 1000 / 600 = 0.16
    # per woman who can bear one, times 0.9025.
    mothers = NOBODY.copy()
    mothers[25:30, 1] = 200
    table = demography.birth_thresholds(rates(birth=0.096), FALLING, 2.0 - 4 / 12, women, mothers)
    assert table[27, 1] == pytest.approx((1 - np.exp(-0.16 * 0.9025 / 12)) * FULL, rel=1e-7)


def test_mothers_of_newborns_grow_older():
    """Born in months 1000 and 1001, in a village, a town and outside; 30 years on the first is 30 and one month."""
    born, lives = np.array([1000, 1001, 1001]), np.array([VILLAGE, TOWN, DELTA], np.uint8)
    lately = deque([demography.mothers_by_birth(born[:1], lives[:1])])
    lately.append(demography.mothers_by_birth(born[1:], lives[1:]))
    then = demography.resting(lately, 1360)
    assert then[30].tolist() == [1, 0, 0] and then[29].tolist() == [0, 1, 1] and then.sum() == 3
    assert demography.resting(lately, 1361)[30].tolist() == [1, 1, 1]
    assert not demography.resting(deque(), 1360).any()
