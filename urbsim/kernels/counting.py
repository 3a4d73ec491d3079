"""Stocks recounted from the columns, so that flows counted at the events can be held against them."""

from __future__ import annotations

import numpy as np
from numba import int64

from urbsim.compiled import njit
from urbsim.kernels.parts import alternative_of, origin_of, setting_of
from urbsim.kernels.school_places import school_stage
from urbsim.risk import AGE_LIMIT
from urbsim.support import PUBLIC_PLACE

_FROM_10, _UNDER_50 = 16, 80  # risk classes of ages 10 to 49
_UNDER_20 = 32  # risk classes of ages below 20 come first


@njit(nogil=True, cache=True)
def parts(lo, hi, people):
    """Persons in [lo, hi) by part counted in, lived in and registered in: (3, 256) int64; the dead stand at 255."""
    out = np.zeros((3, 256), np.int64)
    for row in range(lo, hi):
        out[0, people.counted[row]] += 1
        out[1, people.lives[row]] += 1
        out[2, people.home[row]] += 1
    return out


@njit(nogil=True, cache=True)
def women(lo, hi, month, people):
    """Women of childbearing age in [lo, hi): (AGE_LIMIT + 1, 3 settings, 2) int64, all and in a union."""
    out = np.zeros((AGE_LIMIT + 1, 3, 2), np.int64)
    for row in range(lo, hi):
        risk = people.risk[row]
        if risk < _FROM_10 or risk >= _UNDER_50 or people.sex[row] == 0:
            continue
        age = (month - people.birth_month[row]) // 12
        setting = setting_of(people.lives[row])
        out[age, setting, 0] += 1
        out[age, setting, 1] += people.spouse[row] >= 0
    return out


@njit(nogil=True, cache=True)
def children(lo, hi, month, people):
    """Children of migration in [lo, hi) by the part counted in: (3, 256) int64 (ODD equations I1, I2, I5).

    0: migrant children of compulsory-school age (6-14), counted in a town, registered in a village of another county
    or in another province. 1: left-behind children below 16: registered and living in a village while the parents
    whom the model knows all live elsewhere. 2: of the migrant children, those who hold a public place in a primary or
    junior secondary school.
    """
    out = np.zeros((3, 256), np.int64)
    for row in range(lo, hi):
        if people.risk[row] >= _UNDER_20:
            continue
        age = (month - people.birth_month[row]) // 12
        home = int64(people.home[row])
        counted = int64(people.counted[row])
        if age >= 6 and age < 15 and counted < 222 and (counted & 1):
            if home >= 222 or (home & 1 == 0 and (home >> 1) != (counted >> 1)):
                out[0, counted] += 1
                if (
                    people.school[row] == PUBLIC_PLACE
                    and school_stage(month, int64(people.birth_month[row])) > 0
                ):
                    out[2, counted] += 1
        if age < 16 and home < 222 and (home & 1) == 0 and people.lives[row] == home:
            parent = people.parent[row]
            if parent >= 0 and people.risk[parent] != 255 and people.lives[parent] != home:
                other = people.spouse[parent]
                if other < 0 or people.lives[other] != home:
                    out[1, counted] += 1
    return out


@njit(nogil=True, cache=True)
def registered_elsewhere(lo, hi, people):
    """Residents registered elsewhere, by county counted in: (3, 111) int64 (ODD equation I6).

    0: in another township of the county; 1: in another county of Guangxi; 2: in another province.
    """
    counted, home, township = people.counted, people.home, people.other_township
    out = np.zeros((3, 111), np.int64)
    for row in range(lo, hi):
        here = int64(counted[row])
        if here >= 222:
            continue
        at = int64(home[row])
        if at == here:
            out[0, here >> 1] += township[row]
        elif at >= 222:
            out[2, here >> 1] += 1
        elif at >> 1 == here >> 1:
            out[0, here >> 1] += 1
        else:
            out[1, here >> 1] += 1
    return out


@njit(nogil=True, cache=True)
def stock_by_origin(lo, hi, people):
    """Living persons in [lo, hi) by registered origin and place of living: (113, 114) int64, for the strict account."""
    out = np.zeros((113, 114), np.int64)
    for row in range(lo, hi):
        if people.risk[row] != 255:
            out[origin_of(people.home[row]), alternative_of(people.lives[row])] += 1
    return out
