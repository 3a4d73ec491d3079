"""Plain twin of `urbsim.processes.employment.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.eights import Eights
from urbsim.compute.plain.luck import event_luck, high_bits, luck_of
from urbsim.compute.rationing import BINS
from urbsim.state import pending
from urbsim.state.codes import (
    ARRIVED,
    COLLEGE,
    ENTRANT,
    FARMING,
    FIRST_JOB,
    FIRST_OUTSIDE,
    IDLE,
    KEEPING_HOUSE,
    N_COUNTIES,
    N_SECTORS,
    ODD_JOBS,
    ODD_JOBS_SINCE,
    UNEMPLOYED,
    WORKING_OUTSIDE,
)
from urbsim.state.columns import Columns
from urbsim.state.holdings import TRAINED
from urbsim.state.plain.persons import alive, months_old

_OLD_ENOUGH = 16
_FIRST_POST_BY = 25
_SEEKING = (ENTRANT, ARRIVED, UNEMPLOYED)
_ODD_JOBS = (ODD_JOBS, ODD_JOBS_SINCE)
_KINDS = len(_ODD_JOBS) + N_SECTORS
_WAYS = FIRST_JOB - ENTRANT
_CLASS_15, _CLASS_50 = 3, 10  # five-year age groups of the risk class
_LOW_BITS = np.uint64(0xFFFFFFFF)


def _in_town(part: np.ndarray) -> np.ndarray:
    return (part < FIRST_OUTSIDE) & (part % 2 == 1)


def _retired(rows: np.ndarray, month: int, people: Columns, retirement: np.ndarray) -> np.ndarray:
    return months_old(rows, month, people) // 12 >= retirement[people.sex[rows]]


def _takes_part(
    rows: np.ndarray, month: int, people: Columns, participation: np.ndarray, trait_key: np.uint64
) -> np.ndarray:
    age = months_old(rows, month, people) // 12
    share = participation[people.sex[rows], np.clip(age, 0, participation.shape[1] - 1)]
    return high_bits(luck_of(rows, people, trait_key)) < share


def _without_post(
    rows: np.ndarray,
    work: np.ndarray,
    month: int,
    people: Columns,
    retirement: np.ndarray,
    participation: np.ndarray,
    trait_key: np.uint64,
) -> np.ndarray:
    """Status of people without an urban post who did `work` before, uint8 (ODD equation L1)."""
    age = months_old(rows, month, people) // 12
    lives = people.lives[rows].astype(np.int64)
    takes_part = _takes_part(rows, month, people, participation, trait_key)
    retired, in_town = _retired(rows, month, people, retirement), _in_town(lives)
    seeks = np.isin(work, _SEEKING)
    status = np.select(
        [
            (age < _OLD_ENOUGH) | (people.enrolled[rows] != 0),
            retired & in_town & takes_part & (work >= ENTRANT),
            retired,
            lives >= FIRST_OUTSIDE,
            lives % 2 == 0,
            ~takes_part,
            seeks,
            (work == IDLE) & (age < _FIRST_POST_BY),
        ],
        [IDLE, ODD_JOBS, IDLE, WORKING_OUTSIDE, FARMING, KEEPING_HOUSE, work, ENTRANT],
        ARRIVED,
    )
    return status.astype(np.uint8)


def employ_at_base(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    retirement: np.ndarray,
    participation: np.ndarray,
    shares: np.ndarray,
    since: np.uint64,
    sectors: np.ndarray,
    trait_key: np.uint64,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gives everybody their work on census night; returns urban work, seekers, reserve (ODD equation L0)."""
    rows = np.arange(lo, hi)
    age, retired = months_old(rows, month, people) // 12, _retired(rows, month, people, retirement)
    lives = people.lives[rows].astype(np.int64)
    outside, in_town = lives >= FIRST_OUTSIDE, _in_town(lives)
    adult = (age >= _OLD_ENOUGH) & (people.enrolled[rows] == 0)
    works = adult & in_town & _takes_part(rows, month, people, participation, trait_key)
    bits = luck_of(rows, people, key)
    looks = works & ~retired & (high_bits(bits) < shares[0])
    odd_jobs = works & ~looks & (retired | (high_bits(bits) < shares[1]))
    status = np.select(
        [~adult, looks & (age < _FIRST_POST_BY), looks, odd_jobs, works, retired, outside, ~in_town],
        [IDLE, ENTRANT, UNEMPLOYED, ODD_JOBS, FIRST_JOB, IDLE, WORKING_OUTSIDE, FARMING],
        KEEPING_HOUSE,
    )
    status[odd_jobs & ~retired & ((bits & _LOW_BITS) < since)] = ODD_JOBS_SINCE
    posts = status == FIRST_JOB
    # The first sector whose threshold the low bits do not reach.
    status[posts] += np.sum((bits[posts] & _LOW_BITS)[:, None] >= sectors[lives[posts] // 2], axis=1)
    employed = works & ~looks
    people.work[rows] = status
    people.work_county[rows[employed]] = lives[employed] // 2
    held = np.zeros((N_COUNTIES, _KINDS), np.int64)
    np.add.at(held, (lives[employed] // 2, status[employed] - ODD_JOBS), 1)
    seekers, reserve = (
        np.bincount(lives[of] // 2, minlength=N_COUNTIES) for of in (looks, odd_jobs & ~retired)
    )
    return held, seekers, reserve


def _of_news(
    rows: np.ndarray, month: int, people: Columns, retirement: np.ndarray, new_year: bool
) -> np.ndarray:
    """True for who has changed, comes of age or retires, and at birthdays for those of fifty and over in no post.

    In a new year also for those with urban work or none in a town who were not fifty a year ago.
    """
    months = months_old(rows, month, people)
    of_age = (months == 12 * _OLD_ENOUGH) | (months == 12 * retirement[people.sex[rows]])
    fifty = people.risk[rows] // 8 >= _CLASS_50
    late = np.isin(people.work[rows], (*_SEEKING, KEEPING_HOUSE, *_ODD_JOBS)) & fifty & (months % 12 == 0)
    newly = (
        alive(rows, people)
        & fifty
        & (months < 12 * (5 * _CLASS_50 + 1))
        & (people.work[rows] >= KEEPING_HOUSE)
    )
    return of_age | late | (newly & new_year) | (people.pending[rows] & pending.WORK != 0)


def update(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    together: np.ndarray,
    retirement: np.ndarray,
    participation: np.ndarray,
    trait_key: np.uint64,
    new_year: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Brings work into line with the month's events (ODD equations L1, L2).

    Returns (seekers, (111, 7) change of urban work, (3, 111) posts ended by retirement, by death, by leaving, who keeps
    a post of another market).
    """
    looked_at = np.arange(lo, hi)
    new = _of_news(looked_at, month, people, retirement, new_year)
    searching = alive(looked_at, people) & np.isin(people.work[looked_at], _SEEKING)
    looked_at, go_on_searching = looked_at[new], looked_at[searching & ~new]
    people.pending[lo:hi] &= ~np.uint8(pending.WORK)
    change, ended = np.zeros((N_COUNTIES, _KINDS), np.int64), np.zeros((3, N_COUNTIES), np.int64)
    living = alive(looked_at, people)

    def end(rows: np.ndarray, how: int | None = None) -> None:
        """Ends urban work where it was; how: what a post is ended by, None for what goes on elsewhere in the market."""
        county, kind = people.work_county[rows], people.work[rows].astype(np.int64) - ODD_JOBS
        np.add.at(change, (county, kind), -1)
        if how is not None:
            np.add.at(ended[how], county[people.work[rows] >= FIRST_JOB], 1)

    def begin(rows: np.ndarray, commutes: np.ndarray | bool = False) -> None:
        people.work_county[rows] = np.where(commutes, people.work_county[rows], people.lives[rows] // 2)
        kind = people.work[rows].astype(np.int64) - ODD_JOBS
        np.add.at(change, (people.work_county[rows], kind), 1)

    died = looked_at[~living & (people.work[looked_at] >= ODD_JOBS)]
    end(died, 1)
    people.work[died] = IDLE

    group = people.risk[looked_at] // 8
    rows = looked_at[living & (group >= _CLASS_15)]
    work, lives = people.work[rows].copy(), people.lives[rows].astype(np.int64)
    at_work = work >= ODD_JOBS
    in_its_market = at_work & _in_town(lives)
    link = np.zeros(rows.size, np.int64)
    link[in_its_market] = together[lives[in_its_market] // 2, people.work_county[rows[in_its_market]]]
    in_its_market = (link == 1) | ((link == 2) & (work >= FIRST_JOB))
    fifty = people.risk[rows] // 8 >= _CLASS_50
    retired = _retired(rows, month, people, retirement)
    pupil = people.enrolled[rows] != 0

    retiring = in_its_market & (work >= FIRST_JOB) & fifty & retired
    end(rows[retiring], 0)
    end(rows[at_work & ~in_its_market], 2)
    end(rows[in_its_market & ~retiring])

    odd_jobs = in_its_market & (np.isin(work, _ODD_JOBS) | retiring)
    asked = odd_jobs & fifty
    takes_part = _takes_part(rows, month, people, participation, trait_key)
    goes_on = in_its_market & ~(odd_jobs & pupil) & ~(asked & ~takes_part)
    people.work[rows[goes_on & retiring]] = ODD_JOBS
    commutes = (link == 2)[goes_on] & (people.work[rows[goes_on]] >= FIRST_JOB)
    begin(rows[goes_on], commutes)
    elsewhere = rows[goes_on][commutes].astype(np.int32)

    left = at_work & ~in_its_market
    before = np.where(left & ~retired, np.where(work == ODD_JOBS, ARRIVED, UNEMPLOYED), work)
    as_before = np.isin(work, _SEEKING) & _in_town(lives) & ~fifty & ~pupil
    kept = as_before | ((work == KEEPING_HOUSE) & _in_town(lives) & ~fifty & ~pupil)
    asked_again = ~goes_on & ~kept
    placed = rows[asked_again]
    people.work[placed] = _without_post(
        placed, before[asked_again], month, people, retirement, participation, trait_key
    )
    begin(placed[people.work[placed] == ODD_JOBS])
    seekers = np.sort(np.concatenate([go_on_searching, rows[np.isin(people.work[rows], _SEEKING)]]))
    return seekers.astype(np.int32), change, ended, elsewhere


def turn_over(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    eights: Eights,
    loss: np.ndarray,
    looks: np.uint64,
    retirement: np.ndarray,
    key: np.uint64,
    fine_key: np.uint64,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who loses a post by luck, and who of those doing odd jobs looks for one (ODD equation L2)."""
    rows = np.arange(lo, hi)
    rows = rows[people.work[rows] >= ODD_JOBS]
    sector = people.work[rows].astype(np.int64) - FIRST_JOB
    luck, has_post = event_luck(rows, people, key, fine_key), sector >= 0
    lost = has_post & (luck < loss[people.work_county[rows], np.maximum(sector, 0)])
    looking = ~has_post & (luck < looks) & ~_retired(rows, month, people, retirement)
    posts = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    np.add.at(posts, (people.work_county[rows[lost]], sector[lost]), 1)
    people.work[rows[lost]] = UNEMPLOYED
    people.pending[rows[lost & (people.risk[rows] // 8 >= _CLASS_50)]] |= np.uint8(pending.WORK)
    with_odd_jobs = np.bincount(people.work_county[rows[looking]], minlength=N_COUNTIES)
    return rows[lost | looking].astype(np.int32), posts, with_odd_jobs


def applicants(
    rows: np.ndarray,
    people: Columns,
    hiring_key: np.uint64,
    training_key: np.uint64,
    markets: np.ndarray,
    county: np.ndarray,
    market: np.ndarray,
    trained: np.ndarray,
    hiring: np.ndarray,
    training: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Writes place, course and luck of who looks for a post; returns numbers, (111, BINS), (111,) (L5, L8)."""
    county[:] = people.lives[rows] // 2
    market[:], trained[:] = markets[county], (people.holdings[rows] & TRAINED) > 0
    hiring[:], training[:] = luck_of(rows, people, hiring_key), luck_of(rows, people, training_key)
    by_luck = np.zeros((N_COUNTIES, BINS), np.int32)
    np.add.at(by_luck, (county, (hiring // np.uint64(2**64 // BINS)).astype(np.int64)), 1)
    return by_luck, np.bincount(county[trained], minlength=N_COUNTIES)


def skills(rows: np.ndarray, people: Columns) -> np.ndarray:
    """What ranks those who are hired: level of schooling, up to college, then who took a course (L5, L8)."""
    trained = (people.holdings[rows] & TRAINED) > 0
    return (2 * np.minimum(people.schooling[rows], COLLEGE) + trained).astype(np.uint8)


def take_jobs(rows: np.ndarray, sectors: np.ndarray, people: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Those hired start work in their county of living. Returns posts taken and ways to them, (111, 5) each."""
    county = people.lives[rows].astype(np.int64) // 2
    taken, came = np.zeros((N_COUNTIES, N_SECTORS), np.int64), np.zeros((N_COUNTIES, _WAYS), np.int64)
    np.add.at(came, (county, people.work[rows].astype(np.int64) - ENTRANT), 1)
    people.work[rows] = FIRST_JOB + sectors
    people.work_county[rows] = county
    np.add.at(taken, (county, sectors), 1)
    return taken, came


def fall_back(rows: np.ndarray, luck: np.ndarray, threshold: np.uint64, people: Columns) -> np.ndarray:
    """Who found no post this month and turns to odd jobs; returns (111, 2) how many (ODD equation L5)."""
    turned = rows[((luck & _LOW_BITS) < threshold) & (people.work[rows] < ODD_JOBS)]
    county = people.lives[turned].astype(np.int64) // 2
    since = (people.work[turned] == UNEMPLOYED).astype(np.int64)
    people.work[turned], people.work_county[turned] = ODD_JOBS + since, county
    counts = np.zeros((N_COUNTIES, len(_ODD_JOBS)), np.int64)
    np.add.at(counts, (county, since), 1)
    return counts


def commuters(rows: np.ndarray, people: Columns, market: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who of the rows holds a post of another market than they live in, and (2, 111) how many (ODD equation J7)."""
    rows = rows[(people.work[rows] >= FIRST_JOB) & (people.lives[rows] < FIRST_OUTSIDE)]
    rows = rows[market[people.lives[rows] // 2] != market[people.work_county[rows]]]
    by_county = (people.lives[rows] // 2, people.work_county[rows])
    return rows.astype(np.int32), np.stack([np.bincount(of, minlength=N_COUNTIES) for of in by_county])


def recount(lo: int, hi: int, people: Columns) -> tuple[np.ndarray, int]:
    """Urban work held, (111, 7) by county of the work, and how many look for a post (ODD equation A5)."""
    rows = np.arange(lo, hi)
    rows = rows[alive(rows, people)]
    working = rows[people.work[rows] >= ODD_JOBS]
    held = np.zeros((N_COUNTIES, _KINDS), np.int64)
    np.add.at(held, (people.work_county[working], people.work[working] - ODD_JOBS), 1)
    return held, int(np.isin(people.work[rows], _SEEKING).sum())
