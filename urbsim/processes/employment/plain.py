"""Plain twin of `urbsim.processes.employment.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.plain.luck import event_luck, high_bits, luck_of
from urbsim.state import pending
from urbsim.state.codes import (
    COLLEGE,
    FARMING,
    FIRST_JOB,
    FIRST_OUTSIDE,
    IDLE,
    KEEPING_HOUSE,
    N_COUNTIES,
    N_SECTORS,
    SEEKING,
    WORKING_OUTSIDE,
)
from urbsim.state.columns import Columns
from urbsim.state.holdings import TRAINED
from urbsim.state.plain.persons import alive, months_old

_OLD_ENOUGH = 16
_LAST_OF_PARTICIPATION = 64  # older people are as those of this age
_CLASS_15, _CLASS_50 = 3, 10  # five-year age groups of the risk class
_LOW_BITS = np.uint64(0xFFFFFFFF)


def _in_town(part: np.ndarray) -> np.ndarray:
    return (part < FIRST_OUTSIDE) & (part % 2 == 1)


def _retired(rows: np.ndarray, month: int, people: Columns, retirement: np.ndarray) -> np.ndarray:
    return months_old(rows, month, people) // 12 >= retirement[people.sex[rows]]


def _without_job(
    rows: np.ndarray,
    month: int,
    people: Columns,
    retirement: np.ndarray,
    participation: np.ndarray,
    trait_key: np.uint64,
) -> np.ndarray:
    """Status of people without an urban job, uint8 (ODD equation L1)."""
    age = months_old(rows, month, people) // 12
    lives = people.lives[rows].astype(np.int64)
    takes_part = (
        high_bits(luck_of(rows, people, trait_key))
        < participation[people.sex[rows], np.clip(age, 0, _LAST_OF_PARTICIPATION)]
    )
    out_of_it = (age < _OLD_ENOUGH) | (people.enrolled[rows] != 0) | _retired(rows, month, people, retirement)
    status = np.select(
        [out_of_it, lives >= FIRST_OUTSIDE, lives % 2 == 0, takes_part],
        [IDLE, WORKING_OUTSIDE, FARMING, SEEKING],
        KEEPING_HOUSE,
    )
    return status.astype(np.uint8)


def employ_at_base(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    retirement: np.ndarray,
    participation: np.ndarray,
    seeking: np.uint64,
    sectors: np.ndarray,
    trait_key: np.uint64,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Gives everybody their work on census night; returns jobs by county and sector, and seekers (ODD equation L0)."""
    rows = np.arange(lo, hi)
    status = _without_job(rows, month, people, retirement, participation, trait_key)
    bits = luck_of(rows, people, key)
    employed = (status == SEEKING) & (high_bits(bits) >= seeking)
    county = people.lives[rows[employed]].astype(np.int64) // 2
    # The first sector whose threshold the low bits do not reach.
    sector = np.sum((bits[employed] & _LOW_BITS)[:, None] >= sectors[county], axis=1)
    people.work_county[rows[employed]] = county
    status[employed] = FIRST_JOB + sector
    people.work[rows] = status
    jobs = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    np.add.at(jobs, (county, sector), 1)
    return jobs, np.bincount(people.lives[rows[status == SEEKING]] // 2, minlength=N_COUNTIES)


def _of_news(rows: np.ndarray, month: int, people: Columns, retirement: np.ndarray) -> np.ndarray:
    """True for who has changed, comes of age or retires, and at birthdays for those of fifty and over in no job."""
    months = months_old(rows, month, people)
    of_age = np.isin(months, 12 * np.array([_OLD_ENOUGH, *retirement]))
    fifty = people.risk[rows] // 8 >= _CLASS_50
    late = np.isin(people.work[rows], (SEEKING, KEEPING_HOUSE)) & fifty & (months % 12 == 0)
    return of_age | late | (people.pending[rows] & pending.WORK != 0)


def update(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    market: np.ndarray,
    retirement: np.ndarray,
    participation: np.ndarray,
    trait_key: np.uint64,
    everybody: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Brings work into line with the month's events, for everybody or for marked people (ODD equations L1, L2).

    Returns (seekers, (111, 5) change of jobs held, (3, 111) jobs ended by retirement, by death, by leaving).
    """
    looked_at = np.arange(lo, hi)
    go_on_searching = looked_at[:0]
    if not everybody:
        new = _of_news(looked_at, month, people, retirement)
        searching = alive(looked_at, people) & (people.work[looked_at] == SEEKING)
        looked_at, go_on_searching = looked_at[new], looked_at[searching & ~new]
    people.pending[lo:hi] &= ~np.uint8(pending.WORK)
    change, ended = np.zeros((N_COUNTIES, N_SECTORS), np.int64), np.zeros((3, N_COUNTIES), np.int64)
    living = alive(looked_at, people)

    def of_job(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return people.work_county[rows], people.work[rows].astype(np.int64) - FIRST_JOB

    died = looked_at[~living & (people.work[looked_at] >= FIRST_JOB)]
    np.add.at(ended[1], people.work_county[died], 1)
    np.add.at(change, of_job(died), -1)
    people.work[died] = IDLE

    group = people.risk[looked_at] // 8
    rows = looked_at[living & (group >= _CLASS_15)]
    work, lives = people.work[rows], people.lives[rows].astype(np.int64)
    has_job = work >= FIRST_JOB
    in_its_market = has_job & _in_town(lives)
    in_its_market[in_its_market] = (
        market[lives[in_its_market] // 2] == market[people.work_county[rows[in_its_market]]]
    )
    fifty = people.risk[rows] // 8 >= _CLASS_50

    retiring = in_its_market & fifty & _retired(rows, month, people, retirement)
    np.add.at(ended[0], lives[retiring] // 2, 1)
    np.add.at(change, of_job(rows[retiring]), -1)
    people.work[rows[retiring]] = IDLE

    staying = in_its_market & ~retiring
    np.add.at(change, of_job(rows[staying]), -1)
    people.work_county[rows[staying]] = lives[staying] // 2
    np.add.at(change, of_job(rows[staying]), 1)

    gone = has_job & ~in_its_market
    np.add.at(ended[2], people.work_county[rows[gone]], 1)
    np.add.at(change, of_job(rows[gone]), -1)
    # Who looks for work or keeps the house in a town, below 50 and out of school, goes on doing so.
    as_before = (
        np.isin(work, (SEEKING, KEEPING_HOUSE)) & _in_town(lives) & ~fifty & (people.enrolled[rows] == 0)
    )
    placed = rows[(gone | ~has_job) & ~as_before]
    people.work[placed] = _without_job(placed, month, people, retirement, participation, trait_key)
    seekers = np.sort(np.concatenate([go_on_searching, rows[people.work[rows] == SEEKING]]))
    return seekers.astype(np.int32), change, ended


def lose_jobs(
    lo: int, hi: int, people: Columns, loss: np.ndarray, key: np.uint64, fine_key: np.uint64
) -> tuple[np.ndarray, np.ndarray]:
    """Who in [lo, hi) loses a job by luck (ODD equation L2). Returns (losers, (111, 5) jobs ended)."""
    rows = np.arange(lo, hi)
    rows = rows[people.work[rows] >= FIRST_JOB]
    sector = people.work[rows].astype(np.int64) - FIRST_JOB
    lost = event_luck(rows, people, key, fine_key) < loss[sector]
    jobs = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    np.add.at(jobs, (people.work_county[rows[lost]], sector[lost]), 1)
    people.work[rows[lost]] = SEEKING
    return rows[lost].astype(np.int32), jobs


def applicants(
    rows: np.ndarray,
    people: Columns,
    hiring_key: np.uint64,
    training_key: np.uint64,
    county: np.ndarray,
    skill: np.ndarray,
    hiring: np.ndarray,
    training: np.ndarray,
) -> np.ndarray:
    """Writes county, skill and luck of seekers; returns their number, (111, 2) (ODD equations L5, L8)."""
    trained = (people.holdings[rows] & TRAINED) > 0
    county[:] = people.lives[rows] // 2
    skill[:] = 2 * np.minimum(people.schooling[rows], COLLEGE) + trained
    hiring[:], training[:] = luck_of(rows, people, hiring_key), luck_of(rows, people, training_key)
    number = np.zeros((N_COUNTIES, 2), np.int64)
    np.add.at(number, (county, trained.astype(np.int64)), 1)
    return number


def take_jobs(rows: np.ndarray, sectors: np.ndarray, people: Columns) -> np.ndarray:
    """Hired seekers start work in their county of living. Returns jobs taken by county and sector, (111, 5)."""
    county = people.lives[rows].astype(np.int64) // 2
    people.work[rows] = FIRST_JOB + sectors
    people.work_county[rows] = county
    taken = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    np.add.at(taken, (county, sectors), 1)
    return taken


def recount(lo: int, hi: int, people: Columns) -> tuple[np.ndarray, int]:
    """Jobs held, (111, 5) by county of the job, and how many look for work (ODD equation A5)."""
    rows = np.arange(lo, hi)
    rows = rows[alive(rows, people)]
    working = rows[people.work[rows] >= FIRST_JOB]
    jobs = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    np.add.at(jobs, (people.work_county[working], people.work[working] - FIRST_JOB), 1)
    return jobs, int(np.sum(people.work[rows] == SEEKING))
