"""Scores of forecasts: worked by hand, and beside `scoringrules`."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.skill.scores import HALF, MOST, Forecast, ensemble, point


def test_draws_without_spread_are_scored_by_distances():
    # draws 1 and 3, observed 2: mean distance 1, less half of the mean distance between draws (0 + 2 + 2 + 0) / 4
    assert ensemble([1.0, 3.0], 0.0).crps(2.0) == pytest.approx(1 - 0.5)
    # weights 3/4 and 1/4, observed 1: 1/4 x 2 less half of 2 x 3/4 x 1/4 x 2
    assert ensemble([1.0, 3.0], 0.0, np.array([3.0, 1.0])).crps(1.0) == pytest.approx(0.5 - 0.375)


def test_a_normal_forecast_hit_in_its_middle():
    # sd x (2 phi(0) - 1 / sqrt(pi)) = 0.2336950 sd
    assert point(5.0, 2.0).crps(5.0) == pytest.approx(2 * 0.23369498, abs=1e-7)


@pytest.mark.parametrize("spread", [0.0, 0.1, 2.0])
def test_scores_are_those_of_scoringrules(spread: float):
    import scoringrules  # compiles for seconds, in every process that collects this file

    rng = np.random.default_rng(5)
    draws, value = rng.normal(size=9), 0.4
    found = ensemble(draws, spread).crps(value)
    if spread:
        assert found == pytest.approx(scoringrules.crps_mixnorm(value, draws, np.full(9, spread)))
        assert point(draws[0], spread).crps(value) == pytest.approx(
            scoringrules.crps_normal(value, draws[0], spread)
        )
    else:
        assert found == pytest.approx(scoringrules.crps_ensemble(value, draws, estimator="nrg"))


def test_intervals_of_a_normal_forecast():
    forecast = point(0.0, 1.0)
    assert forecast.quantile(0.95) == pytest.approx(1.6448536)
    assert forecast.holds(1.64, MOST) and not forecast.holds(1.65, MOST)
    assert forecast.holds(-0.67, HALF) and not forecast.holds(-0.68, HALF)


def test_mean_sd_and_quantiles_of_weighted_draws():
    forecast = ensemble([0.0, 4.0], 3.0, np.array([1.0, 3.0]))
    assert forecast.mean == pytest.approx(3.0)
    assert forecast.sd == pytest.approx(np.sqrt(3.0 + 9.0))  # between draws 3/4 x 1/4 x 16, around each 9
    assert forecast.below(forecast.quantile(0.3)) == pytest.approx(0.3)
    bare = Forecast(np.array([2.0, 1.0, 3.0]), np.array([0.5, 0.25, 0.25]), 0.0)
    assert [bare.quantile(p) for p in (0.2, 0.5, 0.9)] == [1.0, 2.0, 3.0]
    assert bare.below(1.0) == pytest.approx(0.125) and not bare.holds(3.5, MOST)
