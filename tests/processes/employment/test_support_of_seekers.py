"""News of vacancies and insurance by hand (ODD equations L9, L10), and what they do to the worth of places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_labour_markets import P, opened

from urbsim.processes.employment.equations import chance_of_finding
from urbsim.processes.employment.support import gain_by_insurance, gain_by_news

VALUES: Any = {
    **P,
    "informal_income": 0.5,
    "search_months": 2.0,
    "news_of_vacancies": 0.5,
    "benefit_of_insured": 0.1,
}


def market():
    labour = opened()
    labour.finding = np.full(labour.n_markets, 0.2)
    return labour


def test_a_chance_within_two_months():
    """L6: 1 - 0.8^2 = 0.36."""
    assert chance_of_finding(np.array([0.2, 3.0]), VALUES) == pytest.approx([0.36, 1.0])


def test_news_at_home_by_hand():
    """L9: 0.3 a month for 0.2: 1 - 0.7^2 = 0.51 for 0.36, so (0.51 + 0.245) / (0.36 + 0.32) times the income."""
    found = gain_by_news(market(), VALUES)
    assert found.shape == (111,)
    assert found[0] == pytest.approx(np.log(0.755 / 0.68))
    assert not gain_by_news(market(), VALUES | {"news_of_vacancies": 0.0}).any()


def test_insurance_by_hand():
    """L10: of 0.64 without a post half are insured and have 0.1 more: 0.032 on 0.68."""
    insured = np.zeros(111)
    insured[0] = 0.5
    found = gain_by_insurance(market(), VALUES, insured)
    assert found[0] == pytest.approx(np.log(0.712 / 0.68))
    assert not found[1:].any()
