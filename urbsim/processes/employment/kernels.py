"""Work: who holds, loses, leaves and looks for a post this month (ODD equations L0-L2, L5)."""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint8, uint16, uint64

from urbsim.compute.blocks import BLOCK, ENOUGH, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.lists import longer_list
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import draw64
from urbsim.compute.rationing import BINS, bin_of_luck
from urbsim.compute.read_ahead import AHEAD, read_work
from urbsim.compute.screening import end_of_block, highest_byte, luck_of_block, luck_to_the_last_bit
from urbsim.compute.words import BYTE
from urbsim.state import pending
from urbsim.state.codes import (
    ARRIVED,
    COLLEGE,
    DEAD,
    ENTRANT,
    FARMING,
    FIRST_JOB,
    FIRST_OUTSIDE,
    IDLE,
    KEEPING_HOUSE,
    N_COUNTIES,
    N_SECTORS,
    ODD_JOBS,
    UNEMPLOYED,
    WOMAN,
    WORKING_OUTSIDE,
)
from urbsim.state.definitions import WORKING_AGE
from urbsim.state.holdings import TRAINED

_PIECE = 1 << 8  # persons looked at together: what is noted of them stays near
_ROOM = BLOCK + ENOUGH  # rows held until there are enough
_STRETCH = 8 * BLOCK  # rows marked at a time where so few are that a block has too few to ask for ahead
_TEENS = 3  # five-year age group 15-19
_FIFTIES = 10  # five-year age group 50-54; guard: nobody retires younger
_FIRST_POST_BY = 25  # years from which nobody counts as straight from school
_ODD = FIRST_JOB - ODD_JOBS  # kinds of urban work that are no posts
_KINDS = _ODD + N_SECTORS  # of urban work: odd jobs, those since a post was lost, and posts by sector
_WAYS = FIRST_JOB - ENTRANT  # by which people come to a post, by what they did before


@inlined
def _takes_part(person, age, sex, participation, trait_key):
    """Whether somebody in a town and out of school works or wants to, by age and bent (ODD equation L1)."""
    years = min(age, participation.shape[1] - 1)
    return (draw64(person, trait_key) >> uint64(32)) < participation[sex, years]


@inlined
def _status_without_post(person, work, age, sex, enrolled, lives, retirement, participation, trait_key):
    """What somebody without an urban post does, by age, school, part and bent (ODD equation L1).

    work: what the person did before; who looked for a post goes on as the same kind.
    """
    if age < WORKING_AGE or enrolled:
        return uint8(IDLE)
    retired = age >= retirement[sex]
    if lives >= FIRST_OUTSIDE:
        return uint8(IDLE) if retired else uint8(WORKING_OUTSIDE)
    if (lives & 1) == 0:
        return uint8(IDLE) if retired else uint8(FARMING)
    takes_part = _takes_part(person, age, sex, participation, trait_key)
    if retired:
        at_work = work >= ENTRANT  # who has stopped does not begin again
        return uint8(ODD_JOBS) if takes_part and at_work else uint8(IDLE)
    if not takes_part:
        return uint8(KEEPING_HOUSE)
    if ENTRANT <= work <= UNEMPLOYED:
        return uint8(work)
    return uint8(ENTRANT) if work == IDLE and age < _FIRST_POST_BY else uint8(ARRIVED)


@inlined
def _work_without_luck(n, first_adult, last_man, last_woman, lives, enrolled, sex, born, work, marks):
    """Writes the work of all for whom age, school and part decide, and marks the others: who may work in a town.

    first_adult, last_man, last_woman: months of birth up to which people are of working age and retired. No branches.
    """
    for j in range(n):
        retired = born[j] <= (last_woman if sex[j] else last_man)
        adult = (born[j] <= first_adult) & (enrolled[j] == 0)
        outside = lives[j] >= FIRST_OUTSIDE
        work[j] = (WORKING_OUTSIDE if outside else FARMING) if adult & (not retired) else IDLE
        marks[j] = adult & ((lives[j] & 1) == 1) & (not outside)


@njit(nogil=True, cache=True)
def employ_at_base(lo, hi, month, people, retirement, participation, shares, since, sectors, trait_key, key):
    """Gives everybody in [lo, hi) their work on census night (ODD equation L0).

    retirement: (2,) years by sex; participation: (2, ages) uint64 thresholds; shares: (2,) uint64 rising thresholds
    that a participant below retirement looks for a post, or looks for one or does odd jobs; since: uint64 threshold
    that these lost a post before; sectors: (111, 5) uint64 rising thresholds, the last of which nobody reaches. Returns
    (held, seekers, reserve): (111, 7) urban work by county, odd jobs first, those since a post was lost, then the
    sectors; (111,) who look for a post; (111,) of odd jobs, those below retirement.
    """
    birth_month, sex, enrolled, lives = people.birth_month, people.sex, people.enrolled, people.lives
    work, work_county, identity_rows, ids = people.work, people.work_county, people.identity_rows, people.ids
    first_adult = int16(month - 12 * WORKING_AGE)
    last_man, last_woman = int16(month - 12 * retirement[0]), int16(month - 12 * retirement[1])
    held, seekers = np.zeros((N_COUNTIES, _KINDS), np.int64), np.zeros(N_COUNTIES, np.int64)
    reserve = np.zeros(N_COUNTIES, np.int64)
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
            retired = age >= retirement[sex[row]]
            if not _takes_part(person, age, sex[row], participation, trait_key):
                work[row] = IDLE if retired else KEEPING_HOUSE
                continue
            luck = draw64(person, key)
            low, high = luck & uint64(0xFFFFFFFF), luck >> uint64(32)
            if not retired and high < shares[0]:
                work[row] = ENTRANT if age < _FIRST_POST_BY else UNEMPLOYED
                seekers[county] += 1
                continue
            kind = int64(not retired and low < since)
            if not retired and high >= shares[1]:
                kind = int64(_ODD)
                for s in range(N_SECTORS - 1):
                    kind += low >= sectors[county, s]
            work[row] = ODD_JOBS + kind
            work_county[row] = county
            held[county, kind] += 1
            reserve[county] += (kind < _ODD) & (not retired)
    return held, seekers, reserve


@inlined
def _in_line(works, retired, pupil, risk, kind, lives, work_county):
    """Whether the work of somebody who lives is in line with age, school and part; never that of who looks for a post.

    works: of working age, neither a pupil nor retired. Without branches: what a person does is hard to foresee.
    """
    outside = lives >= FIRST_OUTSIDE
    town = ((lives & 1) == 1) & (not outside)
    village = ((lives & 1) == 0) & (not outside)
    fifty = risk >= 8 * _FIFTIES
    in_line = (kind == IDLE) & (not works)
    in_line |= (kind == FARMING) & village & works
    in_line |= (kind == WORKING_OUTSIDE) & outside & works
    in_line |= (kind == KEEPING_HOUSE) & town & (not pupil) & (not fifty)
    here = town & ((lives >> 1) == work_county)
    in_line |= (kind >= FIRST_JOB) & here & (not (fifty & retired))
    in_line |= (kind >= ODD_JOBS) & (kind < FIRST_JOB) & here & (not pupil) & (not fifty)
    in_line |= risk < 8 * _TEENS
    return in_line


@inlined
def _mark_pending(
    n, month, first_adult, last_man, last_woman, risk, work, born, pending_bits, marks, searching
):
    """Marks people whose state changed, who come of age, or who retire, and goes on `searching` for all other seekers.

    Retirement is no news for who does nothing. Marked are also town dwellers of fifty and over without a post on their
    birthday, because taking part changes with age.
    """
    for j in range(n):
        months = uint16(month - born[j])
        # A multiple of 4 and of 3: of 2^16 products with the inverse of 3, the lowest third are those of multiples.
        birthday = ((months & 3) == 0) & (uint16(months * uint16(0xAAAB)) <= 0x5555)
        retires = (born[j] == (last_woman if risk[j] & WOMAN else last_man)) & (work[j] != IDLE)
        of_age = (born[j] == first_adult) | retires
        seeks = (work[j] >= ENTRANT) & (work[j] <= UNEMPLOYED) & (risk[j] != DEAD)
        late = (work[j] >= KEEPING_HOUSE) & (work[j] < FIRST_JOB) & (risk[j] >= 8 * _FIFTIES) & birthday
        looked_at = of_age | late | ((pending_bits[j] & pending.WORK) != 0)
        marks[j] = looked_at
        searching[j] = seeks & (not looked_at)


@inlined
def _mark_newly_fifty(n, younger, risk, work, born, marks, searching):
    """Marks also those who are fifty by their risk class since it last followed age: from fifty on people with urban
    work or none in a town are asked whether they take part, and who is retired has no post.

    younger: months of birth up to which people were fifty a year ago.
    """
    for j in range(n):
        newly = (
            (risk[j] >= 8 * _FIFTIES) & (risk[j] != DEAD) & (born[j] > younger) & (work[j] >= KEEPING_HOUSE)
        )
        marks[j] |= newly
        searching[j] &= not newly


@njit(nogil=True, cache=True)
def update(lo, hi, month, people, together, retirement, participation, trait_key, new_year):
    """Brings everybody's work into line with the month's events (ODD equations L1, L2).

    together: (111, 111) uint8, 1 for counties of one labour market, 2 where people who live in the first may commute to
    a post of the second. Urban work ends by death or a move to another labour market, a post by retirement too (and by
    luck, see `turn_over`). Everybody else without a post is placed by age, school, part and the trait of taking part.
    new_year: risk classes have just followed age. The state of nobody can be out of date but of those who are marked.
    Returns (seekers, change, ended, elsewhere): rows of seekers; (111, 7) change of
    the urban work held by county and kind, as of `employ_at_base`; (3, 111) posts ended by retirement, by death, by
    leaving, by county; rows of those asked who keep a post of another market.
    """
    risks, works, lives_in, work_county = people.risk, people.work, people.lives, people.work_county
    enrolled, births, pending_bits = people.enrolled, people.birth_month, people.pending
    identity_rows, ids = people.identity_rows, people.ids
    first_adult = int16(month - 12 * WORKING_AGE)
    last_man, last_woman = int16(month - 12 * retirement[0]), int16(month - 12 * retirement[1])
    seekers, elsewhere, n_elsewhere = np.empty(2 * _STRETCH, np.int32), np.empty(_PIECE, np.int32), 0
    change = np.zeros((N_COUNTIES, _KINDS), np.int64)
    ended = np.zeros((3, N_COUNTIES), np.int64)
    marks, rows = np.empty(_STRETCH, np.uint8), np.empty(_STRETCH + 1, np.int64)
    searching = np.empty(_STRETCH, np.uint8)
    n = 0
    for start in range(lo, hi, _STRETCH):
        stop = min(start + _STRETCH, hi)
        size, block = stop - start, slice(start, stop)
        if n + _STRETCH + 1 > seekers.size:
            seekers = longer_list(seekers, n)
        _mark_pending(
            size, int16(month), first_adult, last_man, last_woman, risks[block], works[block], births[block],
            pending_bits[block], marks, searching,
        )  # fmt: skip
        if new_year:
            younger = int16(month - 12 * (5 * _FIFTIES + 1))
            _mark_newly_fifty(size, younger, risks[block], works[block], births[block], marks, searching)
        n += marked_rows(start, size, searching, seekers[n:])
        listed, out_of_line = rows[: marked_rows(start, size, marks, rows)], int64(0)
        for k in range(listed.size):
            read_work(listed, k, people)
            row = uint64(rows[k])
            pending_bits[row] &= uint8(BYTE - pending.WORK)
            retired = births[row] <= (last_woman if risks[row] & WOMAN else last_man)
            works_here = (births[row] <= first_adult) & (enrolled[row] == 0) & (not retired)
            in_line = _in_line(
                works_here,
                retired,
                enrolled[row] != 0,
                risks[row],
                works[row],
                lives_in[row],
                work_county[row],
            )
            rows[out_of_line] = row
            out_of_line += (not in_line) & ((risks[row] != DEAD) | (works[row] >= ODD_JOBS))
        for k in range(out_of_line):
            row = uint64(rows[k])
            work, risk, lives = works[row], risks[row], int64(lives_in[row])
            age, sex = (month - births[row]) // 12, int64((risk & WOMAN) != 0)
            person = person_id(row, identity_rows, ids)
            in_town = lives < FIRST_OUTSIDE and (lives & 1) == 1
            if work >= ODD_JOBS:
                county, kind = int64(work_county[row]), int64(work) - ODD_JOBS
                post = int64(kind >= _ODD)
                change[county, kind] -= 1
                if risk == DEAD:
                    ended[1, county] += post
                    works[row] = IDLE
                    continue
                link = together[lives >> 1, county] if in_town else 0
                if link == 1 or (link == 2 and post):
                    late = risk >= 8 * _FIFTIES
                    if post and late and age >= retirement[sex]:
                        ended[0, county] += 1
                        kind = int64(0)
                    goes_on = kind >= _ODD or not enrolled[row]
                    if kind < _ODD and late:
                        goes_on = goes_on and _takes_part(person, age, sex, participation, trait_key)
                    if goes_on:
                        commutes = link == 2 and kind >= _ODD
                        where = county if commutes else lives >> 1
                        works[row], work_county[row] = uint8(ODD_JOBS + kind), where
                        change[where, kind] += 1
                        if commutes:
                            if n_elsewhere == elsewhere.size:
                                elsewhere = longer_list(elsewhere, n_elsewhere)
                            elsewhere[n_elsewhere] = row
                            n_elsewhere += 1
                        continue
                else:
                    ended[2, county] += post
                    if age < retirement[sex]:
                        work = uint8(ARRIVED if kind == 0 else UNEMPLOYED)
            seeks = work >= ENTRANT and work <= UNEMPLOYED
            settled = seeks and work == works[row] and in_town and risk < 8 * _FIFTIES and not enrolled[row]
            if not settled:
                work = _status_without_post(
                    person, work, age, sex, enrolled[row], lives, retirement, participation, trait_key
                )
                works[row] = work
                if work == ODD_JOBS:
                    work_county[row] = lives >> 1
                    change[lives >> 1, 0] += 1
            if work >= ENTRANT and work <= UNEMPLOYED:
                seekers[n] = row
                n += 1
    return seekers[:n].copy(), change, ended, elsewhere[:n_elsewhere].copy()


@inlined
def _mark_whom_luck_may_move(n, luck, highest_of_posts, highest_of_odd_jobs, work, marks):
    for j in range(n):
        loses = (work[j] >= FIRST_JOB) & (luck[j] <= highest_of_posts)
        odd_jobs = (work[j] >= ODD_JOBS) & (work[j] < FIRST_JOB)
        marks[j] = loses | (odd_jobs & (luck[j] <= highest_of_odd_jobs))


@inlined
def _below_retirement(row, risk, month, births, retirement):
    """Whether somebody who lives is below retirement; mostly the risk class says so, of ages since last January."""
    limit, youngest = retirement[int64((risk & WOMAN) != 0)], 5 * int64(risk >> 3)
    if youngest >= limit or youngest + 5 < limit:
        return youngest < limit
    return (month - births[row]) // 12 < limit


@njit(nogil=True, cache=True)
def turn_over(lo, hi, month, people, eights, loss, looks, retirement, key, fine_key):
    """Who in [lo, hi) loses a post by luck, and who of those doing odd jobs looks for a post (ODD equation L2).

    Called after `update`, when all urban work is where people live or commute to. Who loses a post at fifty or later is
    marked, to be asked next month whether to take part at all. eights: of listed ids; loss: (111, 5) uint64 monthly
    thresholds by county and sector; looks: one for who does odd jobs and is below retirement, (2,) years by sex.
    Returns (rows, lost, with_odd_jobs): int32 rows in order of all who now look for a post; (111, 5) posts lost by
    county and sector; (111,) who looks for one and does odd jobs.
    """
    work, work_county, identity_rows, ids = people.work, people.work_county, people.identity_rows, people.ids
    births, risks, pending_bits = people.birth_month, people.risk, people.pending
    listed, n_listed = np.empty(2 * BLOCK, np.int32), 0
    lost, with_odd_jobs = np.zeros((N_COUNTIES, N_SECTORS), np.int64), np.zeros(N_COUNTIES, np.int64)
    luck_words = np.empty(BLOCK, np.uint64)
    luck, marks, rows = luck_words.view(np.uint8), np.empty(BLOCK, np.uint8), np.empty(_ROOM + 1, np.int64)
    who, exact = np.empty(_ROOM, np.uint64), np.empty(_ROOM, np.uint64)
    kinds, counties, classes = np.empty((3, _ROOM), np.uint8)
    highest = np.zeros(_KINDS, np.uint64)  # luck that matters to anybody who does such work
    highest[:_ODD], highest_of_posts, highest_of_odd_jobs = looks, uint8(0), highest_byte(looks)
    for sector in range(N_SECTORS):
        for county in range(N_COUNTIES):
            highest[_ODD + sector] = max(highest[_ODD + sector], loss[county, sector])
        highest_of_posts = max(highest_of_posts, highest_byte(highest[_ODD + sector]))
    held, start = int64(0), int64(lo)
    while start < hi:
        stop = end_of_block(start, hi, identity_rows)
        n = stop - start
        luck_of_block(start, stop, identity_rows, ids, eights, key, luck_words, luck)
        _mark_whom_luck_may_move(n, luck, highest_of_posts, highest_of_odd_jobs, work[start:stop], marks)
        n = marked_rows(start, n, marks, rows[held:])
        luck_to_the_last_bit(
            rows[held:], n, start, luck, identity_rows, ids, fine_key, who[held:], exact[held:]
        )
        for k in range(held, held + n):  # nothing far is read of people whom such luck moves in no county
            rows[held], exact[held], kinds[held] = rows[k], exact[k], work[uint64(rows[k])] - ODD_JOBS
            held += exact[k] < highest[kinds[held]]
        start = stop
        if held < ENOUGH and start < hi:
            continue
        if n_listed + held > listed.size:
            listed = longer_list(listed, n_listed)
        for k in range(held):
            prefetch(risks, uint64(rows[k]))
            prefetch(work_county, uint64(rows[k]))
        for k in range(held):
            classes[k], counties[k] = risks[uint64(rows[k])], work_county[uint64(rows[k])]
        for k in range(held):
            row = uint64(rows[k])
            listed[n_listed] = row
            if kinds[k] < _ODD:
                looking = int64(_below_retirement(row, classes[k], month, births, retirement))
                with_odd_jobs[counties[k]] += looking
                n_listed += looking
                continue
            sector = kinds[k] - _ODD
            if exact[k] < loss[counties[k], sector]:
                lost[counties[k], sector] += 1
                work[row] = UNEMPLOYED
                if classes[k] >= 8 * _FIFTIES:
                    pending_bits[row] |= uint8(pending.WORK)
                n_listed += 1
        held = int64(0)
    return listed[:n_listed].copy(), lost, with_odd_jobs


@njit(nogil=True, cache=True)
def applicants(rows, people, hiring_key, training_key, markets, county, market, trained, hiring, training):
    """Writes what decides over those who look for a post, read in one pass (ODD equations L5, L8).

    markets: (111,) labour market of each county; county: (n,) uint8 of living; market: (n,) int16 of the county;
    trained: (n,) bool, who took a course; hiring, training: (n,) uint64 luck under the keys. Returns (by_luck,
    by_course): (111, BINS) int32 how many there are by county and bin of the luck of hiring; (111,) of those who took a
    course.
    """
    lives, holdings, identity_rows, ids = people.lives, people.holdings, people.identity_rows, people.ids
    by_luck, by_course = np.zeros((N_COUNTIES, BINS), np.int32), np.zeros(N_COUNTIES, np.int64)
    for first in range(0, rows.size, _PIECE):
        last = min(first + _PIECE, rows.size)
        # Loops of their own: what waits for memory, what is computed side by side, what counts one after another.
        for k in range(first, last):
            row = uint64(rows[k])
            county[k], trained[k] = lives[row] >> 1, (holdings[row] & TRAINED) > 0
            hiring[k] = person_id(row, identity_rows, ids)
        for k in range(first, last):
            hiring[k], training[k] = draw64(hiring[k], hiring_key), draw64(hiring[k], training_key)
        for k in range(first, last):
            market[k] = markets[county[k]]
            by_luck[county[k], bin_of_luck(hiring[k])] += 1
            by_course[county[k]] += trained[k]
    return by_luck, by_course


@njit(nogil=True, cache=True)
def skills(rows, people):
    """What ranks those who are hired, (n,) uint8: twice the level of schooling, up to college (ODD equations L5, L8).

    And one more for who took a course: it ranks before others of the level and behind the next one.
    """
    schooling, holdings, out = people.schooling, people.holdings, np.empty(rows.size, np.uint8)
    for k in range(rows.size):
        row = uint64(rows[k])
        out[k] = 2 * min(schooling[row], uint8(COLLEGE)) + ((holdings[row] & TRAINED) > 0)
    return out


@njit(nogil=True, cache=True)
def take_jobs(rows, sectors, people):
    """Those hired start work: sectors (n,) 0..4.

    Returns (taken, came): posts taken, (111, 5) by county of living and sector, and (111, 5) by what people did before:
    straight from school, come from elsewhere, unemployed, in odd jobs, in odd jobs since a post was lost.
    """
    lives, work, work_county = people.lives, people.work, people.work_county
    taken, came = np.zeros((N_COUNTIES, N_SECTORS), np.int64), np.zeros((N_COUNTIES, _WAYS), np.int64)
    for k in range(rows.size):
        if k + AHEAD < rows.size:  # rows rise, but lie far apart
            later = uint64(rows[k + AHEAD])
            prefetch(lives, later)
            prefetch(work, later)
            prefetch(work_county, later)
        row = uint64(rows[k])
        county = lives[row] >> 1
        came[county, work[row] - ENTRANT] += 1
        work[row] = FIRST_JOB + sectors[k]
        work_county[row] = county
        taken[county, sectors[k]] += 1
    return taken, came


@njit(nogil=True, cache=True)
def fall_back(rows, luck, threshold, people):
    """Who found no post this month and turns to odd jobs, by the low bits of the luck of hiring (ODD equation L5).

    rows, luck: (n,) of all who looked for a post, called when the hired have begun; threshold: uint64. Returns (111, 2)
    how many by county, who lost a post last.
    """
    lives, work, work_county = people.lives, people.work, people.work_county
    turned = np.zeros((N_COUNTIES, _ODD), np.int64)
    falling, n = np.empty(rows.size + 1, np.int32), int64(0)
    # Listed first: the processor cannot foresee whose luck is below the threshold.
    for k in range(rows.size):
        falling[n] = rows[k]
        n += (luck[k] & uint64(0xFFFFFFFF)) < threshold
    for k in range(n):
        row = uint64(falling[k])
        if work[row] < ODD_JOBS:
            since = int64(work[row] == UNEMPLOYED)
            work[row], work_county[row] = ODD_JOBS + since, lives[row] >> 1
            turned[lives[row] >> 1, since] += 1
    return turned


@njit(nogil=True, cache=True)
def commuters(rows, people, market):
    """Who of the rows holds a post of another market than they live in, and how many do (ODD equation J7).

    market: (111,). Returns (still, number): int32 rows in order; (2, 111) int64 by county of living and by county of
    the post.
    """
    lives, works, work_county = people.lives, people.work, people.work_county
    still, n, number = np.empty(rows.size, np.int32), 0, np.zeros((2, N_COUNTIES), np.int64)
    for k in range(rows.size):
        row = uint64(rows[k])
        if works[row] >= FIRST_JOB and lives[row] < FIRST_OUTSIDE:
            home, post = lives[row] >> 1, work_county[row]
            if market[home] != market[post]:
                still[n] = row
                n += 1
                number[0, home] += 1
                number[1, post] += 1
    return still[:n], number


@njit(nogil=True, cache=True)
def recount(lo, hi, people):
    """Urban work held and seekers among the living in [lo, hi), for the strict account (ODD equation A5).

    Returns (held, seekers): (111, 7) int64 by county of the work and kind, as of `employ_at_base`, and how many look
    for a post and do nothing else. Families that follow a tenant move after the month's matching, so work or a search
    may be held from elsewhere until the month after.
    """
    held = np.zeros((N_COUNTIES, _KINDS), np.int64)
    seekers = 0
    for row in range(lo, hi):
        if people.risk[row] == DEAD:
            continue
        work = people.work[row]
        if work >= ODD_JOBS:
            held[people.work_county[row], work - ODD_JOBS] += 1
        elif work >= ENTRANT:
            seekers += 1
    return held, seekers
