"""The test of Diebold and Mariano: worked by hand, and beside the library `dieboldmariano`."""

from __future__ import annotations

import numpy as np
import pytest
from dieboldmariano import dm_test

from urbsim.skill.paired_tests import diebold_mariano


def test_by_hand_one_step_ahead():
    # differences 1, 2, 3: mean 2, variance 2/3 / 3, factor (3 + 1 - 2) / 3
    found = diebold_mariano([2, 4, 6], [1, 2, 3])
    assert found.mean == 2 and found.n == 3
    assert found.statistic == pytest.approx(np.sqrt(2 / 3) * 2 / np.sqrt(2 / 9))
    assert found.p_value == pytest.approx(
        0.0741799, abs=1e-6
    )  # Student's t with two degrees of freedom at sqrt(12)


@pytest.mark.parametrize("horizon", [1, 2, 3])
def test_it_is_that_of_the_library(horizon: int):
    rng = np.random.default_rng(3)
    first, second = rng.gamma(2.0, size=(2, 30))
    found = diebold_mariano(first, second, horizon)
    statistic, p_value = dm_test(
        [0.0] * 30,
        list(first),
        list(second),
        loss=lambda _, loss: loss,
        h=horizon,
        one_sided=False,
        variance_estimator="acf",
    )
    assert found.statistic == pytest.approx(statistic) and found.p_value == pytest.approx(p_value)


def test_no_statistic_where_none_exists():
    assert diebold_mariano([1, 1, 1, 1], [0, 0, 0, 0]).statistic is None  # no variance
    assert diebold_mariano([1, 2, 1], [0, 0, 0], horizon=2).statistic is None  # too few
    alternating = diebold_mariano([1, -1, 1, -1, 1, -1], [0] * 6, horizon=2)
    assert alternating.statistic is None and alternating.p_value is None  # a variance below nothing
    with pytest.raises(ValueError, match="same figures"):
        diebold_mariano([1, 2], [1])
