"""Official definitions as code: when a newcomer counts as a resident, who is adult, which school an age attends.

Residents: registered at a place and away for less than six months, or living there for six months or more (National
Bureau of Statistics, census of 2020, article on resident population). Adults: eighteen years (Civil Code, article 17).
Schools: six years of primary and three of junior secondary school are compulsory (Compulsory Education Law, articles 2
and 11); a child begins when it is six by the end of August.
"""

from __future__ import annotations

from numba import int64

from urbsim.compute.compiled import njit

RESIDENT_AFTER = 6  # months; parameter `resident_after` is checked against it when a run starts
ADULT = 18  # years: below, a child moves with its parents
SCHOOL_AGE = 6  # years: from here on a child is a pupil
SCHOOL_AGES = 15  # ages 0..14, of which some school stage or none is due
KINDERGARTEN_AGE = 3
JUNIOR_AGE = 12


@njit(inline="always")
def first_september(month):
    """The September in which the school year of `month` began."""
    return month - (month - 8) % 12


@njit(inline="always")
def stage_at(months_old):
    """Stage of a child so many months old in September: 0 kindergarten, 1 primary, 2 junior secondary, -1 none."""
    of_age = (months_old >= 12 * KINDERGARTEN_AGE) & (months_old < 12 * SCHOOL_AGES)
    stage = int64(months_old >= 12 * SCHOOL_AGE) + int64(months_old >= 12 * JUNIOR_AGE)
    return stage if of_age else int64(-1)


@njit(inline="always")
def school_stage(month, birth_month):
    """0 kindergarten (3-5), 1 primary (6-11), 2 junior secondary (12-14), -1 none, by the age in September (E1)."""
    return stage_at(first_september(month) - birth_month)
