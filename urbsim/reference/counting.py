"""Plain twin of `urbsim.kernels.counting`."""

from __future__ import annotations

import numpy as np

from urbsim.columns import N_ALTERNATIVES, N_ORIGINS, Columns
from urbsim.kernels.counting import KINDS_OF_MOVES
from urbsim.reference.persons import FIRST_OUTSIDE, alive, alternative, months_old, origin, setting
from urbsim.reference.school_places import stages
from urbsim.risk import AGE_LIMIT
from urbsim.support import PUBLIC_PLACE


def parts(lo: int, hi: int, people: Columns) -> np.ndarray:
    """Persons by part counted in, lived in and registered in: (3, 256) int64; the dead stand at 255."""
    columns = (people.counted, people.lives, people.home)
    return np.stack([np.bincount(column[lo:hi], minlength=256) for column in columns]).astype(np.int64)


def women(lo: int, hi: int, month: int, people: Columns) -> np.ndarray:
    """Women of the classes aged 10 to 49 by age, setting and union: (111, 3, 2) int64, all and in a union."""
    rows = np.arange(lo, hi)
    group = people.risk[rows] // 8
    rows = rows[(group >= 2) & (group <= 9) & (people.sex[rows] == 1)]
    age = months_old(rows, month, people) // 12
    out = np.zeros((AGE_LIMIT + 1, 3, 2), np.int64)
    np.add.at(out[:, :, 0], (age, setting(people.lives[rows])), 1)
    paired = people.spouse[rows] >= 0
    np.add.at(out[:, :, 1], (age[paired], setting(people.lives[rows[paired]])), 1)
    return out


def children(lo: int, hi: int, month: int, people: Columns) -> np.ndarray:
    """Migrant children, left-behind children, migrant children with a public place at school (ODD I1, I2, I5).

    By part counted in: (3, 256) int64.
    """
    rows = np.arange(lo, hi)
    rows = rows[alive(rows, people)]
    age = months_old(rows, month, people) // 12
    home, lives, counted = (
        column[rows].astype(np.int64) for column in (people.home, people.lives, people.counted)
    )
    from_a_village = (home < FIRST_OUTSIDE) & (home % 2 == 0)
    in_a_town = (counted < FIRST_OUTSIDE) & (counted % 2 == 1)
    from_elsewhere = (home >= FIRST_OUTSIDE) | (from_a_village & (home // 2 != counted // 2))
    migrant = (age >= 6) & (age <= 14) & in_a_town & from_elsewhere

    def elsewhere(person: np.ndarray) -> np.ndarray:
        return (person >= 0) & alive(person, people) & (people.lives[person] != home)

    parent = people.parent[rows]
    other = np.where(parent >= 0, people.spouse[parent], -1)
    both_gone = elsewhere(parent) & ((other < 0) | elsewhere(other))
    left_behind = (age <= 15) & from_a_village & (lives == home) & both_gone
    public = (people.school[rows] == PUBLIC_PLACE) & (stages(month, people.birth_month[rows]) > 0)
    kinds = (counted[migrant], counted[left_behind], counted[migrant & public])
    return np.stack([np.bincount(kind, minlength=256) for kind in kinds]).astype(np.int64)


def stock_by_origin(lo: int, hi: int, people: Columns) -> np.ndarray:
    """The living by registered origin and place of living: (113, 114) int64."""
    rows = np.arange(lo, hi)
    rows = rows[alive(rows, people)]
    cell = origin(people.home[rows]) * N_ALTERNATIVES + alternative(people.lives[rows])
    return (
        np.bincount(cell, minlength=N_ORIGINS * N_ALTERNATIVES)
        .reshape(N_ORIGINS, N_ALTERNATIVES)
        .astype(np.int64)
    )


def registered_elsewhere(lo, hi, people):
    """Residents registered elsewhere, (3, 111): same county, other county, other province (ODD equation I6)."""
    counted, home = people.counted[lo:hi].astype(np.int64), people.home[lo:hi].astype(np.int64)
    inside = counted < 222
    kinds = (
        inside & np.where(home == counted, people.other_township[lo:hi] == 1, home >> 1 == counted >> 1),
        inside & (home < 222) & (home >> 1 != counted >> 1),
        inside & (home >= 222),
    )
    return np.stack([np.bincount(counted[kind] >> 1, minlength=111) for kind in kinds])


def kinds_of_moves(log: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Kind of each change of the counted part, int32: its index in an array of the shape KINDS_OF_MOVES."""
    rows, origin, destination = log.T
    age_group = np.minimum(months_old(rows, month, people) // 60, 17)
    kind = (origin, destination, age_group, people.sex[rows], people.schooling[rows])
    return np.ravel_multi_index(kind, KINDS_OF_MOVES).astype(np.int32)
