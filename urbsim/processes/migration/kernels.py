"""Who reconsiders where to live, where they go, who returns by a hazard: ODD equations M1 to M5."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.compiled import njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import draw64, leading_byte, uniform32
from urbsim.compute.read_ahead import read_family, read_prospects, read_vitals
from urbsim.processes.demography.kernels import age_at
from urbsim.processes.migration.choosers import (
    PUPIL,
    SMALL,
    ages_by_parent,
    ages_of_children,
    child_at_home,
    chooser_type,
    has_pupil,
    skill_of,
)
from urbsim.processes.migration.choosing import destinations as destinations
from urbsim.processes.migration.reconsidering import activated as activated
from urbsim.processes.migration.reconsidering import scaled
from urbsim.state.codes import DEAD, FIRST_OUTSIDE, N_COUNTIES
from urbsim.state.definitions import ADULT
from urbsim.state.parts import alternative_of
from urbsim.state.risk import sex_of


@njit(inline="always")
def _whole_years_away(row, month, people, longest):
    """Whole years since leaving, at most one less than `longest`."""
    return min(max((month - people.left_home[row]) // 12, 0), longest - 1)


@njit(nogil=True, cache=True)
def villagers_by_type(rows, month, people, per_year):
    """Villagers at home who reconsider, (24 types, 111 counties), per year (ODD equation M10).

    rows: persons looked at; per_year: (AGE_LIMIT + 1, 2 sex, 3 skill) hazard of reconsidering at home in a village.
    """
    out = np.zeros((24, N_COUNTIES))
    for row in rows:
        home = int64(people.home[row])
        if people.risk[row] == DEAD or people.enrolled[row] or home >= FIRST_OUTSIDE or home & 1:
            continue
        if people.lives[row] != home:
            continue
        age = age_at(month, people.birth_month[row])
        hazard = per_year[age, people.sex[row], skill_of(people.schooling[row])]
        if hazard > 0:
            kind = chooser_type(age, people.schooling[row]) + 12 * has_pupil(row, month, people)
            out[kind, home >> 1] += hazard
    return out


@njit(nogil=True, cache=True)
def small_children_by_type(rows, everybody, month, people):
    """Adults out of school, (24 types, 2): all of them, and those with a child below three (ODD equation V2).

    rows: (n,) int32 of whom is looked at; everybody: whether they are all there are, in order. Then it is quicker to
    ask children whose they are than to ask adults whom they have.
    """
    out = np.zeros((24, 2), np.int64)
    by_parent = ages_by_parent(rows.size if everybody else 0, month, people)
    for k in range(rows.size):
        if not everybody:
            read_family(rows, k, people)
        row = rows[k]
        if people.risk[row] == DEAD or people.enrolled[row]:
            continue
        age = age_at(month, people.birth_month[row])
        if age >= ADULT:
            children = int64(by_parent[row]) if everybody else ages_of_children(row, month, people)
            kind = chooser_type(age, people.schooling[row]) + 12 * int64((children & PUPIL) > 0)
            out[kind, 0] += 1
            out[kind, 1] += int64((children & SMALL) > 0)
    return out


@njit(nogil=True, cache=True)
def returning(rows, month, people, base, response, holds, to_town, key, fine_key, where_key):
    """Who comes back by a hazard, and where to: the village or the seat of their own county (ODD equation M5).

    base: (41 whole years away, AGE_LIMIT + 1, 2 sex, 2 child left at home) uint64 thresholds on 2^-32.
    response: (114,) uint64 on 2^-16, factor by the present alternative: how far it has become worse or better.
    holds: (256,) uint64 on 2^-16, factor by the byte `holdings` (ODD equation H6).
    to_town: uint64 threshold that someone registered in a village returns to the county seat.
    Returns (rows, parts).
    """
    out = np.empty(rows.size, np.int32)
    to = np.empty(rows.size, np.uint8)
    n = 0
    for k in range(rows.size):
        read_vitals(rows, k, people)
        read_prospects(rows, k, people)
        row = rows[k]
        if people.risk[row] == DEAD or people.lives[row] == people.home[row] or people.enrolled[row]:
            continue
        person = person_id(row, people.identity_rows, people.ids)
        u = uniform32(person, leading_byte(person, key), fine_key)
        years = _whole_years_away(row, month, people, base.shape[0])
        age = age_at(month, people.birth_month[row])
        sex = sex_of(people.risk[row])
        present = alternative_of(people.lives[row])
        factor = holds[people.holdings[row]]
        without = scaled(scaled(base[years, age, sex, 0], response[present]), factor)
        with_child = scaled(scaled(base[years, age, sex, 1], response[present]), factor)
        if u >= without and u >= with_child:
            continue
        if u >= (with_child if child_at_home(row, people) else without):
            continue
        home = int64(people.home[row])
        goes_to = int64(home)
        if home < FIRST_OUTSIDE and (home & 1) == 0:
            if (draw64(person, where_key) >> uint64(32)) < to_town:
                goes_to = int64(home) + 1
        if goes_to != people.lives[row]:
            out[n] = row
            to[n] = uint8(goes_to)
            n += 1
    return out[:n].copy(), to[:n].copy()
