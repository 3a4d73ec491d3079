"""From the base population to the columns of a run: links become rows, and room is made for those to come."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import int64, uint64

from urbsim.calendar import BASE_MONTH
from urbsim.columns import Columns
from urbsim.compiled import njit
from urbsim.draws import mix64_array, process_code
from urbsim.kernels.moving import RESIDENT_AFTER
from urbsim.parallel import Chunks
from urbsim.population.columns import PERSON_COLUMNS, open_sample, unpack_into
from urbsim.risk import DEAD, risk_class

Progress = Callable[[float, str], None]
_HOUSEHOLDS_IN_PIECE = 1 << 16
ARRIVALS_PER_YEAR = 0.03  # newborns and newcomers for whom rows are kept ready, share of persons


@njit(nogil=True, cache=True)
def _link(starts, month, spouse_offset, parent_offset, people):
    """Rings within households, rows of spouse and parent from offsets (0 for none), and the risk class.

    starts: (households + 1,) first rows. Returns the rows of those away for less than six months.
    """
    ring, spouse, parent, risk = people.ring, people.spouse, people.parent, people.risk
    birth_month, sex, home, lives, left_home = (
        people.birth_month,
        people.sex,
        people.home,
        people.lives,
        people.left_home,
    )
    low = starts[0]
    under_way = np.empty(starts[-1] - low, np.int32)
    n = 0
    for h in range(starts.size - 1):
        first, last = starts[h], starts[h + 1] - 1
        for row in range(uint64(first), uint64(last + 1)):
            k = row - uint64(low)
            ring[row] = int64(row) + 1 if int64(row) < last else first
            spouse[row] = int64(row) + spouse_offset[k] if spouse_offset[k] else int64(-1)
            parent[row] = int64(row) + parent_offset[k] if parent_offset[k] else int64(-1)
            age = max(0, (month - birth_month[row]) // 12)
            away = home[row] != lives[row]
            risk[row] = risk_class(age, sex[row], spouse_offset[k] != 0, away)
            under_way[n] = row
            n += away and month - left_home[row] < RESIDENT_AFTER
    return under_way[:n].copy()


def sample_start(seed: int) -> int:
    """Which systematic sample a seed takes: 32 keyed bits."""
    return int(mix64_array(np.array([seed ^ process_code("sample")], dtype=np.uint64))[0] >> np.uint64(32))


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
    links = {name: np.empty(capacity, dtype=np.int32) for name in ("ring", "spouse", "parent")}
    stored = {name: np.empty(capacity, dtype) for name, dtype in PERSON_COLUMNS.items() if name not in links}
    begun = {
        name: np.zeros(capacity, np.uint8)
        for name in ("work", "work_county", "support", "school", "births", "changed")
    }
    risk = np.empty(capacity, np.uint8)
    risk[n:] = DEAD
    people = Columns(identity_rows=identity, ids=ids, risk=risk, **stored, **links, **begun)
    month = BASE_MONTH[base]

    def fill(low: int, high: int) -> np.ndarray:
        """Columns of households [low, high); returns the rows under way."""
        starts = sample.first_rows(low, high)
        first, last = int(starts[0]), int(starts[-1])
        offsets = {name: np.empty(last - first, np.int8) for name in ("spouse", "parent")}
        piece = {name: column[first:last] for name, column in stored.items()} | offsets
        unpack_into(piece, *sample.persons(first, last), sample.full.mean_months_away, month)
        return _link(starts, month, offsets["spouse"], offsets["parent"], people)

    chunks = Chunks(threads, _HOUSEHOLDS_IN_PIECE)
    under_way = chunks.map(fill, len(sample.starts) - 1)
    chunks.close()
    return people, n, np.concatenate(under_way)
