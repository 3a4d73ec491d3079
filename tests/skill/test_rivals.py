"""Rules that carry a series on, each worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from urbsim.facts.register import register
from urbsim.skill import rivals
from urbsim.skill.evaluation import province_rivals
from urbsim.skill.observed import province_series
from urbsim.skill.spreads import errors_of, spread


def path(*shares: float) -> np.ndarray:
    return np.array(shares)


def test_the_last_value_stays():
    assert list(rivals.last_value(path(0.3, 0.4), 2)) == [0.4, 0.4]  # type: ignore[arg-type]


def test_a_linear_trend_goes_on_from_the_last_share():
    # shares 0.10, 0.14, 0.12, 0.16 of years -1.5, -0.5, 0.5, 1.5: slope (0.09 - 0.01) / 5 = 0.016
    found = rivals.linear_trend(path(0.9, 0.10, 0.14, 0.12, 0.16), 2, years=3)
    assert found == pytest.approx([0.176, 0.192])


def test_a_logistic_trend_is_linear_in_logits():
    logits = np.array([0.1, 0.3, 0.2, 0.4])  # slope (0.45 - 0.05) / 5 = 0.08
    assert rivals.logistic_trend(expit(logits), 2, years=3) == pytest.approx(expit([0.48, 0.56]))


def test_increments_shrink_by_the_factor_they_had():
    increments = 0.02 * 0.8 ** np.arange(5)
    past = 0.3 + np.concatenate([[0.0], np.cumsum(increments)])
    after = past[-1] + np.cumsum(0.02 * 0.8 ** np.arange(5, 7))
    assert rivals.shrinking_increments(past, 2) == pytest.approx(after)
    growing = 0.3 + np.concatenate([[0.0], np.cumsum(0.01 * 1.1 ** np.arange(5))])
    held = rivals.shrinking_increments(growing, 2)
    assert held is not None and held[1] - held[0] == pytest.approx(held[0] - growing[-1])  # no factor above 1
    assert (
        rivals.shrinking_increments(path(0.3, 0.31, 0.3, 0.32, 0.33, 0.34), 1) is None
    )  # an increment below 0


def test_the_rural_hazard_takes_a_constant_share_of_the_rural_population():
    # rural 0.8, 0.72, 0.648, 0.5832: a tenth turns urban each year
    assert rivals.rural_hazard(path(0.2, 0.28, 0.352, 0.4168), 2, years=3) == pytest.approx(
        [0.47512, 0.527608]
    )


def test_the_growth_difference_is_that_of_urban_and_rural_residents():
    # urban 20, 22, 24.2 grows by a tenth, rural 80 not at all, and so on for five years
    urban = 20 * 1.1 ** np.arange(8)
    shares = urban / (urban + 80)
    assert rivals.growth_difference(shares[:6], 2, years=10) == pytest.approx(shares[6:])
    # residents as a whole do not matter: halve everybody
    assert logit(shares[6]) - logit(shares[5]) == pytest.approx(np.log(1.1))


@pytest.mark.parametrize(
    ("name", "least"), [("linear_trend_3", 4), ("linear_trend_5", 6), ("linear_trend_10", 6)]
)
def test_rules_want_a_past_that_is_long_enough(name: str, least: int):
    shares = np.linspace(0.3, 0.4, least)
    assert rivals.RULES[name](shares[1:], 1) is None and rivals.RULES[name](shares, 1) is not None


def test_no_rule_sees_beyond_its_origin():
    series = province_series(register())
    changed = {year: share + 0.1 * (year > 2017) for year, share in series.items()}
    for name, rule in rivals.RULES.items():
        for shares in (series, changed):
            of_2017 = rule(np.array([share for year, share in shares.items() if year <= 2017]), 3)
            assert of_2017 is not None, name
            told = province_rivals(register(), shares)[name](2017, 3)
            assert told is not None and list(told) == list(of_2017), name


def test_spreads_come_from_the_other_origins():
    series = {2010: 0.1, 2011: 0.2, 2012: 0.4, 2013: 0.7}
    found = errors_of(lambda origin, ahead: np.full(ahead, series[origin]), series, range(2010, 2013), 2)
    assert found[1] == pytest.approx({2010: -0.1, 2011: -0.2, 2012: -0.3})
    assert found[2] == pytest.approx({2010: -0.3, 2011: -0.5})
    assert spread(found, 1, without=2011) == pytest.approx(np.sqrt((0.01 + 0.09) / 2))
    assert spread(found, 1) == pytest.approx(np.sqrt(0.14 / 3))
    assert spread(found, 2, without=2010) is None  # one error is no spread
    assert spread(found, 4) == pytest.approx(
        2 * np.sqrt(0.34 / 2)
    )  # beyond the horizons known, in proportion


def test_the_rural_hazard_is_the_hard_one_inside_the_decade():
    """Known from a first trial: about 0.09, 0.12 and 0.20 points one to three years ahead."""
    series = province_series(register())
    errors = errors_of(province_rivals(register(), series)["rural_hazard_3"], series, range(2014, 2020), 3)
    rmse = [100 * np.sqrt(np.mean(np.square(list(errors[h].values())))) for h in (1, 2, 3)]
    assert rmse == pytest.approx([0.09, 0.12, 0.20], abs=0.02)
