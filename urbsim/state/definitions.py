"""Official definitions as code: when a newcomer counts as a resident, who is adult, which school an age attends.

Residents: registered at a place and away for less than six months, or living there for six months or more (National
Bureau of Statistics, census of 2020, article on resident population). Adults: eighteen years (Civil Code, article 17).
Schools: six years of primary and three of junior secondary school are compulsory (Compulsory Education Law, articles 2
and 11); a child begins when it is six by the end of August.
"""

from __future__ import annotations

from itertools import pairwise

from numba import int64

from urbsim.compute.compiled import njit
from urbsim.state.stages import STAGES

RESIDENT_AFTER = 6  # months; parameter `resident_after` is checked against it when a run starts
ADULT = 18  # years: below, a child moves with its parents

N_STAGES = len(STAGES)
FIRST_COMPULSORY = [stage.compulsory for stage in STAGES].index(True)  # stages from here on are
SCHOOL_AGE = STAGES[FIRST_COMPULSORY].first  # years: from here on a child is a pupil
FIRST_STAGE_AGE = STAGES[0].first  # years: below, no stage is due
SCHOOL_AGES = STAGES[-1].end  # ages 0..14, of which some school stage or none is due
_BEGINS = tuple(12 * stage.first for stage in STAGES)  # months
_ENDS = 12 * SCHOOL_AGES

assert all(one.end == after.first for one, after in pairwise(STAGES))
assert all(stage.compulsory for stage in STAGES[FIRST_COMPULSORY:])


@njit(inline="always")
def first_september(month):
    """The September in which the school year of `month` began."""
    return month - (month - 8) % 12


@njit(inline="always")
def stage_at(months_old):
    """Stage of a child so many months old in September, its place in `STAGES`; -1 for none."""
    stage = int64(-1)
    for begins in _BEGINS:
        stage += int64(months_old >= begins)
    return stage if months_old < _ENDS else int64(-1)


@njit(inline="always")
def school_stage(month, birth_month):
    """Stage of the school year of `month` by the age in September, its place in `STAGES`; -1 for none (E1)."""
    return stage_at(first_september(month) - birth_month)
