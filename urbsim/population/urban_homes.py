"""Dwellings of the towns on census night, counted once in the full base population (ODD equation H0)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import int64

from urbsim.compute.compiled import njit
from urbsim.compute.words import BYTE
from urbsim.population.cache import load_table, open_population
from urbsim.population.packed import unmap
from urbsim.state.codes import FIRST_OUTSIDE, N_COUNTIES

Progress = Callable[[float, str], None]
TABLE = "urban_homes-1"  # another number when it holds something else
_ADULT = 18 * 12
_HOUSEHOLDS = 1 << 20  # in a piece of work


@dataclass(frozen=True)
class UrbanHomes:
    """Of the urban part of each county, int64 (111,), full population, by where people live.

    households: family households, members who live together; persons: who live in them; migrants: households whose
    first adult is registered elsewhere; beds: residents of collective dwellings.
    """

    households: np.ndarray
    persons: np.ndarray
    migrants: np.ndarray
    beds: np.ndarray


@njit(nogil=True, cache=True)
def count_homes(lo, hi, words, household_start):
    """(4, 111) households, persons, migrant households and beds of households [lo, hi); words: see `columns`."""
    out = np.zeros((4, N_COUNTIES), np.int64)
    for h in range(lo, hi):
        first = int64(household_start[h])
        last = int64(household_start[h + 1])
        for row in range(first, last):
            word = words[row]
            lives = int64((word >> np.uint64(24)) & np.uint64(BYTE))
            if lives >= FIRST_OUTSIDE or (lives & 1) == 0:
                continue
            county = lives >> 1
            if (word >> np.uint64(34)) & np.uint64(1):
                out[3, county] += 1
                continue
            out[1, county] += 1
            head = int64(-1)
            new = True
            for other in range(first, last):
                another = words[other]
                together = int64((another >> np.uint64(24)) & np.uint64(BYTE)) == lives
                if not together or (another >> np.uint64(34)) & np.uint64(1):
                    continue
                if other < row:
                    new = False
                    break
                if head < 0 and int64(another & np.uint64(2047)) >= _ADULT:
                    head = int64(other)
            if new:
                out[0, county] += 1
                registered = words[head if head >= 0 else row] >> np.uint64(16)
                if int64(registered & np.uint64(BYTE)) != lives:
                    out[2, county] += 1
    return out


def _count(threads: int, base: str, progress: Progress | None) -> UrbanHomes:
    full = open_population(base, threads, progress)
    last = full.household_start.size - 1
    sums = np.zeros((4, N_COUNTIES), np.int64)
    for lo in range(0, last, _HOUSEHOLDS):
        hi = min(lo + _HOUSEHOLDS, last)
        begin, end = int(full.household_start[lo]), int(full.household_start[hi])
        start = np.asarray(full.household_start[lo : hi + 1], dtype=np.int64) - begin
        words = np.asarray(full.words[begin:end])
        sums += count_homes(0, hi - lo, words, start)
        unmap(full.words, begin, end)
        unmap(full.household_start, lo, hi)
    return UrbanHomes(*sums)


def load_urban_homes(threads: int, base: str, progress: Progress | None = None) -> UrbanHomes:
    """The dwellings, read-only, from the cache beside the population, counted once."""
    return UrbanHomes(**load_table(base, TABLE, lambda: vars(_count(threads, base, progress))))
