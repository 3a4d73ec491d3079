"""Plain twin of `urbsim.state.counting`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.words import BYTE_VALUES
from urbsim.state.codes import FIRST_OUTSIDE, N_COUNTIES, N_PARTS, PUBLIC_PLACE
from urbsim.state.columns import Columns
from urbsim.state.counting import KINDS_OF_MOVES
from urbsim.state.definitions import FIRST_COMPULSORY, SCHOOL_AGES
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.ledger import Stocks, empty_stocks
from urbsim.state.plain.definitions import stages
from urbsim.state.plain.persons import alive, months_old
from urbsim.state.plain.stocks import count_persons, count_women
from urbsim.state.risk import AGE_GROUPS


def stocks(lo: int, hi: int, people: Columns) -> tuple[np.ndarray, Stocks]:
    """The living: (224,) by part counted in, and the stocks."""
    rows = np.arange(lo, hi)
    rows = rows[alive(rows, people)]
    out = empty_stocks()
    count_persons(rows, 1, people, out)
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
    public = (people.school[rows] == PUBLIC_PLACE) & (
        stages(month, people.birth_month[rows]) >= FIRST_COMPULSORY
    )
    kinds = (counted[migrant], counted[left_behind], counted[migrant & public])
    return np.stack([np.bincount(kind, minlength=BYTE_VALUES) for kind in kinds]).astype(np.int64)


def registered_elsewhere(lo: int, hi: int, people: Columns) -> np.ndarray:
    """Residents registered elsewhere, (3, 111): same county, other county, other province (ODD equation I6)."""
    counted, home = people.counted[lo:hi].astype(np.int64), people.home[lo:hi].astype(np.int64)
    inside = counted < FIRST_OUTSIDE
    kinds = (
        inside
        & np.where(home == counted, people.holdings[lo:hi] & OTHER_TOWNSHIP > 0, home >> 1 == counted >> 1),
        inside & (home < FIRST_OUTSIDE) & (home >> 1 != counted >> 1),
        inside & (home >= FIRST_OUTSIDE),
    )
    return np.stack([np.bincount(counted[kind] >> 1, minlength=N_COUNTIES) for kind in kinds])


def kinds_of_moves(log: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Kind of each change of the counted part, int32: its index in an array of the shape KINDS_OF_MOVES."""
    rows, before, after = log.T
    age_group = np.minimum(months_old(rows, month, people) // 60, AGE_GROUPS - 1)
    kind = (before, after, age_group, people.sex[rows], people.schooling[rows])
    return np.ravel_multi_index(kind, KINDS_OF_MOVES).astype(np.int32)


def moves_by_kind(kinds: np.ndarray, month: int) -> np.ndarray:
    """Moves counted by kind: (n, 7) int32 `month, origin, destination, age group, sex, schooling, count`."""
    each, count = np.unique(kinds, return_counts=True)
    of_kind = np.unravel_index(each, KINDS_OF_MOVES)
    return np.column_stack([np.full(each.size, month), *of_kind, count]).astype(np.int32)


def cohorts(
    lo: int, hi: int, month: int, birth_month: np.ndarray, home: np.ndarray, lives: np.ndarray
) -> np.ndarray:
    """Children who live in towns: (111 counties, 15 school ages, 2: registered in the county or not)."""
    out = np.zeros((N_COUNTIES, SCHOOL_AGES, 2), np.int64)
    september = max(m for m in range(month - 11, month + 1) if m % 12 == 8)
    age = (september - birth_month[lo:hi].astype(np.int64)) // 12
    town = (lives[lo:hi] < FIRST_OUTSIDE) & (lives[lo:hi] % 2 == 1) & (age >= 0) & (age < SCHOOL_AGES)
    county = lives[lo:hi][town].astype(np.int64) >> 1
    np.add.at(out, (county, age[town], (home[lo:hi][town] >> 1 != county).astype(np.int64)), 1)
    return out
