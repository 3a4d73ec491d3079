"""What the full base population sums to: what every run, at any scale, takes its levels from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from urbsim.calendar import BASE_MONTH
from urbsim.compiled import njit
from urbsim.kernels.parts import alternative_of, origin_of
from urbsim.kernels.school_places import cohorts
from urbsim.population.cache import open_population, population_folder
from urbsim.population.columns import unpack
from urbsim.risk import AGE_LIMIT
from urbsim.store import read_only_arrays, whole_file

Progress = Callable[[float, str], None]
_PIECE = 1 << 22  # persons unpacked at a time


@dataclass(frozen=True)
class BaseTotals:
    """Persons of the full base population, int64.

    residents: (AGE_LIMIT + 1, 2 sex, 2 urban) counted in Guangxi; stock: (113 origins, 114 places) everybody by
    registered origin and place of living; from_other_provinces: (222,) residents registered outside, by part;
    students: (113,) in college, by place of living; children: (111, 15 school ages, 2) living in towns, registered in
    the county or elsewhere.
    """

    residents: np.ndarray
    stock: np.ndarray
    from_other_provinces: np.ndarray
    students: np.ndarray
    children: np.ndarray


@njit(nogil=True, cache=True)
def _count(lo, hi, month, age_limit, birth_month, sex, schooling, enrolled, home, lives, counted):
    residents = np.zeros((age_limit + 1, 2, 2), np.int64)
    stock = np.zeros((113, 114), np.int64)
    other = np.zeros(222, np.int64)
    students = np.zeros(113, np.int64)
    for row in range(lo, hi):
        place = alternative_of(lives[row])
        stock[origin_of(home[row]), place] += 1
        if enrolled[row] and schooling[row] >= 4 and place < 113:
            students[place] += 1
        if counted[row] < 222:
            age = min(max(0, (month - birth_month[row]) // 12), age_limit)
            residents[age, sex[row], counted[row] & 1] += 1
            if home[row] >= 222:
                other[counted[row]] += 1
    return residents, stock, other, students


def _totals(threads: int, base: str, progress: Progress | None) -> BaseTotals:
    full = open_population(base, threads, progress)
    sums = None
    for lo in range(0, len(full.words), _PIECE):
        words = np.array(full.words[lo : lo + _PIECE])
        ids = np.arange(lo, lo + len(words), dtype=np.uint32)
        q = unpack(words, ids, full.mean_months_away, BASE_MONTH[base], threads)
        seen = ("birth_month", "sex", "schooling", "enrolled", "home", "lives", "counted")
        piece = (
            *_count(0, len(words), BASE_MONTH[base], AGE_LIMIT, *(q[name] for name in seen)),
            cohorts(0, len(words), BASE_MONTH[base], q["birth_month"], q["home"], q["lives"]),
        )
        sums = piece if sums is None else tuple(a + b for a, b in zip(sums, piece, strict=True))
    assert sums is not None
    return BaseTotals(*sums)


def load_totals(threads: int, base: str, progress: Progress | None = None) -> BaseTotals:
    """The totals, read-only, from the cache beside the population, counted once."""
    # What is counted is part of the name, so that a version that counts more does not read the file of one before.
    counted = hashlib.sha256(" ".join(BaseTotals.__dataclass_fields__).encode()).hexdigest()[:8]
    path = population_folder(base) / f"totals-{counted}.npz"
    if not path.exists():
        with whole_file(path) as temporary:
            np.savez(temporary, **vars(_totals(threads, base, progress)))
    return BaseTotals(**read_only_arrays(path))
