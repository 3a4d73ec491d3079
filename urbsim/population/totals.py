"""What the full base population sums to: what every run, at any scale, takes its levels from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import int64, uint8, uint32

from urbsim.calendar import BASE_MONTH
from urbsim.compute.compiled import njit
from urbsim.population.cache import load_table, open_population
from urbsim.population.packed import counted_at, unmap
from urbsim.state.codes import (
    COLLEGE,
    FIRST_OUTSIDE,
    N_ALTERNATIVES,
    N_COUNTIES,
    N_DESTINATIONS,
    N_INSIDE,
    N_ORIGINS,
)
from urbsim.state.counting import cohorts
from urbsim.state.definitions import SCHOOL_AGES
from urbsim.state.parts import alternative_of, origin_of
from urbsim.state.risk import AGE_LIMIT

Progress = Callable[[float, str], None]
_PIECE = 1 << 22  # persons counted at a time


@dataclass(frozen=True)
class BaseTotals:
    """Persons of the full base population, int64.

    residents: (AGE_LIMIT + 1, 2 sex, 2 urban) counted in Guangxi; stock: (113 origins, 114 alternatives) everybody by
    origin and where they live; from_other_provinces: (222,) residents registered outside, by part;
    students: (113,) in college, by destination; children: (111, 15 school ages, 2) living in towns, registered in
    the county or elsewhere.
    """

    residents: np.ndarray
    stock: np.ndarray
    from_other_provinces: np.ndarray
    students: np.ndarray
    children: np.ndarray


# What is counted is part of the name, so that a version that counts more does not read the file of one before.
TABLE = "totals-" + hashlib.sha256(" ".join(BaseTotals.__dataclass_fields__).encode()).hexdigest()[:8]


@njit(nogil=True, cache=True, _nrt=False)
def _count(words, month, residents, stock, other, students, birth_month, home, lives):
    """Adds packed persons (layout in `columns`) to the totals and writes the columns from which pupils are counted."""
    oldest = residents.shape[0] - 1
    for row in range(words.size):
        low = uint32(words[row])
        months_old = int64(low & uint32(2047))
        sex, schooling = (low >> uint32(11)) & uint32(1), (low >> uint32(12)) & uint32(7)
        enrolled = (low >> uint32(15)) & uint32(1)
        registered, living = uint8(low >> uint32(16)), uint8(low >> uint32(24))
        birth_month[row], home[row], lives[row] = month - months_old, registered, living
        present = alternative_of(living)
        stock[origin_of(registered), present] += 1
        if enrolled and schooling >= COLLEGE and present < N_DESTINATIONS:
            students[present] += 1
        counted = counted_at(words[row])
        if counted < FIRST_OUTSIDE:
            residents[min(months_old // 12, oldest), sex, counted & 1] += 1
            if registered >= FIRST_OUTSIDE:
                other[counted] += 1


def totals_of(words: np.ndarray, month: int) -> BaseTotals:
    """Totals of packed persons, (N,) uint64, in this month."""
    totals = BaseTotals(
        residents=np.zeros((AGE_LIMIT + 1, 2, 2), np.int64),
        stock=np.zeros((N_ORIGINS, N_ALTERNATIVES), np.int64),
        from_other_provinces=np.zeros(N_INSIDE, np.int64),
        students=np.zeros(N_DESTINATIONS, np.int64),
        children=np.zeros((N_COUNTIES, SCHOOL_AGES, 2), np.int64),
    )
    counted = totals.residents, totals.stock, totals.from_other_provinces, totals.students
    room = np.empty(_PIECE, np.int16), np.empty(_PIECE, np.uint8), np.empty(_PIECE, np.uint8)
    for lo in range(0, len(words), _PIECE):
        piece = np.array(words[lo : lo + _PIECE])
        unmap(words, lo, lo + len(piece))
        columns = [column[: len(piece)] for column in room]
        _count(piece, month, *counted, *columns)
        totals.children[:] += cohorts(0, len(piece), month, *columns)
    return totals


def load_totals(threads: int, base: str, progress: Progress | None = None) -> BaseTotals:
    """The totals, read-only, from the cache beside the population, counted once."""
    return BaseTotals(
        **load_table(
            base,
            TABLE,
            lambda: vars(totals_of(open_population(base, threads, progress).words, BASE_MONTH[base])),
        )
    )
