"""From the base population to the columns of a run: links become rows, and room is made for those to come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numba import int32, uint32, uint64

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.compute.blocks import BLOCK, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import mix64_array, process_code
from urbsim.compute.threads import Chunks
from urbsim.compute.words import BYTE
from urbsim.population.cache import is_built
from urbsim.population.packed import (
    PERSON_COLUMNS,
    key_of_leaving,
    links_of,
    month_of_leaving,
    open_sample,
    unpack_block,
)
from urbsim.state.codes import DEAD
from urbsim.state.columns import Columns
from urbsim.state.definitions import RESIDENT_AFTER
from urbsim.state.risk import risk_class

Progress = Callable[[float, str], None]
Persons = tuple[Columns, int, np.ndarray]
_HOUSEHOLDS_IN_PIECE = 1 << 18
_BYTES_APART = 192  # three lines of the cache, by which each column begins later than the one before
ARRIVALS_PER_YEAR = 0.03  # newborns and newcomers for whom rows are kept ready, share of persons


@inlined
def _link_block(n, first, words, ring, spouse, parent, risk):
    """Rows of relatives of the n persons from row `first` on, and risk classes, without a branch.

    The ring goes to the next row, as it does but at the end of a household.
    """
    for j in range(n):
        row, months_old = int32(first + j), uint32(words[j]) & uint32(2047)
        to_spouse, to_parent = links_of(words[j])
        ring[j] = row + 1
        spouse[j] = row + to_spouse if to_spouse else int32(-1)
        parent[j] = row + to_parent if to_parent else int32(-1)
        sex = (uint32(words[j]) >> uint32(11)) & uint32(1)
        away = (uint32(words[j]) >> uint32(24)) != ((uint32(words[j]) >> uint32(16)) & uint32(BYTE))
        risk[j] = risk_class(months_old // uint32(12), sex, to_spouse != 0, away)


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
    left_home, holdings = people.left_home, people.holdings
    first, end = starts[0], starts[-1]
    away, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    absences = np.empty(words.size + 1, np.int32)
    n = 0
    for start in range(first, end, BLOCK):
        stop = min(start + BLOCK, end)
        block, packed = slice(start, stop), words[start - first : stop - first]
        unpack_block(
            stop - start, packed, month, birth_month[block], sex[block], schooling[block], enrolled[block],
            home[block], lives[block], counted[block], cell[block], holdings[block],
            left_home[block], away,
        )  # fmt: skip
        _link_block(stop - start, start, packed, ring[block], spouse[block], parent[block], risk[block])
        for k in range(marked_rows(start, stop - start, away, rows)):
            row = uint64(rows[k])
            person = person_id(row, identity_rows, ids)
            left_home[row] = month_of_leaving(words[row - uint64(first)], person, key, mean_months, month)
            absences[n] = row
            n += month - left_home[row] < RESIDENT_AFTER
    for h in range(starts.size - 1):
        ring[starts[h + 1] - 1] = starts[h]
    return absences[:n].copy()


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
) -> Persons:
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
    begun = ("work", "work_county", "school", "births", "pending")
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
        absences = _settle(words, starts, key, mean_months, month, people)
        sample.let_go(low, high)
        return absences

    chunks = Chunks(threads, _HOUSEHOLDS_IN_PIECE)
    absences = chunks.map(fill, len(sample.starts) - 1)
    chunks.close()
    return people, n, np.concatenate(absences)


def copied(people: Columns) -> Columns:
    """The same persons in columns of their own, with the same room."""
    own = []
    for k, column in enumerate(people[1:]):
        own.append(_apart(np.empty, column.size, column.dtype, k))
        own[-1][:] = column
    return Columns(people.identity_rows, *own)


class Loading:
    """Columns that are loaded beside whatever comes next: kernels leave the interpreter to others."""

    def __init__(self, base: str, until: str, scale: float, seed: int, threads: int) -> None:
        months = month_number(until) - BASE_MONTH[base]
        beside = ThreadPoolExecutor(1)
        self._persons = [beside.submit(load_columns, scale, seed, threads, months, base)]
        beside.shutdown(wait=False)

    def take(self) -> Persons:
        """What `load_columns` returns, once: it is kept here no longer."""
        return self._persons.pop().result()


class Kept:
    """Persons that are loaded once for runs of the same sample: each takes columns of its own."""

    def __init__(self, persons: Persons) -> None:
        self._persons = persons

    def take(self) -> Persons:
        """What `load_columns` returns, any number of times."""
        people, n, absences = self._persons
        return copied(people), n, absences


@lru_cache(maxsize=1)
def kept(base: str, until: str, scale: float, seed: int, threads: int) -> Kept:
    """The persons of the last sample that was asked for; arguments as of `begin_loading`."""
    return Kept(load_columns(scale, seed, threads, month_number(until) - BASE_MONTH[base], base))


def begin_loading(base: str, until: str, scale: float, seed: int, threads: int) -> Loading | None:
    """Loads the persons of a run from the night of `base` to the month `until`, while its libraries are imported.

    None where they have yet to be made.
    """
    return Loading(base, until, scale, seed, threads) if is_built(base) else None
