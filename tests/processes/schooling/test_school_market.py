"""Capacity, coverage and what follows from it (ODD equations E1, E4-E6), worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from urbsim.facts.parameters import load_parameters
from urbsim.processes.schooling import equations as schooling
from urbsim.simulation import accounts

PRIMARY, JUNIOR = 1, 2


def parameters(**changes: float) -> Any:
    """Draw 0 with some numbers set; read like `Parameters` by name."""
    return {**load_parameters(0), "school_slack": 0.0, **changes}


def children(local: int, newcomers: int) -> np.ndarray:
    """As many children of each school age in every county."""
    out = np.zeros((111, 15, 2), np.int64)
    out[:, :, 0], out[:, :, 1] = local, newcomers
    return out


def market(local: int = 200, newcomers: int = 100, weight: float = 1.0, sampled=None, **changes: float):
    everybody = children(local, newcomers)
    sampled = everybody if sampled is None else sampled
    return schooling.school_market(parameters(**changes), everybody, sampled, weight)


def test_capacity_is_what_the_surveyed_shares_need() -> None:
    schools = market(
        public_school_share_primary=0.8, purchased_place_share_primary=0.1, kindergarten_attendance=0.9
    )
    # Primary: six ages; 1,200 children of the county, 600 newcomers of whom 480 public and 60 purchased.
    assert schools.places[7, PRIMARY].tolist() == [1680, 60]
    # Kindergarten: three ages, 900 children, 810 attend; 52.37% public, 37.68% supported private.
    assert schools.places[7, 0, 0] in (424, 425) and schools.places[7, 0, 1] in (305, 306)
    assert schools.places[:, 0].sum(axis=0).tolist() == [round(111 * 810 * 0.5237), round(111 * 810 * 0.3768)]
    # Newcomers find 90% of the primary places they need, and all there is in junior school, 94.9%.
    assert schools.reference == pytest.approx([1.0, (6 * 0.9 + 3 * 0.949) / 9])
    slack = market(school_slack=0.02)
    assert slack.places.sum() == pytest.approx(1.02 * market().places.sum(), abs=6)


def test_a_sample_neither_makes_nor_hides_a_shortage() -> None:
    """The sample has too many children in county 3, too few in county 5: their places follow, the shortage does not."""
    sampled = children(2, 1)
    sampled[3, 6:12] += 2
    sampled[5, 6:12, 0] -= 1
    schools = market(
        weight=100.0, sampled=sampled, public_school_share_primary=0.5, purchased_place_share_primary=0.0
    )
    assert schools.places[[3, 5, 7], PRIMARY, 0].tolist() == [6 * 4 + 9, 6 + 3, 12 + 3]
    schools.need = schooling._by_stage(schools, sampled.astype(float), 0)
    before = schools.coverage.copy()
    schooling.learn(schools)
    assert np.allclose(schools.coverage, before) and np.allclose(before, before[0])
    # Six years on, the odd cohorts have left primary school: their places have gone with them.
    schools.year = 6
    schooling.set_school_places(schools)
    assert schools.places[[3, 5, 7], PRIMARY, 0].tolist() == [15, 15, 15]


def test_places_follow_no_sample_at_full_scale() -> None:
    schools = market()
    before = schools.places.copy()
    schools.year = 2
    schooling.set_school_places(schools)
    assert np.array_equal(schools.places, before)


def test_nobody_who_holds_a_place_loses_it_to_a_correction() -> None:
    sampled = children(2, 1)
    sampled[3, 0:6] = 0
    schools = market(weight=100.0, sampled=sampled)
    schools.held[3, PRIMARY, 0] = schools.places[3, PRIMARY, 0]
    schools.year = 6
    schooling.set_school_places(schools)
    assert schools.vacant[3, PRIMARY, 0] == 0 and schools.vacant.min() >= 0


def test_coverage_of_newcomers_is_what_children_of_the_county_leave() -> None:
    need = np.zeros((111, 3, 2))
    need[:, PRIMARY] = (80, 40)
    need[:, JUNIOR] = (50, 10)
    places = np.zeros((111, 3))
    places[:, PRIMARY], places[:, JUNIOR] = 100, 45
    everybody, pupils = schooling._coverage(need, places)
    assert everybody[0] == pytest.approx((20 + 0) / 50)
    assert pupils[0].tolist() == pytest.approx([(80 + 45) / 130, 20 / 50])


def test_added_places_raise_coverage_until_nobody_lacks_one() -> None:
    seen = []
    for more in (0, 10, 20, 40, 400):
        schools = market(school_coverage_memory=1)
        schools.need = schooling._by_stage(schools, schools.children, 0)
        schools.add_places(np.full(111, more), PRIMARY, 0)
        schooling.learn(schools)
        seen.append(schools.compulsory[7, 1])
    # 600 newcomers in primary school lack 30.6 places; junior school stays at 94.9%.
    base = (6 * 0.949 + 3 * 0.949) / 9
    most = (6 + 3 * 0.949) / 9
    assert seen == pytest.approx([base, base + 10 / 900, base + 20 / 900, most, most])


def test_news_of_places_spreads_over_months() -> None:
    schools = market(school_coverage_memory=4)
    schools.need = schooling._by_stage(schools, schools.children, 0)
    schools.add_places(np.full(111, 10**4), PRIMARY, 0)
    schools.add_places(np.full(111, 10**4), JUNIOR, 1)
    gap = 1 - schools.compulsory[0, 1]
    for months in range(1, 4):
        schooling.learn(schools)
        assert 1 - schools.compulsory[0, 1] == pytest.approx(gap * 0.75**months)


def test_chances_answer_to_coverage_by_a_logit() -> None:
    p = parameters(
        beta_school_accompany=2.0,
        pupil_comes=0.55,
        left_child_joins=0.3,
        unplaced_pupil_goes_back=0.15,
        outside_children=0.2,
    )
    schools = market()
    schools.compulsory[7, 1] = schools.reference[1] - 0.5
    chance = 1 / (1 + np.exp(-(np.log(0.55 / 0.45) - 1.0)))
    along = schooling.coming_along(p, schools) / 2**32
    assert along[2, 15, 1] == pytest.approx(chance) and along[2, 15, 0] == pytest.approx(0.55)
    assert along[2, 17, 1] == pytest.approx(0.55)
    assert np.allclose(along[0], p["spouse_comes"])
    assert np.allclose(along[1, 1:222:2], p["young_child_comes"])
    assert np.allclose(along[2, 222:], 0.2 * 0.55)  # outside
    assert np.allclose(along[1:, :222:2], p["child_comes_back"])  # back to the villages
    joins = schooling.joining(p, schools) / 2**32
    assert joins[1, 15, 1] < joins[1, 17, 1] and np.allclose(joins[0, :222], 0.3)
    assert np.allclose(joins[:, 222:], 0.2 * 0.3)
    back = schooling.going_back(p, schools) / 2**32
    assert back[7, 1] == pytest.approx(1 / (1 + np.exp(-(np.log(0.15 / 0.85) + 1.0)))) and back[
        8, 1
    ] == pytest.approx(0.15)


def test_places_are_not_taken_away() -> None:
    with pytest.raises(ValueError, match="taken away"):
        market().add_places(np.full(111, -1), PRIMARY, 0)


@pytest.mark.parametrize("error", ["lost", "astray", "overfull"])
def test_the_account_of_places_refuses(error: str) -> None:
    schools = market()
    schools.held[:] = schools.places
    recount = np.zeros((111, 4, 2), np.int64)
    recount[:, 1:] = schools.held
    assert schooling.residuals(schools, recount) == {"school places": 0}
    if error == "lost":
        recount[4, 2, 0] -= 1
    if error == "astray":
        recount[4, 0, 1] += 1
    if error == "overfull":
        schools.held[4, 1, 0] += 1
        recount[4, 2, 0] += 1
    with pytest.raises(accounts.AccountError, match="school places"):
        accounts.refuse(schooling.residuals(schools, recount), "2021-09")


def test_schools_of_villages_come_filled() -> None:
    schools = market()
    vacant, places = schools.vacant.copy(), schools.places.sum()
    schools.take_over(np.ones((111, 3), np.int64))
    assert np.array_equal(schools.vacant, vacant) and schools.places.sum() == places + 333
