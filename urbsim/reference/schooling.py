"""Plain twin of `urbsim.kernels.schooling`."""

from __future__ import annotations

import numpy as np

from urbsim import news
from urbsim.columns import Columns, Ledger
from urbsim.reference.moving import MONTHS_TO_RESIDENCE, Moves
from urbsim.reference.persons import alive, has_town_schedule, high_bits, luck, months_old, part_of_place

_LOW_BITS = np.uint64(0xFFFFFFFF)
_YOUNGER_THAN_25 = 40  # risk classes of ages below 25, as of January


def september(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    senior: np.ndarray,
    college: np.ndarray,
    bachelor: np.uint64,
    key: np.uint64,
) -> np.ndarray:
    """A new school year (ODD equations S1, S2). Returns the rows that leave for college."""
    rows = np.arange(lo, hi)
    rows = rows[people.risk[rows] < _YOUNGER_THAN_25]
    age = months_old(rows, month, people) // 12
    level = people.schooling[rows].copy()
    pupil = people.enrolled[rows] == 1
    town = has_town_schedule(people.home[rows])
    bits = luck(rows, people, key)

    enters = ~pupil & (level == 0) & (age >= 6) & (age < 12)
    people.schooling[rows[enters]] = 1
    people.enrolled[rows[enters]] = 1
    people.schooling[rows[pupil & (level <= 1) & (age >= 12)]] = 2
    leaves_junior = pupil & (level == 2) & (age >= 15)
    goes_on = high_bits(bits) < senior[town]
    people.schooling[rows[leaves_junior & goes_on]] = 3
    people.enrolled[rows[leaves_junior & ~goes_on]] = 0
    leaves_senior = pupil & (level == 3) & (age >= 18)
    student = high_bits(bits) < college[town]
    degree = np.where(bits & _LOW_BITS < bachelor, 5, 4)
    people.schooling[rows[leaves_senior & student]] = degree[leaves_senior & student]
    people.enrolled[rows[leaves_senior & ~student]] = 0
    people.changed[rows[enters | (leaves_junior & ~goes_on) | (leaves_senior & ~student)]] |= np.uint8(
        news.ALL
    )
    return rows[leaves_senior & student].astype(np.int32)


def june(lo: int, hi: int, month: int, people: Columns) -> np.ndarray:
    """College ends at 21 or, for a bachelor's degree, 22 (ODD equation S3). Returns the graduates' rows."""
    rows = np.arange(lo, hi)
    level = people.schooling[rows]
    student = alive(rows, people) & (people.enrolled[rows] == 1) & (level >= 4)
    done = student & (months_old(rows, month, people) >= 12 * np.where(level == 4, 21, 22))
    graduates = rows[done]
    people.enrolled[graduates] = 0
    people.changed[graduates] |= np.uint8(news.ALL)
    people.collective[graduates] = 0
    return graduates.astype(np.int32)


def apply_college(
    rows: np.ndarray, month: int, people: Columns, ledger: Ledger, cumulative: np.ndarray, key: np.uint64
) -> tuple[np.ndarray, np.ndarray]:
    """Sends new students to the places of the colleges (ODD equation S2). Returns (log, under_way)."""
    place = np.searchsorted(cumulative, high_bits(luck(rows, people, key)), side="right")
    moves = Moves(month, people, ledger)
    for row, to in zip(rows.tolist(), part_of_place(place).tolist(), strict=True):
        if people.lives[row] != to:
            # Students count at their college at once, as those do who left home half a year ago.
            if people.lives[row] == people.home[row]:
                people.other_township[row] = 1
            else:
                people.left_home[row] = min(people.left_home[row], month - MONTHS_TO_RESIDENCE)
            moves.relocate(row, to)
        people.collective[row] = 1
    return moves.results()
