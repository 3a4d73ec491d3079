"""Work: who holds, loses, leaves and looks for a job this month (ODD equations L1-L4)."""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint8, uint16, uint64

from urbsim.compute.blocks import BLOCK, clear_bits, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.lists import longer_list
from urbsim.compute.randomness import draw64
from urbsim.compute.read_ahead import AHEAD, read_work
from urbsim.compute.screening import end_of_block, highest_byte, luck_of_block, luck_to_the_last_bit
from urbsim.compute.words import BYTE
from urbsim.state import pending
from urbsim.state.codes import (
    COLLEGE,
    DEAD,
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
from urbsim.state.definitions import WORKING_AGE
from urbsim.state.holdings import TRAINED

_TEENS = 3  # five-year age group 15-19
_FIFTIES = 10  # five-year age group 50-54; guard: nobody retires younger


@inlined
def _status_without_job(person, age, sex, enrolled, lives, retirement, participation, trait_key):
    """What somebody without an urban job does, by age, school, part and bent (ODD equation L1)."""
    if age < WORKING_AGE or enrolled or age >= retirement[sex]:
        return uint8(IDLE)
    if lives >= FIRST_OUTSIDE:
        return uint8(WORKING_OUTSIDE)
    if (lives & 1) == 0:
        return uint8(FARMING)
    if (draw64(person, trait_key) >> uint64(32)) < participation[sex, min(age, 64)]:
        return uint8(SEEKING)
    return uint8(KEEPING_HOUSE)


@inlined
def _work_without_luck(n, first_adult, last_man, last_woman, lives, enrolled, sex, born, work, marks):
    """Writes the work of all for whom age, school and part decide, and marks the others: who may work in a town.

    first_adult, last_man, last_woman: months of birth up to which people are of working age and retired. No branches.
    """
    for j in range(n):
        retired = born[j] <= (last_woman if sex[j] else last_man)
        works = (born[j] <= first_adult) & (enrolled[j] == 0) & (not retired)
        outside = lives[j] >= FIRST_OUTSIDE
        work[j] = (WORKING_OUTSIDE if outside else FARMING) if works else IDLE
        marks[j] = works & ((lives[j] & 1) == 1) & (not outside)


@njit(nogil=True, cache=True)
def employ_at_base(lo, hi, month, people, retirement, participation, seeking, sectors, trait_key, key):
    """Gives everybody in [lo, hi) their work on census night (ODD equation L0).

    retirement: (2,) years by sex; participation: (2, 65) uint64 thresholds; seeking: uint64 threshold that a
    participant has no job; sectors: (111, 5) uint64 rising thresholds, the last of which nobody reaches.
    Returns (jobs, seekers): (111, 5) by county and sector; (111,) who look for work.
    """
    birth_month, sex, enrolled, lives = people.birth_month, people.sex, people.enrolled, people.lives
    work, work_county, identity_rows, ids = people.work, people.work_county, people.identity_rows, people.ids
    first_adult = int16(month - 12 * WORKING_AGE)
    last_man, last_woman = int16(month - 12 * retirement[0]), int16(month - 12 * retirement[1])
    jobs, seekers = np.zeros((N_COUNTIES, N_SECTORS), np.int64), np.zeros(N_COUNTIES, np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        block = slice(start, stop)
        _work_without_luck(
            stop - start, first_adult, last_man, last_woman, lives[block], enrolled[block], sex[block],
            birth_month[block], work[block], marks,
        )  # fmt: skip
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            county, person = uint64(lives[row] >> 1), person_id(row, identity_rows, ids)
            age = (month - birth_month[row]) // 12
            takes_part = (draw64(person, trait_key) >> uint64(32)) < participation[sex[row], min(age, 64)]
            luck = draw64(person, key)
            low, sector = luck & uint64(0xFFFFFFFF), int64(0)
            for s in range(N_SECTORS - 1):
                sector += low >= sectors[county, s]
            seeks = takes_part & ((luck >> uint64(32)) < seeking)
            has_job = takes_part & (not seeks)
            work[row] = FIRST_JOB + sector if has_job else (SEEKING if seeks else KEEPING_HOUSE)
            work_county[row] = county if has_job else work_county[row]
            jobs[county, sector] += has_job
            seekers[county] += seeks
    return jobs, seekers


@inlined
def _in_line(first_adult, last_man, last_woman, risk, kind, lives, work_county, enrolled, sex, born):
    """Whether somebody's work is in line with age, school and part; never that of who looks for work.

    first_adult, last_man, last_woman: months of birth up to which people are of working age and retired. Without
    branches, so that a loop over everybody is made wide.
    """
    pupil = enrolled != 0
    retired = born <= (last_woman if sex else last_man)
    outside = lives >= FIRST_OUTSIDE
    town = ((lives & 1) == 1) & (not outside)
    village = ((lives & 1) == 0) & (not outside)
    works = (born <= first_adult) & (not pupil) & (not retired)
    fifty = risk >= 8 * _FIFTIES
    in_line = (kind == IDLE) & (not works)
    in_line |= (kind == FARMING) & village & works
    in_line |= (kind == WORKING_OUTSIDE) & outside & works
    in_line |= (kind == KEEPING_HOUSE) & town & (not pupil) & (not fifty)
    in_line |= (kind >= FIRST_JOB) & town & ((lives >> 1) == work_county) & (not (fifty & retired))
    in_line |= risk < 8 * _TEENS
    in_line |= (risk == DEAD) & (kind < FIRST_JOB)
    return in_line


@inlined
def _mark_out_of_line(
    n, first_adult, last_man, last_woman, risk, work, lives, work_county, enrolled, sex, born, marks
):  # fmt: skip
    for j in range(n):
        marks[j] = not _in_line(
            first_adult, last_man, last_woman, risk[j], work[j], lives[j], work_county[j], enrolled[j], sex[j], born[j]
        )  # fmt: skip


@inlined
def _mark_pending(
    n, month, first_adult, last_man, last_woman, risk, work, born, pending_bits, marks, searching
):
    """Marks people whose state changed, who come of age, or who retire, and goes on `searching` for all other seekers.

    It also marks town dwellers of fifty and over without a job on their birthday, because taking part changes with age.
    """
    for j in range(n):
        months = uint16(month - born[j])
        # A multiple of 4 and of 3: of 2^16 products with the inverse of 3, the lowest third are those of multiples.
        birthday = ((months & 3) == 0) & (uint16(months * uint16(0xAAAB)) <= 0x5555)
        of_age = (born[j] == first_adult) | (born[j] == last_man) | (born[j] == last_woman)
        seeks = (work[j] == SEEKING) & (risk[j] != DEAD)
        late = (seeks | (work[j] == KEEPING_HOUSE)) & (risk[j] >= 8 * _FIFTIES) & birthday
        looked_at = of_age | late | ((pending_bits[j] & pending.WORK) != 0)
        marks[j] = looked_at
        searching[j] = seeks & (not looked_at)


@njit(nogil=True, cache=True)
def update(lo, hi, month, people, market, retirement, participation, trait_key, everybody):
    """Brings everybody's work into line with the month's events (ODD equations L1, L2).

    A job ends by death, retirement or a move to another labour market (and by luck, see `lose_jobs`). Everybody else
    without a job is placed by age, school, part and the trait of taking part. everybody: looks at all in [lo, hi), as
    each January when risk classes follow age; in other months only the state of marked people can be out of date.
    Returns (seekers, change, ended): rows of seekers; (111, 5) change of the jobs held by county of living
    and sector; (3, 111) jobs ended by retirement, by death, by leaving, by county.
    """
    risks, works, lives_in, work_county = people.risk, people.work, people.lives, people.work_county
    enrolled, sexes, births, pending_bits = people.enrolled, people.sex, people.birth_month, people.pending
    identity_rows, ids = people.identity_rows, people.ids
    first_adult = int16(month - 12 * WORKING_AGE)
    last_man, last_woman = int16(month - 12 * retirement[0]), int16(month - 12 * retirement[1])
    seekers = np.empty(hi - lo + 1, np.int32)
    change = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    ended = np.zeros((3, N_COUNTIES), np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    searching, seen = np.empty(BLOCK, np.uint8), np.empty(AHEAD, np.int64)
    n = 0
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        block = slice(start, stop)
        if everybody:
            _mark_out_of_line(
                stop - start, first_adult, last_man, last_woman, risks[block], works[block], lives_in[block],
                work_county[block], enrolled[block], sexes[block], births[block], marks,
            )  # fmt: skip
            clear_bits(stop - start, pending.WORK, pending_bits[block])
        else:
            _mark_pending(
                stop - start, int16(month), first_adult, last_man, last_woman, risks[block], works[block],
                births[block], pending_bits[block], marks, searching,
            )  # fmt: skip
            for k in range(marked_rows(start, stop - start, searching, rows)):
                seekers[n] = rows[k]
                n += 1
        looked_at, out_of_line = marked_rows(start, stop - start, marks, rows), int64(0)
        listed = rows[:looked_at]
        for k in range(looked_at):
            read_work(listed, k, people, seen)
            row = uint64(rows[k])
            pending_bits[row] &= uint8(BYTE - pending.WORK)
            rows[out_of_line] = row
            out_of_line += not _in_line(
                first_adult, last_man, last_woman, risks[row], works[row], lives_in[row], work_county[row],
                enrolled[row], sexes[row], births[row],
            )  # fmt: skip
        for k in range(out_of_line):
            row = uint64(rows[k])
            work, risk, lives = works[row], risks[row], int64(lives_in[row])
            age, sex = (month - births[row]) // 12, sexes[row]
            if work >= FIRST_JOB:
                county, sector = int64(work_county[row]), int64(work) - FIRST_JOB
                held = risk != DEAD and lives < FIRST_OUTSIDE and (lives & 1) == 1
                held = held and market[lives >> 1] == market[county]
                change[county, sector] -= 1
                if risk == DEAD:
                    ended[1, county] += 1
                    works[row] = IDLE
                    continue
                if held and risk >= 8 * _FIFTIES and age >= retirement[sex]:
                    ended[0, lives >> 1] += 1
                    works[row] = IDLE
                    continue
                if held:
                    work_county[row] = lives >> 1
                    change[lives >> 1, sector] += 1
                    continue
                ended[2, county] += 1
                work = uint8(IDLE)
            settled = work == SEEKING and lives < FIRST_OUTSIDE and (lives & 1) == 1
            settled = settled and risk < 8 * _FIFTIES and not enrolled[row]
            if not settled:
                person = person_id(row, identity_rows, ids)
                work = _status_without_job(
                    person, age, sex, enrolled[row], lives, retirement, participation, trait_key
                )
                works[row] = work
            if work == SEEKING:
                seekers[n] = row
                n += 1
    return seekers[:n].copy(), change, ended


@inlined
def _mark_jobs_at_risk(n, luck, highest, work, marks):
    for j in range(n):
        marks[j] = (work[j] >= FIRST_JOB) & (luck[j] <= highest)


@njit(nogil=True, cache=True)
def lose_jobs(lo, hi, people, loss, key, fine_key):
    """Who in [lo, hi) loses a job by luck and looks for another one (ODD equation L2).

    Called after `update`, when every job is where its holder lives. loss: (5,) uint64 monthly thresholds by sector.
    Returns (losers, jobs): rows in order, (111, 5) jobs ended by county and sector.
    """
    work, work_county, identity_rows, ids = people.work, people.work_county, people.identity_rows, people.ids
    losers, n_losers = np.empty(2 * BLOCK, np.int32), 0
    jobs = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    luck_words = np.empty(BLOCK // 8, np.uint64)
    luck, marks, rows = luck_words.view(np.uint8), np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    who, exact = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    highest = uint8(0)
    for sector in range(N_SECTORS):
        highest = max(highest, highest_byte(loss[sector]))
    start = int64(lo)
    while start < hi:
        stop = end_of_block(start, hi, identity_rows)
        n = stop - start
        luck_of_block(start, stop, identity_rows, ids, key, luck_words, luck)
        _mark_jobs_at_risk(n, luck, highest, work[start:stop], marks)
        n = marked_rows(start, n, marks, rows)
        luck_to_the_last_bit(rows, n, start, luck, identity_rows, ids, fine_key, who, exact)
        if n_losers + BLOCK > losers.size:
            losers = longer_list(losers, n_losers)
        for k in range(n):
            row = uint64(rows[k])
            sector = int64(work[row]) - FIRST_JOB
            if exact[k] < loss[sector]:
                jobs[work_county[row], sector] += 1
                work[row] = SEEKING
                losers[n_losers] = row
                n_losers += 1
        start = stop
    return losers[:n_losers].copy(), jobs


@njit(nogil=True, cache=True)
def applicants(rows, people, hiring_key, training_key, county, skill, hiring, training):
    """Writes what decides over seekers, read in one pass (ODD equations L5, L8).

    county: (n,) uint8 of living; skill: (n,) uint8 twice the level of schooling, up to college, and one more for who
    took a course: it ranks before others of the level and behind the next one; hiring, training: (n,) uint64 luck under
    the keys. Returns (111, 2) int64 how many there are by county, without a course and with one.
    """
    lives, schooling, holdings = people.lives, people.schooling, people.holdings
    identity_rows, ids = people.identity_rows, people.ids
    number = np.zeros((N_COUNTIES, 2), np.int64)
    for k in range(rows.size):
        row = uint64(rows[k])
        trained = int64((holdings[row] & TRAINED) > 0)
        county[k] = lives[row] >> 1
        skill[k] = 2 * min(int64(schooling[row]), COLLEGE) + trained
        number[county[k], trained] += 1
        person = person_id(row, identity_rows, ids)
        hiring[k], training[k] = draw64(person, hiring_key), draw64(person, training_key)
    return number


@njit(nogil=True, cache=True)
def take_jobs(rows, sectors, people):
    """Hired seekers start work: sectors (n,) 0..4. Returns jobs taken, (111, 5) by county of living and sector."""
    lives, work, work_county = people.lives, people.work, people.work_county
    taken = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    for k in range(rows.size):
        row = uint64(rows[k])
        county = lives[row] >> 1
        work[row] = FIRST_JOB + sectors[k]
        work_county[row] = county
        taken[county, sectors[k]] += 1
    return taken


@njit(nogil=True, cache=True)
def recount(lo, hi, people):
    """Jobs held and seekers among the living in [lo, hi), for the strict account (ODD equation A5).

    Returns (jobs, seekers): (111, 5) int64 by county of the job, and how many look for work. Families that follow a
    tenant move after the month's matching, so a job or a search may be held from elsewhere until the month after.
    """
    jobs = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    seekers = 0
    for row in range(lo, hi):
        if people.risk[row] == DEAD:
            continue
        if people.work[row] >= FIRST_JOB:
            jobs[people.work_county[row], people.work[row] - FIRST_JOB] += 1
        elif people.work[row] == SEEKING:
            seekers += 1
    return jobs, seekers
