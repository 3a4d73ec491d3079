"""What the full base population sums to: what every run, at any scale, takes its levels from."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from urbsim import paths
from urbsim.calendar import BASE_MONTH
from urbsim.compiled import njit
from urbsim.kernels.parts import alternative_of, origin_of
from urbsim.kernels.school_places import cohorts
from urbsim.population.cache import input_digest
from urbsim.population.columns import load_base
from urbsim.risk import AGE_LIMIT

Progress = Callable[[float, str], None]


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
    q = load_base(1.0, 0, threads, progress, base)
    size = 1 << 22
    sums = None
    for lo in range(0, q.birth_month.size, size):
        hi = min(lo + size, q.birth_month.size)
        piece = _count(
            lo,
            hi,
            BASE_MONTH[base],
            AGE_LIMIT,
            q.birth_month,
            q.sex,
            q.schooling,
            q.enrolled,
            q.home,
            q.lives,
            q.counted,
        )
        piece = (*piece, cohorts(lo, hi, BASE_MONTH[base], q.birth_month, q.home, q.lives))
        sums = piece if sums is None else tuple(a + b for a, b in zip(sums, piece, strict=True))
    assert sums is not None
    return BaseTotals(*sums)


@lru_cache(maxsize=2)
def load_totals(threads: int, base: str, progress: Progress | None = None) -> BaseTotals:
    """The totals, from the cache beside the population, counted once."""
    # What is counted is part of the name, so that a version that counts more does not read the file of one before.
    counted = hashlib.sha256(" ".join(BaseTotals.__dataclass_fields__).encode()).hexdigest()[:8]
    path = paths.cache_dir() / "population" / f"{base}-{input_digest(base)[:20]}" / f"totals-{counted}.npz"
    if not path.exists():
        totals = _totals(threads, base, progress)
        handle, temporary = tempfile.mkstemp(suffix=".npz", dir=path.parent)
        os.close(handle)
        np.savez(temporary, **vars(totals))
        os.replace(temporary, path)
        return totals
    with np.load(path) as stored:
        return BaseTotals(**{name: stored[name] for name in BaseTotals.__dataclass_fields__})
