"""Work: who holds, loses, leaves and looks for a job this month (ODD equations L1-L4)."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compiled import njit
from urbsim.draws import draw64, leading_byte, uniform32
from urbsim.kernels.identity import person_id
from urbsim.kernels.parts import OUTSIDE

IDLE, SEEKING, FARM, AWAY, HOME = 0, 1, 2, 3, 4
FIRST_SECTOR = 5  # agriculture, manufacturing, construction, services, public
N_SECTORS = 5
WORKING_AGE = 16
_TEENS = 3  # five-year age group 15-19
_FIFTIES = 10  # five-year age group 50-54


@njit(inline="always")
def _status_without_job(row, age, month, people, retirement, participation, trait_key):
    """What somebody without an urban job does, by age, school, place and bent (ODD equation L1)."""
    if age < WORKING_AGE or people.enrolled[row] or age >= retirement[people.sex[row]]:
        return uint8(IDLE)
    lives = people.lives[row]
    if lives >= OUTSIDE:
        return uint8(AWAY)
    if (lives & 1) == 0:
        return uint8(FARM)
    person = person_id(row, people.identity_rows, people.ids)
    if (draw64(person, trait_key) >> uint64(32)) < participation[people.sex[row], min(age, 64)]:
        return uint8(SEEKING)
    return uint8(HOME)


@njit(nogil=True, cache=True)
def employ_at_base(lo, hi, month, people, retirement, participation, seeking, sectors, trait_key, key):
    """Gives everybody in [lo, hi) their work on census night (ODD equation L0).

    retirement: (2,) years by sex; participation: (2, 65) uint64 thresholds; seeking: uint64 threshold that a
    participant has no job; sectors: (111, 5) uint64 rising thresholds.
    """
    for row in range(lo, hi):
        age = (month - people.birth_month[row]) // 12
        status = _status_without_job(row, age, month, people, retirement, participation, trait_key)
        if status == SEEKING:
            luck = draw64(person_id(row, people.identity_rows, people.ids), key)
            if (luck >> uint64(32)) >= seeking:
                county = int64(people.lives[row]) >> 1
                low = luck & uint64(0xFFFFFFFF)
                sector = 0
                while low >= sectors[county, sector]:
                    sector += 1
                status = uint8(FIRST_SECTOR + sector)
                people.work_county[row] = county
        people.work[row] = status


@njit(nogil=True, cache=True)
def update(lo, hi, month, people, market, retirement, participation, loss, trait_key, key, fine_key):
    """Brings everybody's work into line with the month's events (ODD equations L1, L2).

    A job ends by death, retirement, a move to another labour market, or by luck (loss: (5,) uint64 monthly
    thresholds by sector). Everybody else without a job is placed by age, school, place and bent.
    Returns (seekers, filled, ended): rows of seekers in order; (111, 5) jobs held by county of living and sector;
    (3, 111) jobs ended by retirement, by death, by loss or leaving, by county.
    """
    seekers = np.empty(hi - lo, np.int32)
    filled = np.zeros((111, N_SECTORS), np.int64)
    ended = np.zeros((3, 111), np.int64)
    n = 0
    for row in range(lo, hi):
        work = people.work[row]
        risk = people.risk[row]
        if risk == 255:
            if work >= FIRST_SECTOR:
                ended[1, people.work_county[row]] += 1
                people.work[row] = IDLE
            continue
        group = risk >> 3
        if group < _TEENS:
            continue
        lives = int64(people.lives[row])
        if work >= FIRST_SECTOR:
            held = (
                lives < OUTSIDE and (lives & 1) == 1 and market[lives >> 1] == market[people.work_county[row]]
            )
            if held and group >= _FIFTIES:
                age = (month - people.birth_month[row]) // 12
                if age >= retirement[people.sex[row]]:
                    ended[0, lives >> 1] += 1
                    people.work[row] = IDLE
                    continue
            if held:
                person = person_id(row, people.identity_rows, people.ids)
                threshold = loss[work - FIRST_SECTOR]
                byte = leading_byte(person, key)
                if byte <= threshold >> uint64(24) and uniform32(person, byte, fine_key) < threshold:
                    ended[2, lives >> 1] += 1
                    people.work[row] = SEEKING
                    seekers[n] = row
                    n += 1
                else:
                    people.work_county[row] = lives >> 1
                    filled[lives >> 1, work - FIRST_SECTOR] += 1
                continue
            ended[2, people.work_county[row]] += 1
            work = uint8(IDLE)
        settled = (
            (work == SEEKING or work == HOME)
            and lives < OUTSIDE
            and (lives & 1) == 1
            and group < _FIFTIES
            and not people.enrolled[row]
        )
        if not settled:
            age = (month - people.birth_month[row]) // 12
            work = _status_without_job(row, age, month, people, retirement, participation, trait_key)
            people.work[row] = work
        if work == SEEKING:
            seekers[n] = row
            n += 1
    return seekers[:n].copy(), filled, ended


@njit(nogil=True, cache=True)
def take_jobs(rows, sectors, people):
    """Hired seekers start work: sectors (n,) 0..4. Returns entries into urban work by county of living, (111,)."""
    entries = np.zeros(111, np.int64)
    for k in range(rows.size):
        row = rows[k]
        county = int64(people.lives[row]) >> 1
        people.work[row] = FIRST_SECTOR + sectors[k]
        people.work_county[row] = county
        entries[county] += 1
    return entries


@njit(nogil=True, cache=True)
def recount(lo, hi, people):
    """Jobs held and seekers among the living in [lo, hi), for the strict account (ODD equation A5).

    Returns (jobs, seekers): (111, 5) int64 by county of the job, and how many look for work. Families that follow a
    tenant move after the month's matching, so a job or a search may be held from elsewhere until the month after.
    """
    jobs = np.zeros((111, N_SECTORS), np.int64)
    seekers = 0
    for row in range(lo, hi):
        if people.risk[row] == 255:
            continue
        if people.work[row] >= FIRST_SECTOR:
            jobs[people.work_county[row], people.work[row] - FIRST_SECTOR] += 1
        elif people.work[row] == SEEKING:
            seekers += 1
    return jobs, seekers
