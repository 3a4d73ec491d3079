"""What is counted from packed persons is what their columns say."""

from __future__ import annotations

import numpy as np

from urbsim.calendar import BASE_MONTH
from urbsim.population.order import sampling_order
from urbsim.population.totals import totals_of
from urbsim.state.counting import cohorts
from urbsim.state.risk import AGE_LIMIT

MONTH = BASE_MONTH["census_2020"]


def test_a_sample_walks_households_by_place_by_residents_there_and_by_size(few, population):
    """The counting sort against one that leaves equals in their order."""
    household = np.repeat(np.arange(len(few.stratum)), np.diff(few.household_start.astype(np.int64)))
    here = population.counted == few.stratum[household]
    counted_there = np.bincount(household, weights=here)
    expected = np.lexsort((np.bincount(household), counted_there, few.stratum))
    assert len(np.unique(counted_there)) > 3 and np.any(population.counted != population.lives)
    assert np.array_equal(sampling_order(few.words, few.household_start, few.stratum), expected)


def test_totals(few, population):
    p, found = population, totals_of(few.words, MONTH)
    age, inside = np.minimum((MONTH - p.birth_month.astype(int)) // 12, AGE_LIMIT), p.counted < 222
    residents = np.zeros_like(found.residents)
    np.add.at(residents, (age[inside], p.sex[inside], p.counted[inside] & 1), 1)
    assert inside.sum() > 1000 and np.array_equal(found.residents, residents)

    home, lives = p.home.astype(int), p.lives.astype(int)
    origin = np.where(home < 222, home // 2, home - 111)
    place = np.where(lives >= 222, lives - 111, np.where(lives % 2 == 1, lives // 2, 113))
    stock = np.zeros_like(found.stock)
    np.add.at(stock, (origin, place), 1)
    assert np.array_equal(found.stock, stock)

    others = p.counted[inside & (home >= 222)]
    assert others.size and np.array_equal(found.from_other_provinces, np.bincount(others, minlength=222))
    in_college = place[(p.enrolled == 1) & (p.schooling >= 4) & (place < 113)]
    assert in_college.size and np.array_equal(found.students, np.bincount(in_college, minlength=113))
    assert np.array_equal(found.children, cohorts(0, len(p), MONTH, p.birth_month, p.home, p.lives))
