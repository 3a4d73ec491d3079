"""Plain twin of `urbsim.kernels.school_places`."""

from __future__ import annotations

import numpy as np

from urbsim import news
from urbsim.columns import Columns
from urbsim.reference.persons import high_bits, luck
from urbsim.support import PERMIT

_STAGE_OF_AGE = np.array([-1, -1, -1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2])
_LONGEST = 2000
_LUCK_FROM, _LUCK_BITS, _TURN_FROM = 9, 43, 52
_DOWN = np.uint8(news.SCHOOL | news.IN_NEED | news.FROM_ELSEWHERE)


def _ages(month: int, birth_month: np.ndarray) -> np.ndarray:
    """Ages in the last September; months count from 1900-01, so Septembers leave 8 when divided by 12."""
    september = max(m for m in range(month - 11, month + 1) if m % 12 == 8)
    return (september - birth_month.astype(np.int64)) // 12


def stages(month: int, birth_month: np.ndarray) -> np.ndarray:
    """Stage of the school year of `month`: 0 kindergarten, 1 primary, 2 junior secondary, -1 none."""
    age = _ages(month, birth_month)
    known = (age >= 0) & (age < _STAGE_OF_AGE.size)
    return np.where(known, _STAGE_OF_AGE[np.where(known, age, 0)], -1)


def _in_need(
    rows: np.ndarray, stage: np.ndarray, people: Columns, attending: np.uint64, key: np.uint64
) -> np.ndarray:
    return (stage > 0) | ((stage == 0) & (high_bits(luck(rows, people, key)) < attending))


def _in_town(part: np.ndarray) -> np.ndarray:
    return (part < 222) & (part % 2 == 1)


def cohorts(
    lo: int, hi: int, month: int, birth_month: np.ndarray, home: np.ndarray, lives: np.ndarray
) -> np.ndarray:
    """Children in towns by county, school age and registration, (111, 15, 2)."""
    age = _ages(month, birth_month[lo:hi])
    place, registered = lives[lo:hi].astype(int), home[lo:hi].astype(int)
    take = (age >= 0) & (age < 15) & _in_town(place)
    elsewhere = registered // 2 != place // 2
    out = np.zeros((111, 15, 2), np.int64)
    np.add.at(out, (place[take] // 2, age[take], elsewhere[take].astype(int)), 1)
    return out


def review(
    lo: int, hi: int, month: int, people: Columns, attending: np.uint64, key: np.uint64, everybody: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places given up, who waits, who needs: of everybody, or the change by those of whom there is news (E1, E2)."""
    rows = np.arange(lo, hi)
    if everybody:
        people.changed[rows] &= ~_DOWN
    young = (people.risk[rows] == 255) | (people.risk[rows] < 32)
    waits = (people.changed[rows] & news.IN_NEED != 0) & (people.school[rows] == 0)
    rows = rows[young & everybody | waits | young & (people.changed[rows] & news.SCHOOL != 0)]
    dead = people.risk[rows] == 255
    born, lives = people.birth_month[rows], people.lives[rows].astype(int)
    now, before = stages(month, born), stages(month - 1, born)
    kind, county = people.school[rows].astype(int), people.work_county[rows].astype(int)
    need = np.zeros((111, 3, 2), np.int64)
    down = people.changed[rows] & news.IN_NEED != 0
    was_elsewhere = (people.changed[rows] & news.FROM_ELSEWHERE != 0).astype(int)
    np.add.at(need, (county[down], before[down], was_elsewhere[down]), -1)
    people.changed[rows] &= ~_DOWN
    cause = np.select([dead, lives != 2 * county + 1, now != before], [2, 0, 1], -1)
    gives_up = (kind > 0) & (cause >= 0)
    left = np.zeros((3, 111, 3, 2), np.int64)
    np.add.at(left, (cause[gives_up], county[gives_up], before[gives_up], kind[gives_up] - 1), 1)
    people.school[rows[gives_up]] = 0
    holds = people.school[rows] > 0
    needs = ~dead & (now >= 0) & _in_town(lives) & (holds | _in_need(rows, now, people, attending, key))
    elsewhere = people.home[rows].astype(int) // 2 != lives // 2
    np.add.at(need, (lives[needs] // 2, now[needs], elsewhere[needs].astype(int)), 1)
    people.changed[rows[needs]] |= np.uint8(news.IN_NEED)
    people.changed[rows[needs & elsewhere]] |= np.uint8(news.FROM_ELSEWHERE)
    people.work_county[rows[needs]] = lives[needs] // 2
    waiting = rows[needs & ~holds]
    return waiting.astype(np.int32), left, need


def standing(
    rows: np.ndarray, month: int, people: Columns, key: np.uint64, cell: np.ndarray, place: np.ndarray
) -> None:
    """Writes the cell of waiting children and their places in the queue (ODD equation E3)."""
    county = people.lives[rows].astype(int) // 2
    cell[:] = county * 3 + stages(month, people.birth_month[rows])
    turn = np.empty(rows.size, np.uint64)
    for k, row in enumerate(rows.tolist()):
        mother = int(people.parent[row])
        adults = [] if mother < 0 else [mother, int(people.spouse[mother])]
        away = [
            min(max(month - int(people.left_home[adult]), 0), _LONGEST)
            for adult in adults
            if adult >= 0
            and people.risk[adult] != 255
            and people.lives[adult] == people.lives[row] != people.home[adult]
            and people.support[adult] & PERMIT
        ]
        if int(people.home[row]) // 2 == county[k]:
            turn[k] = 0
        else:
            turn[k] = 1 + _LONGEST - max(away) if away else _LONGEST + 2
    place[:] = turn * np.uint64(2**_TURN_FROM)
    place += (luck(rows, people, key) >> np.uint64(64 - _LUCK_BITS)) * np.uint64(2**_LUCK_FROM)


def take_places(rows: np.ndarray, cell: np.ndarray, kinds: np.ndarray, people: Columns) -> np.ndarray:
    """Children take the places they are given (ODD equation E3). Returns (111, 3, 2) places taken."""
    given = kinds > 0
    people.school[rows[given]] = kinds[given]
    people.work_county[rows[given]] = people.lives[rows[given]] // 2
    taken = np.zeros((333, 2), np.int64)
    np.add.at(taken, (cell[given], kinds[given] - 1), 1)
    return taken.reshape(111, 3, 2)


def turn_with_village(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    turned: np.ndarray,
    cells: np.ndarray,
    attending: np.uint64,
    key: np.uint64,
) -> np.ndarray:
    """Pupils of villages that turn urban keep their school (ODD equation E2). Returns places, (111, 3)."""
    rows = np.arange(lo, hi)
    rows = rows[people.risk[rows] < 32]
    lives = people.lives[rows].astype(int)
    rows = rows[(lives < 222) & (lives % 2 == 0)]
    county = people.lives[rows].astype(int) // 2
    stage = stages(month, people.birth_month[rows])
    take = turned[county, people.cell[rows] % cells[county]].astype(bool)
    take &= _in_need(rows, stage, people, attending, key)
    people.school[rows[take]] = 1
    people.work_county[rows[take]] = county[take]
    out = np.zeros((111, 3), np.int64)
    np.add.at(out, (county[take], stage[take]), 1)
    return out


def held_places(lo: int, hi: int, month: int, people: Columns) -> np.ndarray:
    """Places held, recounted, (111, 4, 2)."""
    rows = lo + np.flatnonzero(people.school[lo:hi])
    out = np.zeros((111, 4, 2), np.int64)
    stage = stages(month, people.birth_month[rows])
    np.add.at(out, (people.work_county[rows], 1 + stage, people.school[rows].astype(int) - 1), 1)
    return out
