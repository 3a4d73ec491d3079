"""Who decides where to live, as far as the decision depends on it: skill, age band, children at home."""

from __future__ import annotations

import numpy as np
from numba import int16, uint8, uint16

from urbsim.compute.compiled import inlined, njit
from urbsim.state.codes import DEAD, JUNIOR_SECONDARY, PRIMARY, SENIOR_SECONDARY
from urbsim.state.definitions import JUNIOR_AGE, KINDERGARTEN_AGE, PRIMARY_AGE, SENIOR_AGE

PUPIL, SMALL = 1, 2  # bits of `ages_of_children`


@inlined
def whole_years(n, month, since, most, years):
    """Writes the whole years from the month noted to this one, 0 to `most`."""
    for j in range(n):
        years[j] = min(uint16(max(int16(month - since[j]), int16(0))) // uint16(12), uint16(most))


@njit(inline="always")
def skill_of(schooling):
    """0 up to junior secondary, 1 senior secondary, 2 college and above."""
    return 0 if schooling <= JUNIOR_SECONDARY else (1 if schooling == SENIOR_SECONDARY else 2)


@njit(inline="always")
def chooser_type(age, schooling):
    """Type of a chooser without a child at school: skill (3) x age band (16-24, 25-34, 35-49, 50 and over).

    Utilities tell the first band from the others (parameter `outside_young`), and no more.
    """
    band = 0 if age < 25 else (1 if age < 35 else (2 if age < 50 else 3))
    return skill_of(schooling) * 4 + band


@inlined
def child_turning(row, month, people):
    """1 if a child of this household turns 6, 12 or 15 within the coming year, else 0."""
    child = people.ring[row]
    for _ in range(400):
        if child == row:
            break
        parent = people.parent[child]
        if parent >= 0 and (parent == row or parent == people.spouse[row]) and people.risk[child] != DEAD:
            age = (month - people.birth_month[child]) // 12
            if age == PRIMARY_AGE - 1 or age == JUNIOR_AGE - 1 or age == SENIOR_AGE - 1:
                return 1
        child = people.ring[child]
    return 0


@inlined
def has_pupil(row, month, people):
    """1 if this person or the spouse has a child aged 3 to 14, wherever it lives, else 0."""
    child = people.ring[row]
    for _ in range(400):
        if child == row:
            break
        parent = people.parent[child]
        if parent >= 0 and (parent == row or parent == people.spouse[row]) and people.risk[child] != DEAD:
            age = (month - people.birth_month[child]) // 12
            if age >= KINDERGARTEN_AGE and age < SENIOR_AGE:
                return 1
        child = people.ring[child]
    return 0


@inlined
def ages_of_children(row, month, people):
    """Whether this person or the spouse has children, wherever they live: 1 for any aged 3 to 14, 2 for any below."""
    found = 0
    child = people.ring[row]
    for _ in range(400):
        if child == row or found == PUPIL | SMALL:
            break
        parent = people.parent[child]
        if parent >= 0 and (parent == row or parent == people.spouse[row]) and people.risk[child] != DEAD:
            age = (month - people.birth_month[child]) // 12
            if age < SENIOR_AGE:
                found |= PUPIL if age >= KINDERGARTEN_AGE else SMALL
        child = people.ring[child]
    return found


@njit(nogil=True, cache=True)
def ages_by_parent(n, month, people):
    """`ages_of_children` of each of the first n persons, who are everybody, uint8: a walk from each child."""
    found = np.zeros(n, np.uint8)
    for child in range(n):
        parent, age = people.parent[child], (month - people.birth_month[child]) // 12
        if parent < 0 or age >= SENIOR_AGE or people.risk[child] == DEAD:
            continue
        bit = uint8(PUPIL if age >= KINDERGARTEN_AGE else SMALL)
        other = people.ring[child]
        for _ in range(400):
            if other == child:
                break
            if other == parent or people.spouse[other] == parent:
                found[other] |= bit
            other = people.ring[other]
    return found


@inlined
def child_at_home(row, people):
    """True if a child of primary-school age of this person lives in the registered part."""
    child = people.ring[row]
    for _ in range(400):
        if child == row:
            break
        parent = people.parent[child]
        if (
            people.risk[child] != DEAD
            and parent >= 0
            and (parent == row or parent == people.spouse[row])
            and people.lives[child] == people.home[row]
            and people.schooling[child] == PRIMARY
            and people.enrolled[child]
        ):
            return True
        child = people.ring[child]
    return False
