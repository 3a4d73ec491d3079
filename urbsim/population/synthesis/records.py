"""What the loops of the synthesis are handed: columns of one home, its groups, tables, and room to work in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from urbsim.compute.compiled import taken_by_address

# States of a person while families are formed.
PLAIN, SPOUSE_ABSENT, PARENTS_ABSENT, LONE_HEAD = 0, 1, 2, 3


@taken_by_address
class Flows(NamedTuple):
    """The groups of one home: dest, kind, counts, dwellings, alone (rows of `tables.Groups`)."""

    dest: np.ndarray
    kind: np.ndarray
    counts: np.ndarray
    dwellings: np.ndarray
    alone: np.ndarray


@taken_by_address
class Tables(NamedTuple):
    """What the kernels look up; see `build._kernel_tables`. school_year: months since it began."""

    slopes: np.ndarray
    married: np.ndarray
    part_kind: np.ndarray
    schooling: np.ndarray
    enrolled: np.ndarray
    alone_weight: np.ndarray
    gap_weight: np.ndarray
    cells: np.ndarray
    sharing: np.ndarray
    under_way_outside: int
    school_year: int


@taken_by_address
class Rates(NamedTuple):
    """Assumed shares: children left with grandparents, couples kept together, ties; age gap in months."""

    left_behind: float
    keep_couples: float
    adult_child_linked: float
    couple_linked: float
    age_gap: float


@taken_by_address
class People(NamedTuple):
    """Columns of the persons of one home while families are formed; links are rows, -1 without."""

    age: np.ndarray
    sex: np.ndarray
    school: np.ndarray
    state: np.ndarray
    dwelling: np.ndarray
    spouse: np.ndarray
    parent: np.ndarray


@taken_by_address
class Bounds(NamedTuple):
    """First row of each group, end of its men and of its family members (collective dwellers follow)."""

    first: np.ndarray
    men_end: np.ndarray
    family_end: np.ndarray


@taken_by_address
class Dwellings(NamedTuple):
    """Dwellings of one home: group, members so far, wife of a childless couple (or -1); each group's first."""

    group: np.ndarray
    size: np.ndarray
    couple: np.ndarray
    first: np.ndarray


@taken_by_address
class Cores(NamedTuple):
    """Couples and lone heads of one group: reference person, age, dwelling, children; index sorted by age."""

    person: np.ndarray
    age: np.ndarray
    dwelling: np.ndarray
    children: np.ndarray
    index: np.ndarray
    start: np.ndarray


@taken_by_address
class Ties(NamedTuple):
    """Dwellings of one household, -1 without: whose guest each is, its first guest, the guest after it."""

    host: np.ndarray
    guest: np.ndarray
    following: np.ndarray


@taken_by_address
class Queues(NamedTuple):
    """People away who wait for family at home, in three queues by age: (3, ...).

    start, used: (3, 122) first position of each year of age and how many have left it since, all 0 before; waiting:
    their rows.
    """

    start: np.ndarray
    used: np.ndarray
    waiting: np.ndarray


@taken_by_address
class Scratch(NamedTuple):
    """Room for the members of one group: its couples, its singles, and who of them is selected by which weight.

    have: (2, 23) who is to be married by sex and age group, an empty group on either side.
    """

    wives: np.ndarray
    husbands: np.ndarray
    single: np.ndarray
    weight: np.ndarray
    taken: np.ndarray
    have: np.ndarray
