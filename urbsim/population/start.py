"""From the base population to the columns of a run: links become rows, and room is made for those to come."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from urbsim.calendar import BASE_MONTH
from urbsim.columns import Columns
from urbsim.compiled import njit
from urbsim.draws import mix64_array, process_code
from urbsim.kernels.moving import RESIDENT_AFTER
from urbsim.population.columns import load_base
from urbsim.risk import risk_class

Progress = Callable[[float, str], None]
_ARRIVALS_PER_YEAR = 0.03  # newborns and newcomers for whom rows are kept ready, share of persons


@njit(nogil=True, cache=True)
def _link(household_start, spouse_offset, parent_offset, ring, spouse, parent):
    """Rings within households, and rows of spouse and parent from offsets (0 for none)."""
    for h in range(household_start.size - 1):
        first = household_start[h]
        last = household_start[h + 1] - 1
        for row in range(first, last + 1):
            ring[row] = row + 1 if row < last else first
            spouse[row] = row + spouse_offset[row] if spouse_offset[row] else -1
            parent[row] = row + parent_offset[row] if parent_offset[row] else -1


@njit(nogil=True, cache=True)
def _classes(month, birth_month, sex, spouse, home, lives, risk):
    for row in range(birth_month.size):
        age = max(0, (month - birth_month[row]) // 12)
        risk[row] = risk_class(age, sex[row], spouse[row] >= 0, home[row] != lives[row])


def sample_start(seed: int) -> int:
    """Which systematic sample a seed takes: 32 keyed bits."""
    return int(mix64_array(np.array([seed ^ process_code("sample")], dtype=np.uint64))[0] >> np.uint64(32))


def load_columns(
    scale: float, seed: int, threads: int, months: int, base: str, progress: Progress | None = None
) -> tuple[Columns, int, np.ndarray]:
    """Columns of a run on census night, rows in use, and the rows under way (away less than six months).

    scale: share of households; seed: picks the sample; months: length of the run, for the room to keep.
    """
    population = load_base(scale, sample_start(seed), threads, progress, base)
    n = population.birth_month.size
    capacity = n + int(n * _ARRIVALS_PER_YEAR * (months / 12 + 1)) + 1000

    def column(values: np.ndarray, dtype) -> np.ndarray:
        out = np.empty(capacity, dtype=dtype)
        out[:n] = values
        return out

    identity = n if scale == 1 else 0
    ids = np.empty(capacity - identity, dtype=np.uint64)
    if identity == 0:
        ids[:n] = population.id
    links = [np.empty(capacity, dtype=np.int32) for _ in range(3)]
    _link(population.household_start, population.spouse, population.parent, *links)
    ring, spouse, parent = links
    people = Columns(
        identity_rows=identity,
        ids=ids,
        risk=np.full(capacity, 255, dtype=np.uint8),
        birth_month=column(population.birth_month, np.int16),
        sex=column(population.sex, np.uint8),
        schooling=column(population.schooling, np.uint8),
        enrolled=column(population.enrolled, np.uint8),
        home=column(population.home, np.uint8),
        lives=column(population.lives, np.uint8),
        counted=column(population.counted, np.uint8),
        other_township=column(population.other_township, np.uint8),
        left_home=column(population.left_home, np.int16),
        collective=column(population.collective, np.uint8),
        cell=column(population.cell, np.uint8),
        ring=ring,
        spouse=spouse,
        parent=parent,
        work=np.zeros(capacity, dtype=np.uint8),
        work_county=np.zeros(capacity, dtype=np.uint8),
        support=np.zeros(capacity, dtype=np.uint8),
        school=np.zeros(capacity, dtype=np.uint8),
        births=np.zeros(capacity, dtype=np.uint8),
    )
    month = BASE_MONTH[base]
    _classes(month, people.birth_month[:n], people.sex, spouse, people.home, people.lives, people.risk)
    away = (people.lives[:n] != people.home[:n]) & (month - people.left_home[:n] < RESIDENT_AFTER)
    return people, n, np.flatnonzero(away).astype(np.int32)
