"""School places in towns: who needs one, who holds one, who gave one up (ODD equations E1-E3).

A pupil's place is named by two columns: `school` says which kind it is, `work_county` in which county's town (nobody
of school age has an urban job); the same column names the town in which a child waits for a place. Villages have no
stock: their schools take every pupil who lives there.
"""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint8, uint64

from urbsim import news
from urbsim.compiled import njit, part
from urbsim.draws import draw64
from urbsim.kernels.first_look import BLOCK, clear_bits, marked_rows
from urbsim.kernels.identity import person_id
from urbsim.kernels.parts import OUTSIDE
from urbsim.support import NO_PLACE, PERMIT, PUBLIC_PLACE

N_STAGES = 3  # kindergarten, primary, junior secondary
COHORTS = 15  # school ages 0..14
_YOUNGEST = 36  # months in September from which a kindergarten takes a child
MOVED, FINISHED, DIED = 0, 1, 2
LONGEST_AWAY = 2000  # months; longer counts as this
LUCK_BITS, UNUSED_BITS = 43, 9  # of a place in the queue, behind the turn
_UNDER_20 = 32  # risk classes of ages below 20 come first
_DEAD = 255
_DOWN = news.SCHOOL | news.IN_NEED | news.FROM_ELSEWHERE


@njit(inline="always")
def first_september(month):
    """The September in which the school year of `month` began."""
    return month - (month - 8) % 12


@njit(inline="always")
def _stage_at(months_old):
    """Stage of a child so many months old in September: 0 kindergarten, 1 primary, 2 junior secondary, -1 none."""
    of_age = (months_old >= _YOUNGEST) & (months_old < 12 * COHORTS)
    stage = int64(months_old >= 72) + int64(months_old >= 144)
    return stage if of_age else int64(-1)


@njit(inline="always")
def school_stage(month, birth_month):
    """0 kindergarten (3-5), 1 primary (6-11), 2 junior secondary (12-14), -1 none, by the age in September (E1)."""
    return _stage_at(first_september(month) - birth_month)


@part
def _needs(person, stage, attending, key):
    """True if a child of this stage wants a place: every pupil, and the toddlers sent to kindergarten (E1)."""
    return stage > 0 or (draw64(person, key) >> uint64(32)) < attending


@part
def _mark_children_in_towns(n, youngest, oldest, lives, born, marks):
    """Marks those born after `oldest` up to `youngest` who live in a town."""
    for j in range(n):
        town = ((lives[j] & 1) == 1) & (lives[j] < OUTSIDE)
        marks[j] = town & (born[j] <= youngest) & (born[j] > oldest)


@njit(nogil=True, cache=True)
def cohorts(lo, hi, month, birth_month, home, lives):
    """Children in [lo, hi) who live in towns: (111 counties, 15 school ages, 2: registered in the county or not)."""
    out = np.zeros((111, COHORTS, 2), np.int64)
    september = first_september(int64(month))
    youngest, oldest = int16(september), int16(september - 12 * COHORTS)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_children_in_towns(
            stop - start, youngest, oldest, lives[start:stop], birth_month[start:stop], marks
        )
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            county, age = lives[row] >> 1, (september - int64(birth_month[row])) // 12
            out[county, age, int64((home[row] >> 1) != county)] += 1
    return out


@part
def _mark_pupils(n, youngest, oldest, risk, school, lives, born, marks):
    """Marks who holds a place, and who is of an age for one and lives in a town.

    youngest, oldest: months of birth between which children are of an age for a place.
    """
    for j in range(n):
        town = ((lives[j] & 1) == 1) & (lives[j] < OUTSIDE)
        of_age = (born[j] <= youngest) & (born[j] > oldest)
        marks[j] = ((risk[j] < _UNDER_20) | (risk[j] == _DEAD)) & ((school[j] != NO_PLACE) | (town & of_age))


@part
def _mark_news(n, risk, school, changed, marks):
    """Marks the young of whom there is news, and who waits for a place."""
    for j in range(n):
        waits = ((changed[j] & news.IN_NEED) != 0) & (school[j] == NO_PLACE)
        young = (risk[j] < _UNDER_20) | (risk[j] == _DEAD)
        marks[j] = waits | (young & ((changed[j] & news.SCHOOL) != 0))


@njit(nogil=True, cache=True)
def review(lo, hi, month, people, attending, key, everybody):
    """Takes back the places of those who left, and finds who waits for one (ODD equations E1, E2).

    attending: uint64 threshold on 2^-32 that a toddler is sent to kindergarten; key: of that trait; everybody: looks at
    all in [lo, hi), as when a school year begins, not only at those of whom there is news.
    Returns (waiting, left, need): rows of children in towns who need a place and have none; (3 causes, 111, 3 stages,
    2 kinds) places given up by moving away, by finishing the stage (in September), by death; (111, 3 stages, 2)
    children in need of a place, registered in the county or elsewhere: all of them with `everybody`, else the change.
    """
    risks, school, lives_in, homes = people.risk, people.school, people.lives, people.home
    work_county, births, changed = people.work_county, people.birth_month, people.changed
    identity_rows, ids = people.identity_rows, people.ids
    waiting = np.empty(hi - lo, np.int32)
    left = np.zeros((3, 111, N_STAGES, 2), np.int64)
    need = np.zeros((111, N_STAGES, 2), np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    n = 0
    september = first_september(int64(month))
    last_september = first_september(int64(month) - 1)
    year_begins = september != last_september
    youngest, oldest = int16(september - _YOUNGEST), int16(september - 12 * COHORTS)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        block = slice(start, stop)
        if everybody:
            _mark_pupils(
                stop - start,
                youngest,
                oldest,
                risks[block],
                school[block],
                lives_in[block],
                births[block],
                marks,
            )
            clear_bits(stop - start, _DOWN, changed[block])
        else:
            _mark_news(stop - start, risks[block], school[block], changed[block], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            if not (everybody or year_begins) and (changed[row] & news.SCHOOL) == 0:
                waiting[n] = row  # nothing new: goes on waiting
                n += 1
                continue
            risk, held, lives = risks[row], int64(school[row]), int64(lives_in[row])
            born, county = int64(births[row]), int64(work_county[row])
            stage = _stage_at(september - born)
            before = _stage_at(last_september - born)
            if changed[row] & news.IN_NEED:
                need[county, before, int64((changed[row] & news.FROM_ELSEWHERE) != 0)] -= 1
            changed[row] &= uint8(255 - _DOWN)
            if held != NO_PLACE:
                cause = -1
                if risk == _DEAD:
                    cause = DIED
                elif lives != 2 * county + 1:
                    cause = MOVED
                elif stage != before:
                    cause = FINISHED
                if cause >= 0:
                    left[cause, county, before, held - 1] += 1
                    school[row] = NO_PLACE
                    held = int64(NO_PLACE)
            if risk == _DEAD or stage < 0 or lives >= OUTSIDE or (lives & 1) == 0:
                continue
            if held == NO_PLACE and not _needs(person_id(row, identity_rows, ids), stage, attending, key):
                continue
            elsewhere = (int64(homes[row]) >> 1) != (lives >> 1)
            need[lives >> 1, stage, int64(elsewhere)] += 1
            changed[row] |= uint8(news.IN_NEED + news.FROM_ELSEWHERE * elsewhere)
            work_county[row] = lives >> 1
            if held == NO_PLACE:
                waiting[n] = row
                n += 1
    return waiting[:n].copy(), left, need


@part
def _months_with_permit(adult, town, month, risk, lives, home, support, left_home):
    """Months away of a residence-permit holder who lives in `town`; -1 for anybody else."""
    if adult < 0 or risk[adult] == _DEAD or lives[adult] != town or home[adult] == town:
        return int64(-1)
    if (support[adult] & PERMIT) == 0:
        return int64(-1)
    return min(max(int64(month) - int64(left_home[adult]), int64(0)), int64(LONGEST_AWAY))


@njit(nogil=True, cache=True, _nrt=False)
def standing(rows, month, people, key, cell, place):
    """Writes where waiting children apply and how they stand in the queue (ODD equation E3).

    cell: (n,) int16 3 x county + stage; place: (n,) uint64 that sort by turn, then by luck under the key: turn 0 for
    children registered in the county, then 1 + LONGEST_AWAY - months for those whose parent holds a residence permit
    here, LONGEST_AWAY + 2 for all others.
    """
    risk, lives, home, support = people.risk, people.lives, people.home, people.support
    left_home, birth_month, parents, spouse = (
        people.left_home,
        people.birth_month,
        people.parent,
        people.spouse,
    )
    identity_rows, ids = people.identity_rows, people.ids
    for k in range(rows.size):
        row = uint64(rows[k])
        town = int64(lives[row])
        cell[k] = (town >> 1) * N_STAGES + school_stage(month, int64(birth_month[row]))
        place[k] = (
            draw64(person_id(row, identity_rows, ids), key) >> uint64(64 - LUCK_BITS) << uint64(UNUSED_BITS)
        )
        if (int64(home[row]) >> 1) == (town >> 1):
            continue
        months = int64(-1)
        parent = int64(parents[row])
        if parent >= 0:
            months = _months_with_permit(parent, town, month, risk, lives, home, support, left_home)
            other = int64(spouse[parent])
            months = max(
                months, _months_with_permit(other, town, month, risk, lives, home, support, left_home)
            )
        turn = 1 + LONGEST_AWAY - months if months >= 0 else LONGEST_AWAY + 2
        place[k] |= uint64(turn) << uint64(LUCK_BITS + UNUSED_BITS)


@njit(nogil=True, cache=True)
def take_places(rows, cell, kinds, people):
    """Children take the places they are given, each where it lives (ODD equation E3).

    rows, cell, kinds: (n,) as of `standing`, with the kind of place, NO_PLACE for none. Returns (111, 3 stages, 2
    kinds) places taken.
    """
    lives, school, work_county = people.lives, people.school, people.work_county
    taken = np.zeros((111 * N_STAGES, 1 + 2), np.int64)
    for k in range(rows.size):
        taken[uint64(cell[k]), kinds[k]] += 1
        if kinds[k] != NO_PLACE:
            row = uint64(rows[k])
            school[row] = kinds[k]
            work_county[row] = lives[row] >> 1
    return taken[:, 1:].copy().reshape(111, N_STAGES, 2)


@part
def _mark_turned(n, risk, lives, marks):
    for j in range(n):
        marks[j] = (risk[j] < _UNDER_20) & ((lives[j] & 1) == 0) & (lives[j] < OUTSIDE)


@njit(nogil=True, cache=True)
def turn_with_village(lo, hi, month, people, turned, cells, attending, key):
    """Pupils of villages that turn urban keep their school, which becomes one of the town (ODD equation E2).

    turned, cells: as `urbsim.kernels.reclassification.turn_urban`, before which this is called.
    Returns (111, 3 stages) public places that come with them.
    """
    risk, lives_in, cell, birth_month = people.risk, people.lives, people.cell, people.birth_month
    school, work_county, identity_rows, ids = (
        people.school,
        people.work_county,
        people.identity_rows,
        people.ids,
    )
    out = np.zeros((111, N_STAGES), np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_turned(stop - start, risk[start:stop], lives_in[start:stop], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            county = int64(lives_in[row]) >> 1
            if not turned[county, cell[row] % cells[county]]:
                continue
            stage = school_stage(month, int64(birth_month[row]))
            if stage >= 0 and _needs(person_id(row, identity_rows, ids), stage, attending, key):
                school[row] = uint8(PUBLIC_PLACE)
                work_county[row] = county
                out[county, stage] += 1
    return out


@njit(nogil=True, cache=True)
def held_places(lo, hi, month, people):
    """Places held, recounted from the columns of everybody: (111, 1 + 3 stages, 2 kinds); stage slot 0 stays empty."""
    school, work_county, birth_month = people.school, people.work_county, people.birth_month
    out = np.zeros((111, 1 + N_STAGES, 2), np.int64)
    for row in range(uint64(lo), uint64(hi)):
        if school[row] != NO_PLACE:
            stage = school_stage(month, int64(birth_month[row]))
            out[work_county[row], 1 + stage, school[row] - 1] += 1
    return out
