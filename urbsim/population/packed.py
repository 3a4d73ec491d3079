"""Every column of the base population, how a person is packed into one word, and `load_base`.

A person is stored as one uint64 in the cache. Bits, from the lowest: 0-10 age in months, 11 sex, 12-14
schooling, 15 attends school, 16-23 home, 24-31 lives, 32 under way (away less than six months, counted at
home), 33 registered in another township, 34 collective dwelling, 35-42 spouse, 43-50 parent (signed bytes),
51-58 cell.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import int8, int32, int64, uint8, uint32, uint64

from urbsim.calendar import BASE_MONTH
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.randomness import mix64, stream_key
from urbsim.compute.threads import Chunks
from urbsim.compute.words import BYTE
from urbsim.state.codes import FIRST_OUTSIDE
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP

if TYPE_CHECKING:
    from urbsim.population.cache import CachedPopulation

_PERSONS_IN_PIECE = 1 << 20

PERSON_COLUMNS: dict[str, Any] = {
    "birth_month": np.int16,
    "sex": np.uint8,
    "schooling": np.uint8,
    "enrolled": np.uint8,
    "home": np.uint8,
    "lives": np.uint8,
    "counted": np.uint8,
    "left_home": np.int16,
    "spouse": np.int8,
    "parent": np.int8,
    "cell": np.uint8,
    "holdings": np.uint8,
}


@dataclass(frozen=True)
class BasePopulation:
    """A sample of whole households of the base night: N persons, H households, a household's rows contiguous.

    Parts are 2 x county + (0 rural, 1 urban), 222 the Pearl River Delta, 223 the rest of China. Months count
    from 1900-01. The synthesis writes every column; only `left_home` is drawn when the sample is loaded.

    id (N,) uint32: row in the full synthetic population, independent of scale and seed.
    birth_month (N,) int16: month of birth.
    sex (N,) uint8: 0 male, 1 female.
    schooling (N,) uint8: highest level attained or attended: 0 none or preschool, 1 primary, 2 junior
        secondary, 3 senior secondary, 4 college, 5 bachelor or above.
    enrolled (N,) uint8: 1 attends primary school or above now.
    home (N,) uint8: part in which the person is registered.
    lives (N,) uint8: part in which the person lives physically.
    counted (N,) uint8: part in which the person is counted as resident; equals `lives`, or `home` for people
        who left less than six months ago.
    left_home (N,) int16: month in which the person left the registered part; 0 where lives == home. Six months or
        more before the base night for people counted away, less for people under way.
    spouse (N,) int8: row of the spouse less the own row, 0 without one in the household; symmetric.
    parent (N,) int8: row of one parent less the own row (mother where she is in the household, else father),
        0 without one in the household.
    cell (N,) uint8: village of the home part where that is rural, else of the counted part where that is
        rural, else 255; the same for all members, so it is their village only where they live in that part.
    holdings (N,) uint8, bits of `urbsim.state.holdings`: DORMITORY in a collective dwelling, OTHER_TOWNSHIP where
        registered in another township of the part where counted (home == counted).
    household_start (H+1,) int64: first row of each household.
    household_stratum (H,) uint8: part in which the household's dwelling at home (else its only dwelling) is
        counted; the sample is systematic within it.
    scale: share of households in the sample; a person stands for 1 / scale. base: which census night.
    """

    id: np.ndarray
    birth_month: np.ndarray
    sex: np.ndarray
    schooling: np.ndarray
    enrolled: np.ndarray
    home: np.ndarray
    lives: np.ndarray
    counted: np.ndarray
    left_home: np.ndarray
    spouse: np.ndarray
    parent: np.ndarray
    cell: np.ndarray
    holdings: np.ndarray
    household_start: np.ndarray
    household_stratum: np.ndarray
    scale: float
    base: str

    def __len__(self) -> int:
        return len(self.birth_month)


@inlined
def unpack_block(
    n, words, base_month, birth_month, sex, schooling, enrolled, home, lives, counted, cell, holdings, left_home, away,
):  # fmt: skip
    """n words to columns, without a branch; `away` marks who lives elsewhere, whose `left_home` is yet to be drawn."""
    for j in range(n):
        low = uint32(words[j])
        birth_month[j] = base_month - int32(low & uint32(2047))
        sex[j] = (low >> uint32(11)) & uint32(1)
        schooling[j] = (low >> uint32(12)) & uint32(7)
        enrolled[j] = (low >> uint32(15)) & uint32(1)
    for j in range(n):
        low, high = uint32(words[j]), uint32(words[j] >> uint64(32))
        at_home, at = (low >> uint32(16)) & uint32(BYTE), low >> uint32(24)
        absences = high & uint32(1)
        home[j], lives[j] = at_home, at
        counted[j] = at_home if absences else at
        away[j] = at != at_home
    for j in range(n):
        high = uint32(words[j] >> uint64(32))
        registered_apart, in_dormitory = (high >> uint32(1)) & uint32(1), (high >> uint32(2)) & uint32(1)
        holdings[j] = OTHER_TOWNSHIP * registered_apart + DORMITORY * in_dormitory
        cell[j] = (high >> uint32(19)) & uint32(BYTE)
        left_home[j] = 0


@inlined
def counted_at(word):
    """Part in which a packed person counts as a resident: who is under way counts where registered."""
    return uint8(word >> uint64(16)) if (word >> uint64(32)) & uint64(1) else uint8(word >> uint64(24))


@inlined
def links_of(word):
    """Rows of spouse and parent less the own row, 0 for none."""
    return int8(uint8(word >> uint64(35))), int8(uint8(word >> uint64(43)))


@inlined
def month_of_leaving(word, person, key, mean_months, base_month):
    """When somebody away left home, by a draw on the person's id (ODD equation B10).

    mean_months: (2,) of those who live inside Guangxi and outside.
    """
    born = base_month - int64(word & uint64(2047))
    bits = mix64(uint64(person) * uint64(0x9E3779B97F4A7C15) + key) >> uint64(11)
    u = np.float64(bits) * (1.0 / 9007199254740992.0)
    if (word >> uint64(32)) & uint64(1):
        return base_month - 5 + np.int64(u * 6.0)
    outside = ((word >> uint64(24)) & uint64(BYTE)) >= uint64(FIRST_OUTSIDE)
    months = np.int64(-np.log(1.0 - u) * mean_months[1 if outside else 0])
    return min(max(base_month - 6 - months, born), base_month - 6)


@njit(cache=True, nogil=True)
def _unpack(
    words,
    ids,
    key,
    mean_months,
    base_month,
    birth_month,
    sex,
    schooling,
    enrolled,
    home,
    lives,
    counted,
    left_home,
    spouse,
    parent,
    cell,
    holdings,
):
    """Words to columns."""
    away = np.empty(words.size, np.uint8)
    unpack_block(
        words.size, words, base_month, birth_month, sex, schooling, enrolled, home, lives, counted,
        cell, holdings, left_home, away,
    )  # fmt: skip
    for i in range(words.size):
        spouse[i], parent[i] = links_of(words[i])
        if away[i]:
            left_home[i] = month_of_leaving(words[i], ids[i], key, mean_months, base_month)


def key_of_leaving() -> np.uint64:
    """Stream key of the time since leaving home on census night, the same for every seed."""
    return stream_key(0, "base.left_home")


def unpack(
    words: np.ndarray, ids: np.ndarray, mean_months_away: np.ndarray, base_month: int, threads: int = 1
) -> dict[str, np.ndarray]:
    """Columns of packed persons: words (N,) uint64, ids (N,) uint32. Returns the columns of PERSON_COLUMNS.

    mean_months_away: (2,) of the time since leaving, beyond six months, of those inside Guangxi and outside;
    base_month: census night.
    """
    columns = {name: np.empty(len(ids), dtype=dtype) for name, dtype in PERSON_COLUMNS.items()}
    key = key_of_leaving()

    def work(low: int, high: int) -> None:
        piece = (column[low:high] for column in columns.values())
        _unpack(words[low:high], ids[low:high], key, mean_months_away, base_month, *piece)

    chunks = Chunks(threads, _PERSONS_IN_PIECE)
    chunks.map(work, len(ids))
    chunks.close()
    return columns


@dataclass(frozen=True)
class Sample:
    """Which persons a sample takes, N of them in H households, and where they are stored.

    ids: (N,) uint32 of the sample, None where it takes everybody; starts: (H+1,) first row of each household;
    households: (H,) ids of the households, None for all.
    """

    full: CachedPopulation
    ids: np.ndarray | None
    starts: np.ndarray
    households: np.ndarray | None

    def first_rows(self, low: int, high: int) -> np.ndarray:
        """First rows of households [low, high), and the row behind the last: int64."""
        return self.starts[low : high + 1].astype(np.int64)

    def words(self, low: int, high: int) -> np.ndarray:
        """Packed words of rows [low, high)."""
        words = self.full.words
        return np.asarray(words[low:high] if self.ids is None else words.take(self.ids[low:high]))

    def let_go(self, low: int, high: int) -> None:
        """Gives back what was mapped of households [low, high): pages of a mapping count as the program's memory."""
        if self.ids is None:
            unmap(self.full.words, int(self.starts[low]), int(self.starts[high]))
            unmap(self.full.household_start, low, high)


def unmap(stored: np.ndarray, low: int, high: int) -> None:
    """Gives back the pages of entries [low, high) of a mapped file; they can be read again."""
    if (
        isinstance(stored, np.memmap)
        and isinstance(stored.base, mmap.mmap)
        and hasattr(mmap, "MADV_DONTNEED")
    ):
        first, last = (stored.offset + entry * stored.itemsize for entry in (low, high))
        first -= first % mmap.PAGESIZE
        stored.base.madvise(mmap.MADV_DONTNEED, first, last - first)


def open_sample(
    scale: float,
    seed_start: int,
    threads: int = 1,
    progress: Callable[[float, str], None] | None = None,
    base: str = "census_2020",
) -> Sample:
    """A systematic sample of whole households of the base population, built first where the cache lacks it.

    scale: share of households in (0, 1]; seed_start: which of the possible samples (0, 1, ...); progress is
    called with a fraction and a text while the population is built. Raises ValueError for a scale outside
    (0, 1] or a base that does not exist.
    """
    from urbsim.population.cache import open_population
    from urbsim.population.sample import sample_households

    if not 0.0 < scale <= 1.0:
        raise ValueError(f"scale {scale} must lie in (0, 1]")
    full = open_population(base, threads, progress)
    households = sample_households(full.order, scale, seed_start)
    if households is None:
        for array in (full.words, full.household_start, full.order):  # the check on opening has read some
            unmap(array, 0, len(array))
        return Sample(full, None, full.household_start, None)
    begin, end = (np.asarray(full.household_start.take(households + k), dtype=np.int64) for k in (0, 1))
    starts = np.concatenate([[0], np.cumsum(end - begin)])
    # Within a household each id is the one before and one more.
    ids = np.ones(starts[-1], np.uint32)
    ids[starts[:-1]] = begin - np.concatenate([[0], end[:-1] - 1])
    np.cumsum(ids, dtype=ids.dtype, out=ids)
    return Sample(full, ids, starts, households)


def load_base(
    scale: float,
    seed_start: int,
    threads: int = 1,
    progress: Callable[[float, str], None] | None = None,
    base: str = "census_2020",
) -> BasePopulation:
    """Every column of a sample; arguments and errors as `open_sample`."""
    sample = open_sample(scale, seed_start, threads, progress, base)
    starts = sample.first_rows(0, len(sample.starts) - 1)
    persons = int(starts[-1])
    words = sample.words(0, persons)
    ids = np.arange(persons, dtype=np.uint32) if sample.ids is None else sample.ids
    columns = unpack(words, ids, sample.full.mean_months_away, BASE_MONTH[base], threads)
    stratum = sample.full.stratum
    return BasePopulation(
        id=ids,
        household_start=starts,
        household_stratum=np.array(stratum if sample.households is None else stratum[sample.households]),
        scale=float(scale),
        base=base,
        **columns,
    )
