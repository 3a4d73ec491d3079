"""The simplified year in plain NumPy: whole columns at a time, small types, single precision."""

from __future__ import annotations

import time

import numpy as np

from bench.simple_work import tables as t


def run(n: int) -> t.Outcome:
    """A year of n persons."""
    first, born_at_most = t.start(n), n // 50 + 1000
    age, sex, schooling, origin, place, status = (
        np.concatenate([column, np.zeros(born_at_most, column.dtype)])
        for column in (
            first.age,
            first.sex,
            first.schooling,
            first.origin,
            first.place,
            first.status,
        )
    )
    since = np.zeros(age.size, np.int16)
    columns = (age, sex, schooling, origin, place, status, since)
    random, rows = np.random.default_rng(2), n
    wall, cpu = time.perf_counter(), time.process_time()
    for month in range(1, t.MONTHS + 1):
        rows = _month(month, rows, n, columns, random)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return t.outcome(n, rows - n, status[:rows], wall, cpu)


def _month(
    month: int, rows: int, n: int, columns: tuple[np.ndarray, ...], random: np.random.Generator
) -> int:
    """One month; n: persons of the first month. Returns the rows then in use."""
    age, sex, schooling, origin, place, status, since = (column[:rows] for column in columns)
    death, leave = t.DEATH.astype(np.float32), t.LEAVE.astype(np.float32)
    age += 1
    seeks, works = status == t.SEEKING, status == t.EMPLOYED
    find = t.chance_of_a_job(np.bincount(place[seeks], minlength=t.PLACES), n).astype(np.float32)
    lives = random.random(rows, np.float32) >= death[np.minimum(age // 60, 17)]
    luck = random.random(rows, np.float32)
    goes = (status == t.HOME) & (age >= t.LEAVES_FROM) & (age < t.LEAVES_TO)
    goes &= (luck < leave[schooling]) & lives
    finds = np.flatnonzero(seeks & lives)
    chance = find[place[finds]]
    got = finds[luck[finds] < chance]
    tired = finds[(luck[finds] >= chance) & (luck[finds] < chance + t.RETURN)]
    loses = works & (luck < t.LOSE) & lives
    returns = works & (luck >= t.LOSE) & (luck < t.LOSE + t.RETURN) & lives
    bears = (sex == 1) & (age >= t.BEARS_FROM) & (age < t.BEARS_TO) & (status > 0) & lives
    mothers = np.flatnonzero(bears & (random.random(rows, np.float32) < t.BIRTH))

    leavers = np.flatnonzero(goes)
    drawn = random.random(leavers.size)
    place[leavers] = (t.CHOICE[origin[leavers]] <= drawn[:, None]).sum(axis=1)
    home = np.concatenate([tired, np.flatnonzero(returns)])
    place[home] = origin[home]
    for who, becomes in ((leavers, t.SEEKING), (got, t.EMPLOYED), (loses, t.SEEKING), (home, t.HOME)):
        status[who] = becomes
        since[who] = month
    status[~lives] = 0

    newborn = slice(rows, rows + mothers.size)
    for column, value in zip(
        columns,
        (0, random.integers(0, 2, mothers.size), 0, origin[mothers], origin[mothers], t.HOME, month),
        strict=True,
    ):
        column[newborn] = value
    return rows + mothers.size
