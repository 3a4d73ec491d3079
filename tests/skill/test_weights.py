"""Weights of draws by what was known at an origin, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.fit.protocol import Observable
from urbsim.fit.smoother import effective
from urbsim.skill.weights import covariance, covariance_of_errors, weights


def observable(**changes: object) -> Observable:
    given: dict[str, object] = {
        "meaning": "share", "unit": "points", "role": "target", "error": 0.12, "error_of": {"2020-10": 0.05},
        "discrepancy": 0.0, "fades_over": 4.0,
    }  # fmt: skip
    return Observable.model_validate(given | changes)


def test_draws_are_weighed_by_the_normal_density():
    spread = covariance(observable(), [2011])
    # 0.12 and 0.24 points off, sd 0.12: densities exp(-1/2) and exp(-2)
    given = weights({2011: np.array([0.4012, 0.4024])}, {2011: 0.40}, spread)
    assert given[1] / given[0] == pytest.approx(np.exp(-1.5)) and given.sum() == pytest.approx(1)
    assert effective(given) == pytest.approx(1 / (given**2).sum())
    assert effective(np.full(4, 0.25)) == 4


def test_discrepancies_of_neighbouring_years_hang_together():
    found = covariance(observable(discrepancy=0.3), [2011, 2012, 2015])
    assert found[0, 0] == pytest.approx((0.12**2 + 0.3**2) / 1e4)
    assert found[0, 1] == pytest.approx(0.09 * np.exp(-1 / 4) / 1e4)
    assert found[0, 2] == pytest.approx(0.09 * np.exp(-1) / 1e4)


def test_the_error_of_a_census_year_is_its_own():
    found = covariance_of_errors(observable(error_fades_over=6.0), [2019, 2020])
    assert np.sqrt(np.diag(found)) == pytest.approx([0.0012, 0.0005])
    assert found[0, 1] == pytest.approx(0.0012 * 0.0005 * np.exp(-1 / 6))
