"""Plain twin of `urbsim.kernels.counting`."""

from __future__ import annotations

import numpy as np

from urbsim.columns import N_PARTS, Columns, Stocks, empty_stocks
from urbsim.kernels.counting import KINDS_OF_MOVES
from urbsim.reference.persons import FIRST_OUTSIDE, alive, months_old
from urbsim.reference.school_places import stages
from urbsim.reference.stocks import count_places, count_women
from urbsim.support import PUBLIC_PLACE


def stocks(lo: int, hi: int, people: Columns) -> tuple[np.ndarray, Stocks]:
    """The living: (224,) by part counted in, and the stocks."""
    rows = np.arange(lo, hi)
    rows = rows[alive(rows, people)]
    out = empty_stocks()
    count_places(rows, 1, people, out)
    count_women(rows, 1, people, out)
    return np.bincount(people.counted[rows], minlength=N_PARTS).astype(np.int64), out


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
