"""Official definitions that the model takes as they are: ages, school stages, dates. Nothing here is an assumption.

Kernels are compiled with these numbers, so a scenario or a draw cannot change them. Assumptions are parameters
(`calibration/parameters/`). What only keeps a calculation in bounds is called a guard where it stands.
"""

from __future__ import annotations

from itertools import pairwise

from numba import int64

from urbsim.compute.compiled import njit
from urbsim.state.stages import STAGES

RESIDENT_AFTER = 6
"""Months away from the registered township after which somebody is a resident of the place lived in, and may apply for
a residence permit there (census of 2020; Interim Regulations on Residence Permits 2015, article 2). The parameter
`resident_after`, which names the source, is checked against it when a run starts."""

ADULT = 18
"""Years from which somebody is of age (Civil Code, article 17). A child moves and is registered with its parents."""

WORKING_AGE = 16
"""Years from which somebody may be employed (Labour Law, article 15), and counts in the labour force."""

LEFT_BEHIND_BELOW = 16
"""Years below which a child whose parents are away counts as left behind (State Council, 国发〔2016〕13号)."""

FIRST_FERTILE, LAST_FERTILE = 15, 49
"""Ages of women in whose births are counted in the official statistics of births (育龄妇女)."""

_FIRST_AGE = {stage.name: stage.first for stage in STAGES}
"""Ages at which the stages of the table begin, by name."""

KINDERGARTEN_AGE = _FIRST_AGE["kindergarten"]
"""Years from which a kindergarten takes a child (幼儿园工作规程 2016, article 4)."""

PRIMARY_AGE, JUNIOR_AGE = _FIRST_AGE["primary"], _FIRST_AGE["junior"]
"""Years at which compulsory stages begin (`urbsim.state.stages`)."""

SENIOR_AGE, COLLEGE_AGE = STAGES[-1].end, 18
"""Years at which school stages begin. School is compulsory for nine years from six on (Compulsory Education Law,
articles 2 and 11): six years of primary and three of junior secondary. Senior secondary school takes three more."""

COLLEGE_YEARS, BACHELOR_YEARS = 3, 4
"""Usual years of study for a diploma and for a bachelor's degree (Higher Education Law, article 17)."""

SCHOOL_YEAR_BEGINS, DEGREES_IN = 9, 6
"""Calendar months in which school years begin and students graduate."""

CODES_REVISED_IN = 10
"""Calendar month of the yearly revision of the statistical codes of places, as of 31 October."""

SCHOOL_AGES = SENIOR_AGE
"""Ages 0 to 14, of which some school stage or none is due."""

FIRST_COMPULSORY = [stage.compulsory for stage in STAGES].index(True)
"""Stages from here on are compulsory (Compulsory Education Law, article 2)."""

FIRST_STAGE_AGE = STAGES[0].first
"""Years below which no stage is due."""

_BEGINS, _ENDS = tuple(12 * stage.first for stage in STAGES), 12 * SCHOOL_AGES
"""Months of age at which stages begin, and at which the last one ends."""

assert all(one.end == after.first for one, after in pairwise(STAGES))
assert all(stage.compulsory for stage in STAGES[FIRST_COMPULSORY:])


@njit(inline="always")
def first_september(month):
    """The September in which the school year of `month` began."""
    return month - (month - (SCHOOL_YEAR_BEGINS - 1)) % 12


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
