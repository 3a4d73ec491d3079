"""From the base population to the columns of a run: links become rows, and room is made for those to come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import int64, uint64

from urbsim.calendar import BASE_MONTH
from urbsim.columns import Columns
from urbsim.compiled import njit
from urbsim.draws import mix64_array, process_code
from urbsim.kernels.identity import person_id
from urbsim.kernels.moving import RESIDENT_AFTER
from urbsim.parallel import Chunks
from urbsim.population.columns import PERSON_COLUMNS, key_of_leaving, open_sample, unpack_row
from urbsim.risk import DEAD, risk_class

Progress = Callable[[float, str], None]
_HOUSEHOLDS_IN_PIECE = 1 << 16
_BYTES_APART = 192  # three lines of the cache, by which each column begins later than the one before
ARRIVALS_PER_YEAR = 0.03  # newborns and newcomers for whom rows are kept ready, share of persons


@njit(nogil=True, cache=True)
def _settle(words, starts, key, mean_months, month, people):
    """Fills the columns of whole households: who they are, rings, rows of spouse and parent, the risk class.

    words: (n,) packed persons from row starts[0] on; starts: (households + 1,) first rows. Returns the rows of those
    away for less than six months.
    """
    identity_rows, ids = people.identity_rows, people.ids
    ring, spouse, parent, risk = people.ring, people.spouse, people.parent, people.risk
    birth_month, sex, home, lives = people.birth_month, people.sex, people.home, people.lives
    schooling, enrolled, counted, cell = people.schooling, people.enrolled, people.counted, people.cell
    other_township, left_home, collective = people.other_township, people.left_home, people.collective
    low = uint64(starts[0])
    under_way = np.empty(words.size + 1, np.int32)
    n = 0
    for h in range(starts.size - 1):
        first, last = starts[h], starts[h + 1] - 1
        for row in range(uint64(first), uint64(last + 1)):
            person = person_id(row, identity_rows, ids)
            to_spouse, to_parent = unpack_row(
                row, words[row - low], person, key, mean_months, month, birth_month, sex, schooling, enrolled,
                home, lives, counted, other_township, left_home, collective, cell,
            )  # fmt: skip
            ring[row] = int64(row) + 1 if int64(row) < last else first
            spouse[row] = int64(row) + to_spouse if to_spouse else int64(-1)
            parent[row] = int64(row) + to_parent if to_parent else int64(-1)
            age = max(0, (month - birth_month[row]) // 12)
            away = home[row] != lives[row]
            risk[row] = risk_class(age, sex[row], to_spouse != 0, away)
            under_way[n] = row
            n += away and month - left_home[row] < RESIDENT_AFTER
    return under_way[:n].copy()


def sample_start(seed: int) -> int:
    """Which systematic sample a seed takes: 32 keyed bits."""
    return int(mix64_array(np.array([seed ^ process_code("sample")], dtype=np.uint64))[0] >> np.uint64(32))


def _apart(new: Callable[..., np.ndarray], capacity: int, dtype: Any, k: int) -> np.ndarray:
    """Column number k of a person's.

    Large arrays all begin at the same place of a page, so that the values of one person, in the same row of each, would
    crowd into the few lines of the cache that serve that place of all pages.
    """
    apart = k * _BYTES_APART // np.dtype(dtype).itemsize
    return new(apart + capacity, dtype)[apart:]


def load_columns(
    scale: float, seed: int, threads: int, months: int, base: str, progress: Progress | None = None
) -> tuple[Columns, int, np.ndarray]:
    """Columns of a run on census night, rows in use, and the rows under way (away less than six months).

    scale: share of households; seed: picks the sample; months: length of the run, for the room to keep.
    """
    sample = open_sample(scale, sample_start(seed), threads, progress, base)
    n = int(sample.first_rows(len(sample.starts) - 1, len(sample.starts) - 1)[0])
    capacity = n + int(n * ARRIVALS_PER_YEAR * (months / 12 + 1)) + 1000
    identity = n if sample.ids is None else 0
    ids = np.empty(capacity - identity, dtype=np.uint64)
    if sample.ids is not None:
        ids[:n] = sample.ids
    begun = ("work", "work_county", "support", "school", "births", "changed")
    kinds = PERSON_COLUMNS | dict.fromkeys(("ring", "spouse", "parent"), np.int32) | {"risk": np.uint8}
    columns = {name: _apart(np.empty, capacity, kinds[name], k) for k, name in enumerate(kinds)}
    columns |= {name: _apart(np.zeros, capacity, np.uint8, len(kinds) + k) for k, name in enumerate(begun)}
    columns["risk"][n:] = DEAD
    people = Columns(identity_rows=identity, ids=ids, **columns)
    month = BASE_MONTH[base]

    key, mean_months = key_of_leaving(), sample.full.mean_months_away

    def fill(low: int, high: int) -> np.ndarray:
        """Columns of households [low, high); returns the rows under way."""
        starts = sample.first_rows(low, high)
        words = sample.words(int(starts[0]), int(starts[-1]))
        return _settle(words, starts, key, mean_months, month, people)

    chunks = Chunks(threads, _HOUSEHOLDS_IN_PIECE)
    under_way = chunks.map(fill, len(sample.starts) - 1)
    chunks.close()
    return people, n, np.concatenate(under_way)
