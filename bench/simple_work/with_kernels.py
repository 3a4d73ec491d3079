"""The simplified year as urbsim would write it: columns, a class byte, keyed draws, screening, kernels in threads."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from numba import int64, uint8, uint64

from bench.simple_work import tables as t
from urbsim.compute.compiled import njit
from urbsim.compute.eights import NO_EIGHTS, Eights
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import (
    draw64,
    leading_byte,
    newborn_id,
    probability_threshold,
    stream_key,
    uniform32,
)
from urbsim.compute.screening import candidates
from urbsim.compute.threads import Chunks
from urbsim.state.risk import first_looks

GROUPS, DEAD = 18, 255
_ROOM = 0.02  # for newborns, share of persons and year
_PIECE = 1 << 18
DIE, BEAR, MOVE = range(3)
_GATE, _OTHERS = ("die", "bear", "move"), ("seek", "seek:fine", "choice", "sex")
HOME, EMPLOYED, SEEKING = t.HOME, t.EMPLOYED, t.SEEKING
BEARS_FROM, BEARS_TO, LEAVES_FROM, LEAVES_TO = t.BEARS_FROM, t.BEARS_TO, t.LEAVES_FROM, t.LEAVES_TO


class Persons(NamedTuple):
    """Columns over rows; the first rows are their own ids, `ids` holds those of newborns."""

    identity_rows: int
    ids: np.ndarray
    eights: Eights  # of `ids`: none are listed when it begins
    risk: np.ndarray  # (status - 1, age group, sex) as a number, 255 for the dead
    birth_month: np.ndarray
    sex: np.ndarray
    schooling: np.ndarray
    origin: np.ndarray
    place: np.ndarray
    status: np.ndarray
    since: np.ndarray
    births: np.ndarray


class Thresholds(NamedTuple):
    """Probabilities on the grid of 2^-32."""

    death: np.ndarray
    birth: np.uint64
    leave: np.ndarray
    lose: np.uint64
    lose_or_return: np.uint64
    choice: np.ndarray
    find: np.ndarray
    find_or_return: np.ndarray


class Keys(NamedTuple):
    """Streams of one month: what the screening asks, with the finer bits of each; then the others."""

    gate: np.ndarray
    fine: np.ndarray
    seek: np.uint64
    seek_fine: np.uint64
    choice: np.uint64
    sex: np.uint64


@njit(inline="always")
def _class(status, group, sex):
    return uint8(((status - 1) * GROUPS + group) * 2 + sex)


@njit(nogil=True, cache=True)
def age_classes(lo, hi, month, q):
    """Once a year: everybody's class from age, status and sex."""
    for row in range(lo, hi):
        if q.risk[row] != DEAD:
            group = min((month - q.birth_month[row]) // 60, GROUPS - 1)
            q.risk[row] = _class(q.status[row], group, q.sex[row])


@njit(nogil=True, cache=True)
def seekers(lo, hi, status):
    """Rows of those who seek."""
    n = 0
    for row in range(lo, hi):
        n += status[row] == SEEKING
    rows = np.empty(n + 1, np.int32)
    n = 0
    for row in range(lo, hi):
        if status[row] == SEEKING:
            rows[n] = row
            n += 1
    return rows[:n].copy()


@njit(inline="always")
def _becomes(row, status, month, q):
    q.status[row] = status
    q.since[row] = month
    q.risk[row] = _class(status, (q.risk[row] // 2) % GROUPS, q.sex[row])


@njit(inline="always")
def _goes_home(row, month, q):
    q.place[row] = q.origin[row]
    _becomes(row, HOME, month, q)


@njit(nogil=True, cache=True)
def live(lo, hi, month, q, bounds, looks, keys, p, seeking):
    """One month of the rows [lo, hi); seeking: rows of those among them who seek. Returns the rows of mothers."""
    rows, starts = candidates(
        lo, hi, q.risk, q.identity_rows, q.ids, q.eights, bounds, looks, keys.gate, keys.fine
    )
    for row in rows[starts[DIE] : starts[DIE + 1]]:
        person = person_id(row, q.identity_rows, q.ids)
        u = uniform32(person, leading_byte(person, keys.gate[DIE]), keys.fine[DIE])
        if u < p.death[min((month - q.birth_month[row]) // 60, GROUPS - 1)]:
            q.risk[row] = DEAD
            q.status[row] = 0
    for row in rows[starts[MOVE] : starts[MOVE + 1]]:
        status = q.status[row]
        if status == 0:
            continue
        person = person_id(row, q.identity_rows, q.ids)
        u = uniform32(person, leading_byte(person, keys.gate[MOVE]), keys.fine[MOVE])
        if status == HOME:
            age = month - q.birth_month[row]
            if LEAVES_FROM <= age < LEAVES_TO and u < p.leave[q.schooling[row]]:
                luck = draw64(person, keys.choice) >> uint64(32)
                q.place[row] = np.searchsorted(p.choice[q.origin[row]], luck, side="right")
                _becomes(row, SEEKING, month, q)
        elif status == EMPLOYED:
            if u < p.lose:
                _becomes(row, SEEKING, month, q)
            elif u < p.lose_or_return:
                _goes_home(row, month, q)
    for row in seeking:
        if q.status[row] == 0:
            continue
        person = person_id(row, q.identity_rows, q.ids)
        u = uniform32(person, leading_byte(person, keys.seek), keys.seek_fine)
        if u < p.find[q.place[row]]:
            _becomes(row, EMPLOYED, month, q)
        elif u < p.find_or_return[q.place[row]]:
            _goes_home(row, month, q)
    mothers = np.empty(starts[BEAR + 1] - starts[BEAR], np.int32)
    n = 0
    for row in rows[starts[BEAR] : starts[BEAR + 1]]:
        age = month - q.birth_month[row]
        if q.status[row] == 0 or q.sex[row] == 0 or not BEARS_FROM <= age < BEARS_TO:
            continue
        person = person_id(row, q.identity_rows, q.ids)
        if uniform32(person, leading_byte(person, keys.gate[BEAR]), keys.fine[BEAR]) < p.birth:
            mothers[n] = row
            n += 1
    return mothers[:n].copy()


@njit(nogil=True, cache=True)
def bear(mothers, n, month, q, key):
    """Appends the newborns; returns the rows then in use."""
    for mother in mothers:
        q.births[mother] += 1
        person = newborn_id(person_id(mother, q.identity_rows, q.ids), int64(q.births[mother]))
        q.ids[n - q.identity_rows] = person
        q.birth_month[n] = month
        q.sex[n] = draw64(person, key) >> uint64(63)
        q.schooling[n] = 0
        q.origin[n] = q.origin[mother]
        q.place[n] = q.origin[mother]
        q.status[n] = HOME
        q.since[n] = month
        q.births[n] = 0
        q.risk[n] = _class(HOME, 0, q.sex[n])
        n += 1
    return n


def _persons(n: int) -> Persons:
    first = t.start(n)
    room = n + int(n * _ROOM) + 1000

    def column(values: np.ndarray, dtype: type) -> np.ndarray:
        out = np.zeros(room, dtype)
        out[:n] = values
        return out

    return Persons(
        identity_rows=n,
        ids=np.zeros(room - n, np.uint64),
        eights=NO_EIGHTS,
        risk=np.zeros(room, np.uint8),
        birth_month=column(-first.age, np.int16),
        sex=column(first.sex, np.uint8),
        schooling=column(first.schooling, np.uint8),
        origin=column(first.origin, np.uint8),
        place=column(first.place, np.uint8),
        status=column(first.status, np.uint8),
        since=np.zeros(room, np.int16),
        births=np.zeros(room, np.uint8),
    )


def _bounds() -> np.ndarray:
    """(3, 256) bounds of the classes: a class is made once a year, so it holds people up to a year older."""
    group = np.arange(GROUPS)
    death = np.maximum(t.DEATH, np.append(t.DEATH[1:], t.DEATH[-1]))

    def touches(first: int, last: int) -> np.ndarray:
        return (group * 60 + 72 > first) & (group * 60 < last)

    highest = np.zeros((3, 3, GROUPS, 2))
    highest[DIE] = death[:, None]
    highest[BEAR, :, :, 1] = t.BIRTH * touches(t.BEARS_FROM, t.BEARS_TO)
    highest[MOVE, t.HOME - 1] = (t.LEAVE.max() * touches(t.LEAVES_FROM, t.LEAVES_TO))[:, None]
    highest[MOVE, t.EMPLOYED - 1] = t.LOSE + t.RETURN
    bounds = np.zeros((3, 256), np.uint64)
    bounds[:, : 6 * GROUPS] = probability_threshold(highest).reshape(3, -1)
    return bounds


def _threshold(probability: float) -> np.uint64:
    return np.uint64(probability_threshold(np.array(probability)))


def _month(q: Persons, n: int, month: int, chunks: Chunks, bounds: np.ndarray) -> int:
    if month % 12 == 1:
        chunks.map(lambda lo, hi: age_classes(lo, hi, month, q), n)
    seek = chunks.map(lambda lo, hi: seekers(lo, hi, q.status), n)
    by_place = np.bincount(q.place[np.concatenate(seek)], minlength=t.PLACES)
    find = t.chance_of_a_job(by_place, q.identity_rows)
    thresholds = Thresholds(
        probability_threshold(t.DEATH),
        _threshold(t.BIRTH),
        probability_threshold(t.LEAVE),
        _threshold(t.LOSE),
        _threshold(t.LOSE + t.RETURN),
        probability_threshold(np.minimum(t.CHOICE, 1.0)),
        probability_threshold(find),
        probability_threshold(find + t.RETURN),
    )
    gate, fine = (np.array([stream_key(1, name + end, month) for name in _GATE]) for end in ("", ":fine"))
    keys = Keys(gate, fine, *(stream_key(1, name, month) for name in _OTHERS))
    by_first_row = {lo: rows for (lo, _), rows in zip(chunks.pieces(n), seek, strict=True)}
    looks = first_looks(bounds, np.bincount(q.risk[:n], minlength=256))
    mothers = chunks.map(
        lambda lo, hi: live(lo, hi, month, q, bounds, looks, keys, thresholds, by_first_row[lo]), n
    )
    return int(bear(np.concatenate(mothers), n, month, q, keys.sex))


def run(n: int, threads: int = 1) -> t.Outcome:
    """A year of n persons."""
    chunks, bounds = Chunks(threads, _PIECE), _bounds()
    q = _persons(n)
    rows = n
    wall, cpu = time.perf_counter(), time.process_time()
    for month in range(1, t.MONTHS + 1):
        rows = _month(q, rows, month, chunks, bounds)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    chunks.close()
    return t.outcome(n, rows - n, q.status[:rows], wall, cpu)
