"""Persons of one home, group by group (ODD equations B6, B7)."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.randomness import mix64
from urbsim.population.synthesis.picking import uniform
from urbsim.state.codes import (
    BACHELOR,
    COLLEGE,
    FIRST_OUTSIDE,
    FIRST_REGION,
    JUNIOR_SECONDARY,
    SENIOR_SECONDARY,
)
from urbsim.state.definitions import COLLEGE_AGE, SENIOR_AGE

_GOLDEN = 0x9E3779B97F4A7C15
_SCHOOL_LEAVERS = 4  # age group 15-19, in which people leave school at different ages


@inlined
def of_school_age(age, slope, school_year):
    """Share of the group of 15-19 who were at least so old when the school year began; slope: of ages in the group."""
    t = (12.0 * (age - SENIOR_AGE) + school_year) / 60.0
    return 1.0 - t * (1.0 - slope * (1.0 - t))


@inlined
def at_school_age(v, shares, age, slope, school_year):
    """The level of somebody of 15-19, whose group has one set of shares, by age when the school year began (B7).

    Nobody below fifteen has begun senior secondary school and nobody below eighteen college; as many more have above,
    so that the group keeps its shares. Only where more study than are eighteen do some of seventeen.
    v: uniform; shares: (5,) of the group, rising; slope, school_year: of `of_school_age`.
    """
    eighteen = of_school_age(COLLEGE_AGE, slope, school_year)
    seventeen = of_school_age(COLLEGE_AGE - 1, slope, school_year) - eighteen
    students = 1.0 - shares[SENIOR_SECONDARY]
    senior = min((1.0 - shares[JUNIOR_SECONDARY]) / of_school_age(SENIOR_AGE, slope, school_year), 1.0)
    of_eighteen = min(students / eighteen, senior)
    in_college = 0.0
    if age >= COLLEGE_AGE:
        in_college = of_eighteen
    elif age == COLLEGE_AGE - 1:
        in_college = min((students - of_eighteen * eighteen) / seventeen, senior)
    bachelors = in_college * (1.0 - shares[COLLEGE]) / max(students, 1e-9)
    if v >= 1.0 - bachelors:
        return BACHELOR
    if v >= 1.0 - in_college:
        return COLLEGE
    if v >= 1.0 - senior and age >= SENIOR_AGE:
        return SENIOR_SECONDARY
    level = 0
    while level < JUNIOR_SECONDARY and v >= shares[level]:
        level += 1
    return level


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def make_persons(part, flows, tables, people, bounds):
    """Persons of one home: ages smooth within the census group, schooling drawn systematically."""
    key0 = mix64(uint64(part) + uint64(0x5EED2020))
    at = 0
    for g in range(len(flows.dest)):
        dest = flows.dest[g]
        county = dest // 2 if dest < FIRST_OUTSIDE else dest - FIRST_OUTSIDE + FIRST_REGION
        census_class = 3 if part >= FIRST_OUTSIDE else min(1, flows.kind[g]) if flows.kind[g] < 3 else 2
        bounds.first[g] = at
        for cell in range(76):
            dwelling, s, a = cell // 38, (cell // 19) % 2, cell % 19
            if cell == 19:
                bounds.men_end[g] = at
            if cell == 38:
                bounds.family_end[g] = at
            many = flows.counts[g, dwelling, s, a]
            key = key0 + uint64(g * 76 + cell) * uint64(_GOLDEN)
            offset, turn = uniform(key), uniform(key + uint64(1))
            slope = tables.slopes[county, s, a]
            low, width = (a - 1) * 60.0, 60.0
            if a == 0:
                low, width = 0.0, 12.0
            elif a == 1:
                low, width = 12.0, 48.0
            for k in range(many):
                u = (k + offset) / many
                t = u
                if a == 18:
                    t = -np.log(1.0 - 0.985 * u) * 0.9
                elif abs(slope) > 1e-3:
                    t = ((slope - 1.0) + np.sqrt((1.0 - slope) ** 2 + 4.0 * slope * u)) / (2.0 * slope)
                months = np.int64(low + t * width)
                if a < 18:
                    months = min(months, np.int64(low + width) - 1)
                people.age[at] = months
                people.sex[at] = s
                turn += 0.6180339887498949
                if turn >= 1.0:
                    turn -= 1.0
                # below fifteen it is the older who are further
                shares = tables.schooling[dest, census_class, dwelling, s, a]
                v = u if a < _SCHOOL_LEAVERS else turn
                level = 0
                if a == _SCHOOL_LEAVERS:
                    age = (months - tables.school_year) // 12
                    level = at_school_age(v, shares, age, slope, tables.school_year)
                else:
                    while level < 5 and v >= shares[level]:
                        level += 1
                people.school[at] = level
                at += 1
    bounds.first[len(flows.dest)] = at
