"""How many of those who reconsider leave: the balance of census night and its elastic variant (ODD M10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import logsumexp
from worlds import NOW, TOWN, households

from urbsim.processes.implementation import Implementation
from urbsim.processes.migration import balance
from urbsim.processes.migration.equations import Migration, Utilities
from urbsim.processes.migration.tastes import on_grid

P: Any = {
    "stay_utility": 2.0,
    "home_tie_from_fifty": 0.5,
    "home_tie_of_towns": 0.0,
    "lambda_nest": 0.5,
    "moves_if_reconsidering": 0.2,
    "beta_w": 1.0,
    "village_catch_up_per_year": 0.03,
    "leaving_elasticity": 0.8,
    "most_leaving": 0.9,
}

NESTS = np.where(np.arange(113) < 64, 0, np.where(np.arange(113) < 111, 1, 2))


def utilities(destination: float, village: float) -> Utilities:
    """All destinations alike, all villages alike."""
    of_village = np.full((24, 111), on_grid(village))
    return Utilities(
        np.full((24, 113), on_grid(destination)),
        np.zeros((113, 113), np.int64),
        of_village,
        of_village,
        np.zeros(114),
        NESTS,
    )


def state() -> Migration:
    found: Any = Migration.__new__(Migration)
    found.leavers = np.zeros((24, 111))
    return found


def test_inclusive_value_by_hand():
    """Nests of 64, 47 and 2 equal places: V + 0.5 ln n each; together V + ln(8 + 6.8557 + 1.4142) = V + 2.78929."""
    found = balance.inclusive_values(utilities(1.0, 0.0), 0.5)
    assert found == pytest.approx(1.0 + np.log(8 + np.sqrt(47) + np.sqrt(2)))


def test_the_tie_gives_the_aimed_share():
    here = state()
    here.leavers[:] = 1.0
    # At the middle of the decade the aim is 0.2; five years later 0.2 odds x exp(-0.03 x 5) = 0.25 x 0.86071 -> 0.17707.
    assert balance.aim_on_census_night(P, 0.0) == pytest.approx(0.2)
    assert balance.aim_on_census_night(P, 5.0) == pytest.approx(0.177075, abs=1e-6)
    tie = balance.balanced_home_tie(P, here, utilities(1.0, 0.0), 5.0)
    share = balance.share_leaving(P, utilities(1.0, 0.0), tie)
    assert np.mean(share) == pytest.approx(0.177075, abs=1e-5)
    assert np.all(share[3] < share[0])  # from fifty on fewer leave
    # Whoever gains as much everywhere as the village leaves as often.
    assert balance.balanced_home_tie(P, here, utilities(2.0, 1.0), 5.0) == pytest.approx(tie, abs=1e-4)
    # Without villagers all cells weigh alike.
    assert balance.balanced_home_tie(P, state(), utilities(1.0, 0.0), 5.0) == pytest.approx(tie, abs=1e-6)


def test_a_tenth_more_income_everywhere_moves_leaving_as_the_logit_says():
    """d ln P = (1 - P) x beta_w x 0.1 to first order: 0.0082 here; at P = 0.87, as before, it would be 0.0013."""
    here = state()
    here.leavers[:, :] = 1.0
    tie = balance.balanced_home_tie(P, here, utilities(1.0, 0.0), 0.0)
    before, after = (np.mean(balance.share_leaving(P, utilities(v, 0.0), tie)) for v in (1.0, 1.1))
    assert after / before - 1 == pytest.approx((1 - before) * 0.1, rel=0.05)


def test_elastic_leaving():
    """A gain of 0.5 over the village raises the share by exp(0.8 x 0.5); places stay ranked as they were."""
    here = state()
    here.leavers[:] = 1.0
    base = utilities(1.0, 0.0)
    here.base_utilities, here.home_tie = base, balance.balanced_home_tie(P, here, base, 0.0)
    now = balance.elastic_staying(P, here, utilities(1.8, 0.3))
    before = balance.share_leaving(P, base, here.home_tie)
    stay = P["stay_utility"] + np.tile([0, 0, 0, 0.5], 6)[:, None] + here.home_tie
    odds = np.exp(balance.inclusive_values(now, 0.5) - now.staying / 65536 - stay)
    assert odds / (1 + odds) == pytest.approx(before * np.exp(0.4), rel=1e-4)
    assert np.array_equal(now.village, utilities(1.8, 0.3).village)  # going back is worth what it is
    far = balance.elastic_staying(P, here, utilities(60.0, 0.0))
    odds = np.exp(balance.inclusive_values(far, 0.5) - far.staying / 65536 - stay)
    assert odds / (1 + odds) == pytest.approx(0.9, rel=1e-4)


def test_villagers_by_type(engine: Implementation):
    """Out of school, at home in a village, by hazard; parents of pupils stand twelve types on."""
    people, n, _ = households(
        [{"age": 30, "sex": 1, "schooling": 3}, {"age": 8, "parent": 0}],
        [{"age": 60, "schooling": 2}],
        [{"age": 30, "home": TOWN}],
        [{"age": 30, "lives": TOWN}],
        [{"age": 20, "enrolled": 1}],
    )
    per_year = np.zeros((111, 2, 3))
    per_year[30, 1, 1], per_year[60, 0, 0], per_year[20] = 0.25, 0.125, 9.0
    found = engine.migration.villagers_by_type(np.arange(n, dtype=np.int32), NOW, people, per_year)
    county = int(people.home[0]) // 2
    assert found[12 + 4 + 1, county] == 0.25 and found[3, county] == 0.125
    assert found.sum() == 0.375


def test_adults_with_a_small_child_by_type(engine: Implementation):
    """By skill, age and pupil; a spouse has the child too; of age and out of school alone; three is no small child."""
    people, n, _ = households(
        [{"age": 30, "schooling": 3}, {"age": 28, "spouse": 0, "schooling": 3}, {"age": 2, "parent": 0}],
        [{"age": 40, "schooling": 2}, {"age": 8, "parent": 0}, {"age": 0, "parent": 0}],
        [{"age": 30, "schooling": 2}, {"age": 3, "parent": 0}],
        [{"age": 60, "schooling": 2}],
        [{"age": 20, "enrolled": 1}],
        [{"age": 17, "schooling": 2}],
    )
    by_type = {5: [2, 2], 12 + 2: [1, 1], 12 + 1: [1, 0], 3: [1, 0]}
    for everybody in (True, False):
        rows = np.arange(n, dtype=np.int32)
        found = engine.migration.small_children_by_type(rows, everybody, NOW, people)
        assert {kind: found[kind].tolist() for kind in np.flatnonzero(found[:, 0])} == by_type


def test_sums_of_exponentials_are_those_of_scipy_to_the_last_bit():
    """Along both axes that are needed, with ties of the largest, far apart and close together, single ones too."""
    dice = np.random.default_rng(5)
    for spread, digits in ((8.0, 12), (8.0, 0), (300.0, 1), (0.01, 12)):
        values = np.round(dice.normal(0, spread, (4, 11, 113)), digits)
        for nest in (dice.random(113) < 0.4, np.arange(113) < 1):
            ours = balance.log_sum_exp(values[:, :, nest], axis=2)
            theirs = np.array([logsumexp(table[:, nest], axis=1) for table in values])
            assert np.array_equal(ours, theirs)
        of_nests = [values[:, :, k] for k in range(3)]
        ours = balance.log_sum_exp(np.stack(of_nests), axis=0)
        theirs = np.array([logsumexp([nest[k] for nest in of_nests], axis=0) for k in range(4)])
        assert np.array_equal(ours, theirs)
