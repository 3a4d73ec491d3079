"""Weights, effective draws and quantiles against cases worked by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from invented_batch import PROTOCOL
from scipy.stats import norm

from urbsim.calendar import month_number
from urbsim.fit.protocol import Protocol, load_protocol
from urbsim.fit.smoother import effective, in_ratio, log_likelihood
from urbsim.update import likelihood
from urbsim.update.kinds import KINDS, in_unit
from urbsim.update.rows import Row


@pytest.fixture
def protocol(tmp_path: Path) -> Protocol:
    path = tmp_path / "of_test.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return load_protocol(path)


def row(kind: str, at: str, value: float, place: str = "450000", line: int = 2) -> Row:
    level = "province" if place == "450000" else "prefecture"
    month = month_number(at)
    return Row(line, 3, KINDS[kind], place, (month, month), value, KINDS[kind].observables[level])


def test_three_draws_by_hand():
    # Gaps of 0, 1 and 2 standard deviations: likelihoods 1, e^-1/2, e^-2.
    logs = log_likelihood(np.array([[50.0], [51.0], [52.0]]), np.array([50.0]), np.array([[1.0]]))
    assert logs == pytest.approx([0, -0.5, -2])
    total = 1 + math.exp(-0.5) + math.exp(-2)
    weights = in_ratio(logs)
    assert weights == pytest.approx([1 / total, math.exp(-0.5) / total, math.exp(-2) / total])
    assert effective(weights) == pytest.approx(total**2 / (1 + math.exp(-1) + math.exp(-4)))


def test_seeds_of_a_draw_weigh_together():
    of_draws = likelihood.by_draw([1, 2, 1, 2], [0.3, 0.1, 0.2, 0.4])
    assert of_draws == pytest.approx([0.5, 0.5]) and effective(of_draws) == pytest.approx(2)


def test_a_normal_belief_and_a_normal_row():
    """Belief N(52, 1) and a row of 53 with error 1 give N(52.5, 1/2); of n draws sqrt(3)/2 n exp(-1/12) count."""
    n = 20_000
    draws = norm.ppf((np.arange(n) + 0.5) / n, 52, 1)
    logs = log_likelihood(draws[:, None], np.array([53.0]), np.array([[1.0]]))
    weights = in_ratio(logs)
    mean = weights @ draws
    assert mean == pytest.approx(52.5, abs=1e-3)
    assert weights @ (draws - mean) ** 2 == pytest.approx(0.5, abs=1e-3)
    low, median, high = likelihood.quantiles(draws, weights, (0.05, 0.5, 0.95))
    assert (low, median, high) == pytest.approx(norm.ppf((0.05, 0.5, 0.95), 52.5, math.sqrt(0.5)), abs=2e-3)
    # (E L)^2 / E L^2 with L = exp(-(x-53)^2/2): (e^-1/4 / sqrt 2)^2 / (e^-1/3 / sqrt 3)
    share = math.sqrt(3) / 2 * math.exp(1 / 3 - 1 / 2)
    assert effective(weights) / n == pytest.approx(share, abs=1e-3)


def test_weights_of_runs_far_away_do_not_underflow():
    logs = np.array([-1e6, -1e6 - math.log(3)])
    assert in_ratio(logs) == pytest.approx([0.75, 0.25])


def test_equal_weights_change_no_quantile():
    values = np.array([3.0, 1.0, 2.0, 10.0, 5.0])
    levels = (0.05, 0.31, 0.5, 0.95)
    assert likelihood.quantiles(values, np.full(5, 0.2), levels) == pytest.approx(np.quantile(values, levels))


def test_errors_of_figures_are_apart_and_discrepancies_hang_together(protocol: Protocol):
    rows = [
        row("urbanisation_rate", "2021-12", 0.5),
        row("urbanisation_rate", "2022-12", 0.5, line=3),
        row("resident_pop", "2021-12", 5e7, line=4),
        row("urbanisation_rate", "2021-12", 0.5, "450100", 5),
        row("urbanisation_rate", "2022-12", 0.5, "450200", 6),
    ]
    found = likelihood.covariance(rows, protocol)
    assert np.diag(found) == pytest.approx([1.0, 1.0, 0.25, 16.01, 16.01])
    assert found[0, 1] == found[1, 0] == pytest.approx(0.64 * math.exp(-1 / 4))
    assert found[3, 4] == pytest.approx(0.5 * 16)
    assert not found[:2, 2:].any() and not found[2, 3:].any()


def test_errors_of_neighbouring_years_fade_as_in_the_fit(protocol: Protocol):
    smoothed = protocol.observables["urban_share"].model_copy(update={"error_fades_over": 6.0})
    series = protocol.model_copy(update={"observables": protocol.observables | {"urban_share": smoothed}})
    rows = [row("urbanisation_rate", "2021-12", 0.5), row("urbanisation_rate", "2022-12", 0.5, line=3)]
    found = likelihood.covariance(rows, series)
    assert np.diag(found) == pytest.approx([1.0, 1.0])
    assert found[0, 1] == found[1, 0] == pytest.approx(0.36 * math.exp(-1 / 6) + 0.64 * math.exp(-1 / 4))


def test_two_rows_that_share_their_discrepancy_say_less_than_two():
    gaps = np.array([[0.0, 0.0], [1.0, 1.0]])
    apart = log_likelihood(gaps, np.zeros(2), np.eye(2))
    together = log_likelihood(gaps, np.zeros(2), np.array([[1.0, 0.5], [0.5, 1.0]]))
    assert apart[1] == pytest.approx(-1.0) and together[1] == pytest.approx(-2 / 3)


def test_units_of_the_protocol():
    assert in_unit(0.5, "points") == 50 and in_unit(3e6, "million") == 3
    assert (
        in_unit(2e3, "thousand") == 2
        and in_unit(math.e, "log") == pytest.approx(1)
        and in_unit(0, "log") == 0
    )
