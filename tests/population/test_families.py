"""Households of the small population: links, ages, dwellings, villages, and independence of threads."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest

from urbsim.calendar import BASE_MONTH
from urbsim.population.checks import age_years, census_class, dwellings, fit_table, link_faults
from urbsim.population.synthesis import build as synthesis
from urbsim.population.synthesis.build import households_of
from urbsim.population.synthesis.tables import group_class
from urbsim.state.holdings import DORMITORY


def test_no_person_is_impossible(population):
    assert {name: count for name, count in link_faults(population).items() if count} == {}


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("spouse", 1, "spouse not symmetric"),
        ("parent", 1, "parent less than 15 or more than 50 years older"),
        ("cell", 255, "rural home without a cell"),
        ("left_home", 1446, "away for less than six months"),
    ],
)
def test_faults_are_seen(population, column, value, fault):
    broken = getattr(population, column).copy()
    broken[: len(broken) // 2] = value
    assert link_faults(dataclasses.replace(population, **{column: broken}))[fault] > 0


def test_persons_are_those_of_the_tables(population, few_groups, controls):
    age = np.searchsorted([1, *range(5, 90, 5)], age_years(population), side="right")
    table = np.zeros((224, 224, 2, 2, 19), dtype=np.int64)
    in_dormitory = (population.holdings & DORMITORY > 0).astype(int)
    np.add.at(table, (population.home, population.counted, in_dormitory, population.sex, age), 1)
    expected = np.zeros_like(table)
    np.add.at(expected, (few_groups.home, few_groups.dest), few_groups.counts)
    assert np.array_equal(table, expected)


def test_classes_are_those_of_the_tables(population, few_groups):
    people = few_groups.counts.sum(axis=(1, 2, 3))
    inside = few_groups.dest < 222
    expected = np.bincount(group_class(few_groups)[inside], people[inside], minlength=4)
    have = np.bincount(census_class(population), minlength=5)[:4]
    assert np.array_equal(have, expected)


def test_each_group_has_its_dwellings(population, few_groups):
    place, _ = dwellings(population)
    inside = few_groups.dest < 222
    expected = np.bincount(few_groups.dest[inside], few_groups.dwellings[inside], minlength=222)
    assert np.array_equal(np.bincount(place, minlength=222), expected)


def test_parents_are_mothers_where_a_couple_has_a_child(population):
    rows = np.arange(len(population))
    child = np.flatnonzero((population.parent != 0) & (age_years(population) < 15))
    parent = rows[child] + population.parent[child]
    assert (population.sex[parent] == 1).mean() > 0.85
    gap = (population.birth_month[child].astype(int) - population.birth_month[parent]) / 12
    assert 25 < np.median(gap) < 31


def test_husbands_are_about_two_years_older(population):
    wife = np.flatnonzero((population.spouse != 0) & (population.sex == 1))
    husband = wife + population.spouse[wife]
    gap = (population.birth_month[wife].astype(int) - population.birth_month[husband]) / 12
    assert 1.0 < np.median(gap) < 3.5
    assert gap.std() > 1.0


def test_children_are_left_behind_and_linked(population):
    child = (age_years(population) < 15) & (population.counted == population.home) & (population.parent != 0)
    rows = np.flatnonzero(child)
    parent = rows + population.parent[rows]
    away = population.counted[parent] != population.counted[rows]
    assert 0.01 < away.mean() < 0.5


def test_villages_are_stretches_of_households(population, controls):
    home = (population.home == 46) & (population.counted == 46)
    cell = population.cell[home].astype(int)
    settled = cell[: np.flatnonzero(np.diff(cell) < 0)[0] + 1] if (np.diff(cell) < 0).any() else cell
    assert set(np.unique(settled)) == set(range(min(255, controls.rural_codes[23])))
    young = age_years(population)[home] < 30
    share = np.array([young[cell == k].mean() for k in np.unique(cell)])
    assert share.std() < 0.15  # villages are not sorted by age


def test_people_under_way_left_in_the_last_half_year(population, assumed):
    absences = population.lives != population.counted
    away = (population.counted != population.home) & (population.home < 222)
    assert absences.sum() == pytest.approx(assumed["under_way_per_stock"] * away.sum(), rel=0.15)
    months = np.bincount(population.left_home[absences] - 1444, minlength=6)
    assert len(months) == 6
    assert months.min() > 0.6 * months.mean()


def test_school_age_children_attend(population):
    age = age_years(population)
    school = (age >= 7) & (age < 15)
    assert population.enrolled[school].mean() == pytest.approx(0.985, abs=0.01)
    assert population.enrolled[(age < 6) | (age >= 30)].sum() == 0


def test_one_cohort_of_a_school_year_stands_where_the_school_year_has_brought_it(population):
    """B7: as in the model's own Septembers, next to nobody begins college before eighteen, nobody senior secondary school
    before fifteen; seniors have gone on or left at eighteen. The beginning lies a month before census night."""
    school_age = (BASE_MONTH["census_2020"] - 1 - population.birth_month.astype(int)) // 12
    level, attends = population.schooling, population.enrolled == 1
    assert not np.any((level >= 4) & (school_age < 17))
    assert (
        np.mean(level[school_age == 17] >= 4) < 0.15
    )  # these homes are near colleges, where more study than are eighteen
    assert not np.any((level >= 3) & (school_age < 15))
    assert not np.any(attends & (level == 3) & (school_age >= 18))
    assert not np.any(attends & (level == 2) & (school_age >= 15))
    seniors = [np.mean(level[school_age == age] >= 3) for age in (15, 16, 17, 18, 19)]
    assert max(seniors) - min(seniors) < 0.06  # as many of each age have gone beyond junior secondary school


def test_people_outside_have_been_away_for_longer(population, assumed):
    """B10: exponential beyond the six months, so that the median of those not cut by their age is ln 2 of the mean."""
    months = BASE_MONTH["census_2020"] - population.left_home.astype(int)
    old = (population.home < 222) & (age_years(population) >= 40)
    for here, mean in zip(
        (population.counted < 222, population.counted >= 222), assumed["mean_years_away"], strict=True
    ):
        away = old & here & (population.counted != population.home) & (population.lives == population.counted)
        assert away.sum() > 300
        assert np.median(months[away]) == pytest.approx(6 + 12 * mean * np.log(2), rel=0.2)


def test_two_threads_make_the_same_bytes(few, few_groups, controls, assumed):
    again = households_of(controls, assumed, few_groups, 2, lambda fraction, text: None)
    assert np.array_equal(few.words, again.words)
    assert np.array_equal(few.household_start, again.household_start)
    assert np.array_equal(few.stratum, again.stratum)


def test_who_gives_up_waits_for_the_homes_that_are_begun_and_no_other(
    few_groups, controls, assumed, monkeypatch: pytest.MonkeyPatch
):
    begun = []

    def build(place: int, *_: object) -> tuple[np.ndarray, np.ndarray]:
        begun.append(place)
        time.sleep(0.05)
        return np.empty(0, np.uint8), np.empty(0, np.uint8)

    def give_up(fraction: float, text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(synthesis, "_build_home", build)
    with pytest.raises(KeyboardInterrupt):
        households_of(controls, assumed, few_groups, 1, give_up)
    assert 1 <= len(begun) <= 2 < len(np.unique(few_groups.home))


def test_the_table_of_fit_sees_a_missing_person(population):
    whole = fit_table(population)
    less = dataclasses.replace(
        population, counted=np.where(population.id == 0, np.uint8(222), population.counted)
    )
    change = fit_table(less)["synthetic"].to_numpy() - whole["synthetic"].to_numpy()
    touched = set(whole["control"].to_numpy()[np.abs(change) >= 1])
    assert touched >= {"province_residents", "household_population", "registered_here"}
    assert change[whole["control"].to_numpy() == "province_residents"] == [-1]
