"""School places in towns: who needs one, who holds one, who gave one up (ODD equations E1-E3).

A pupil's place is named by two columns: `school` says which kind it is, `work_county` in which county's town (nobody
of school age has an urban job); the same column names the town in which a child waits for a place. Villages have no
stock: their schools take every pupil who lives there.
"""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint8, uint64

from urbsim.compute.blocks import BLOCK, clear_bits, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import draw64
from urbsim.compute.read_ahead import read_pupil, read_residence
from urbsim.compute.words import BYTE
from urbsim.processes.moving.kernels import relocate_all
from urbsim.state import pending
from urbsim.state.codes import (
    BACHELOR,
    COLLEGE,
    DEAD,
    FIRST_OUTSIDE,
    JUNIOR_SECONDARY,
    N_COUNTIES,
    N_PARTS,
    N_PLACE_KINDS,
    NO_PLACE,
    PRIMARY,
    PUBLIC_PLACE,
    SENIOR_SECONDARY,
    UNSCHOOLED,
)
from urbsim.state.definitions import (
    BACHELOR_YEARS,
    COLLEGE_AGE,
    COLLEGE_YEARS,
    FIRST_STAGE_AGE,
    JUNIOR_AGE,
    PRIMARY_AGE,
    RESIDENT_AFTER,
    SCHOOL_AGES,
    SENIOR_AGE,
    first_september,
    school_stage,
    stage_at,
)
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP, PERMIT
from urbsim.state.parts import is_urban, part_of_destination
from urbsim.state.stages import N_STAGES
from urbsim.state.stocks import sleeps_in_dormitory

MOVED, FINISHED, DIED = 0, 1, 2
LONGEST_AWAY = 2000  # months; longer counts as this
LUCK_BITS, UNUSED_BITS = 43, 9  # of a rank in the queue, behind the turn
_UNDER_20 = 32  # risk classes of ages below 20 come first
_DOWN = pending.SCHOOL | pending.IN_NEED | pending.FROM_ELSEWHERE


@inlined
def _needs(person, stage, attending, traits):
    """True if a child of this stage wants a place: every pupil, and the toddlers sent to kindergarten (E1)."""
    return (draw64(person, traits[stage]) >> uint64(32)) < attending[stage]


@inlined
def _mark_pupils(n, youngest, oldest, risk, school, lives, born, marks):
    """Marks who holds a place, and who is of an age for one and lives in a town.

    youngest, oldest: months of birth between which children are of an age for a place.
    """
    for j in range(n):
        town = ((lives[j] & 1) == 1) & (lives[j] < FIRST_OUTSIDE)
        of_age = (born[j] <= youngest) & (born[j] > oldest)
        marks[j] = ((risk[j] < _UNDER_20) | (risk[j] == DEAD)) & ((school[j] != NO_PLACE) | (town & of_age))


@inlined
def _mark_news(n, pending_bits, marks):
    """Marks people whose state changed."""
    for j in range(n):
        marks[j] = (pending_bits[j] & pending.SCHOOL) != 0


@njit(nogil=True, cache=True)
def review(lo, hi, month, people, waited, attending, traits, everybody):
    """Takes back the places of those who left, and finds who waits for one (ODD equations E1, E2).

    waited: (n,) rising rows in [lo, hi) of those who needed a place and had none after the last review; attending:
    (stages,) uint64 thresholds on 2^-32 that a child of the stage is sent to school; traits: (stages,) uint64 keys of
    that trait; everybody: looks at all in [lo, hi), as when a school year begins, not only at those of whom there is
    news.
    Returns (waiting, left, need): rows of children in towns who need a place and have none; (3 causes, 111, 3 stages,
    2 kinds) places given up by moving away, by finishing the stage (in September), by death; (111, 3 stages, 2)
    children in need of a place, registered in the county or elsewhere: all of them with `everybody`, else the change.
    """
    risks, school, lives_in, homes = people.risk, people.school, people.lives, people.home
    work_county, births, pending_bits = people.work_county, people.birth_month, people.pending
    identity_rows, ids = people.identity_rows, people.ids
    waiting = np.empty(hi - lo, np.int32)
    left = np.zeros((3, N_COUNTIES, N_STAGES, N_PLACE_KINDS), np.int64)
    need = np.zeros((N_COUNTIES, N_STAGES, 2), np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    n, at = 0, 0
    september = first_september(int64(month))
    last_september = first_september(int64(month) - 1)
    year_begins = september != last_september
    youngest, oldest = int16(september - 12 * FIRST_STAGE_AGE), int16(september - 12 * SCHOOL_AGES)
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
            clear_bits(stop - start, _DOWN, pending_bits[block])
        else:
            _mark_news(stop - start, pending_bits[block], marks)
            while at < waited.size and waited[at] < stop:
                marks[waited[at] - start] = 1
                at += 1
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            if not (everybody or year_begins) and (pending_bits[row] & pending.SCHOOL) == 0:
                waiting[n] = row  # nothing new: goes on waiting
                n += 1
                continue
            risk = risks[row]
            if risk >= _UNDER_20 and (
                risk != DEAD or (school[row] == NO_PLACE and (pending_bits[row] & pending.IN_NEED) == 0)
            ):
                pending_bits[row] &= uint8(BYTE - pending.SCHOOL)  # no news for these schools
                continue
            held, lives = int64(school[row]), int64(lives_in[row])
            born, county = int64(births[row]), int64(work_county[row])
            stage = stage_at(september - born)
            before = stage_at(last_september - born)
            if pending_bits[row] & pending.IN_NEED:
                need[county, before, int64((pending_bits[row] & pending.FROM_ELSEWHERE) != 0)] -= 1
            pending_bits[row] &= uint8(BYTE - _DOWN)
            if held != NO_PLACE:
                cause = -1
                if risk == DEAD:
                    cause = DIED
                elif lives != 2 * county + 1:
                    cause = MOVED
                elif stage != before:
                    cause = FINISHED
                if cause >= 0:
                    left[cause, county, before, held - 1] += 1
                    school[row] = NO_PLACE
                    held = int64(NO_PLACE)
            if risk == DEAD or stage < 0 or lives >= FIRST_OUTSIDE or (lives & 1) == 0:
                continue
            if held == NO_PLACE and not _needs(person_id(row, identity_rows, ids), stage, attending, traits):
                continue
            elsewhere = (int64(homes[row]) >> 1) != (lives >> 1)
            need[lives >> 1, stage, int64(elsewhere)] += 1
            pending_bits[row] |= uint8(pending.IN_NEED + pending.FROM_ELSEWHERE * elsewhere)
            work_county[row] = lives >> 1
            if held == NO_PLACE:
                waiting[n] = row
                n += 1
    return waiting[:n].copy(), left, need


@inlined
def _months_entitled(adult, town, month, city, lives, home, holdings, left_home):
    """Months away of somebody in `town` who holds a residence permit or needs none (P1); -1 for anybody else."""
    if adult < 0 or lives[adult] != town or home[adult] == town:  # the dead live nowhere
        return int64(-1)
    if (holdings[adult] & PERMIT) == 0 and city[home[adult]] != city[town]:
        return int64(-1)
    return min(max(int64(month) - int64(left_home[adult]), int64(0)), int64(LONGEST_AWAY))


@njit(nogil=True, cache=True, _nrt=False)
def standing(rows, month, people, city, key, cell, rank):
    """Writes where waiting children apply and how they stand in the queue (ODD equation E3).

    cell: (n,) int16 3 x county + stage; rank: (n,) uint64 that sort by turn, then by luck under the key: turn 0 for
    children registered in the county, then 1 + LONGEST_AWAY - months for those whose parent holds a residence permit
    here or needs none, LONGEST_AWAY + 2 for all others. city: (224,) city or county of each part.
    """
    lives, home, holdings, left_home = people.lives, people.home, people.holdings, people.left_home
    birth_month, parents, spouse = people.birth_month, people.parent, people.spouse
    identity_rows, ids = people.identity_rows, people.ids
    for k in range(rows.size):
        read_pupil(rows, k, people)
        row = uint64(rows[k])
        town = int64(lives[row])
        cell[k] = (town >> 1) * N_STAGES + school_stage(month, int64(birth_month[row]))
        rank[k] = (
            draw64(person_id(row, identity_rows, ids), key) >> uint64(64 - LUCK_BITS) << uint64(UNUSED_BITS)
        )
        if (int64(home[row]) >> 1) == (town >> 1):
            continue
        months = int64(-1)
        parent = int64(parents[row])
        if parent >= 0:
            other = int64(spouse[parent])
            months = max(
                _months_entitled(parent, town, month, city, lives, home, holdings, left_home),
                _months_entitled(other, town, month, city, lives, home, holdings, left_home),
            )
        turn = 1 + LONGEST_AWAY - months if months >= 0 else LONGEST_AWAY + 2
        rank[k] |= uint64(turn) << uint64(LUCK_BITS + UNUSED_BITS)


@njit(nogil=True, cache=True)
def take_school_places(rows, cell, kinds, people):
    """Children take the places they are given, each where it lives (ODD equation E3).

    rows, cell, kinds: (n,) as of `standing`, with the kind of place, NO_PLACE for none. Returns (111, 3 stages, 2
    kinds) places taken.
    """
    lives, school, work_county = people.lives, people.school, people.work_county
    taken = np.zeros((N_COUNTIES * N_STAGES, 1 + N_PLACE_KINDS), np.int64)
    for k in range(rows.size):
        taken[uint64(cell[k]), kinds[k]] += 1
        if kinds[k] != NO_PLACE:
            row = uint64(rows[k])
            school[row] = kinds[k]
            work_county[row] = lives[row] >> 1
    return taken[:, 1:].copy().reshape(N_COUNTIES, N_STAGES, N_PLACE_KINDS)


@inlined
def _mark_turned(n, risk, lives, marks):
    for j in range(n):
        marks[j] = (risk[j] < _UNDER_20) & ((lives[j] & 1) == 0) & (lives[j] < FIRST_OUTSIDE)


@njit(nogil=True, cache=True)
def turn_with_village(lo, hi, month, people, turned, cells, attending, traits):
    """Pupils of villages that turn urban keep their school, which becomes one of the town (ODD equation E2).

    turned, cells: as `urbsim.processes.reclassification.kernels.turn_urban`, before which this is called; attending,
    traits: as of `review`.
    Returns (111, 3 stages) public places that come with them.
    """
    risk, lives_in, cell, birth_month = people.risk, people.lives, people.cell, people.birth_month
    school, work_county, identity_rows, ids = (
        people.school,
        people.work_county,
        people.identity_rows,
        people.ids,
    )
    out = np.zeros((N_COUNTIES, N_STAGES), np.int64)
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
            if stage >= 0 and _needs(person_id(row, identity_rows, ids), stage, attending, traits):
                school[row] = uint8(PUBLIC_PLACE)
                work_county[row] = county
                out[county, stage] += 1
    return out


@njit(nogil=True, cache=True)
def held_school_places(lo, hi, month, people):
    """Places held, recounted from the columns of everybody: (111, 1 + 3 stages, 2 kinds); stage slot 0 stays empty."""
    school, work_county, birth_month = people.school, people.work_county, people.birth_month
    out = np.zeros((N_COUNTIES, 1 + N_STAGES, N_PLACE_KINDS), np.int64)
    for row in range(uint64(lo), uint64(hi)):
        if school[row] != NO_PLACE:
            stage = school_stage(month, int64(birth_month[row]))
            out[work_county[row], 1 + stage, school[row] - 1] += 1
    return out


_UNDER_25 = 40  # risk classes of ages below 25 come first


@inlined
def _mark_new_year(n, month, risk, schooling, enrolled, born, marks):
    """Marks the young for whom a new school year means another level, or none."""
    six, twelve = int16(month - 12 * PRIMARY_AGE), int16(month - 12 * JUNIOR_AGE)
    fifteen, eighteen = int16(month - 12 * SENIOR_AGE), int16(month - 12 * COLLEGE_AGE)
    for j in range(n):
        level, since, pupil = schooling[j], born[j], enrolled[j] != 0
        begins = (not pupil) & (level == UNSCHOOLED) & (since <= six) & (since > twelve)
        goes_on = (level <= PRIMARY) & (since <= twelve)
        goes_on |= (level == JUNIOR_SECONDARY) & (since <= fifteen)
        goes_on |= (level == SENIOR_SECONDARY) & (since <= eighteen)
        marks[j] = (risk[j] < _UNDER_25) & (begins | (pupil & goes_on))


@njit(nogil=True, cache=True)
def september(lo, hi, month, people, senior, college, bachelor, boards, key):
    """A new school year for everybody of school age in [lo, hi) (ODD equations S1, S2).

    Children of six enter primary school, those of twelve junior secondary; at fifteen a share `senior` (2 urban,
    by registered part) goes on, and a share `boards` of those who live in a village does so in the town; at eighteen a
    share `college` (2,) of the seniors goes to college, `bachelor` of these for a bachelor's degree. Shares are uint64
    thresholds on 2^-32. Returns the rows that leave for college, those that leave to board, and those who have finished
    senior secondary school and do not study.
    """
    risk, schooling, enrolled, births = people.risk, people.schooling, people.enrolled, people.birth_month
    pending_bits = people.pending
    students, boarders = np.empty(hi - lo, np.int32), np.empty(hi - lo, np.int32)
    freed = np.empty(hi - lo, np.int32)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    n, n_boarders, n_freed = 0, 0, 0
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        block = slice(start, stop)
        _mark_new_year(
            stop - start, month, risk[block], schooling[block], enrolled[block], births[block], marks
        )
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = rows[k]
            level = schooling[row]
            if not enrolled[row]:
                schooling[row] = PRIMARY
                enrolled[row] = 1
                pending_bits[row] |= uint8(pending.ALL)
            elif level <= PRIMARY:
                schooling[row] = JUNIOR_SECONDARY
            elif level == JUNIOR_SECONDARY:
                luck = draw64(person_id(row, people.identity_rows, people.ids), key)
                if (luck >> uint64(32)) < senior[is_urban(people.home[row])]:
                    schooling[row] = SENIOR_SECONDARY
                    in_village = people.lives[row] < FIRST_OUTSIDE and not is_urban(people.lives[row])
                    if in_village and (luck & uint64(0xFFFFFFFF)) < boards:
                        boarders[n_boarders] = row
                        n_boarders += 1
                else:
                    enrolled[row] = 0
                    pending_bits[row] |= uint8(pending.ALL)
            else:
                luck = draw64(person_id(row, people.identity_rows, people.ids), key)
                if (luck >> uint64(32)) < college[is_urban(people.home[row])]:
                    schooling[row] = BACHELOR if (luck & uint64(0xFFFFFFFF)) < bachelor else COLLEGE
                    students[n] = row
                    n += 1
                else:
                    enrolled[row] = 0
                    pending_bits[row] |= uint8(pending.ALL)
                    freed[n_freed] = row
                    n_freed += 1
    return students[:n].copy(), boarders[:n_boarders].copy(), freed[:n_freed].copy()


@inlined
def _mark_students(n, risk, schooling, enrolled, marks):
    for j in range(n):
        marks[j] = (risk[j] != DEAD) & (enrolled[j] != 0) & (schooling[j] >= COLLEGE)


@njit(nogil=True, cache=True)
def june(lo, hi, month, people):
    """Ends college at 21 (three years) or 22 (four) and empties the dormitory bed (ODD equation S3).

    Returns (graduates, beds): rows, and (224,) int64 beds that they leave, by part.
    """
    risk, schooling, enrolled = people.risk, people.schooling, people.enrolled
    out, beds = np.empty(hi - lo, np.int32), np.zeros(N_PARTS, np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    n = 0
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        block = slice(start, stop)
        _mark_students(stop - start, risk[block], schooling[block], enrolled[block], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = rows[k]
            age = (month - people.birth_month[row]) // 12
            if age >= COLLEGE_AGE + (COLLEGE_YEARS if schooling[row] == COLLEGE else BACHELOR_YEARS):
                enrolled[row] = 0
                people.pending[row] |= uint8(pending.ALL)
                beds[people.lives[row]] += sleeps_in_dormitory(people.holdings[row])
                people.holdings[row] &= uint8(BYTE - DORMITORY)
                out[n] = row
                n += 1
    return out[:n].copy(), beds


@njit(nogil=True, cache=True)
def apply_college(rows, month, people, ledger, cumulative, key):
    """Sends new students to where the colleges are (ODD equation S2).

    cumulative: (113,) uint64 rising thresholds on 2^-32 over the destinations; the last is 2^32.
    Returns (log, absences) as `urbsim.processes.moving.kernels.apply_moves`.
    """
    to = np.empty(rows.size, np.uint8)
    for k in range(rows.size):
        luck = draw64(person_id(rows[k], people.identity_rows, people.ids), key) >> uint64(32)
        college = 0
        while luck >= cumulative[college]:
            college += 1
        to[k] = part_of_destination(college)
    return _into_dormitories(rows, to, month, people, ledger)


@njit(nogil=True, cache=True)
def apply_boarding(rows, month, people, ledger):
    """Sends pupils of villages to board in the town of the county they live in (ODD equation S1).

    Returns (log, absences) as `apply_college`.
    """
    to = np.empty(rows.size, np.uint8)
    for k in range(rows.size):
        to[k] = people.lives[rows[k]] | 1  # the town of a county is the part after its village
    return _into_dormitories(rows, to, month, people, ledger)


@njit(nogil=True, cache=True)
def _into_dormitories(rows, to, month, people, ledger):
    """Moves students and pupils to where they study; they count there at once, as the census counts them."""
    for k in range(rows.size):
        read_residence(rows, k, people)
        row = rows[k]
        if to[k] != people.lives[row]:
            # The census counts students at their college from the first day, so the base has no cohort under way.
            if people.lives[row] == people.home[row]:
                people.holdings[row] |= uint8(OTHER_TOWNSHIP)
            else:
                people.left_home[row] = min(people.left_home[row], month - RESIDENT_AFTER)
    moved = relocate_all(rows, to, month, people, ledger)
    for row in rows:
        ledger.stocks.sleepers[people.lives[row]] += 1 - sleeps_in_dormitory(people.holdings[row])
        people.holdings[row] |= uint8(DORMITORY)
    return moved


@njit(nogil=True, cache=True)
def apply_going_home(rows, month, people, ledger):
    """Boarders among those who have left school go home, within Guangxi (ODD equation S1).

    Returns (log, absences) as `apply_college`.
    """
    to = np.empty(rows.size, np.uint8)
    for k in range(rows.size):
        row = rows[k]
        inside = max(people.home[row], people.lives[row]) < FIRST_OUTSIDE
        sleeps_there = sleeps_in_dormitory(people.holdings[row])
        goes = sleeps_there != 0 and inside
        to[k] = people.home[row] if goes else people.lives[row]
        ledger.stocks.sleepers[people.lives[row]] -= sleeps_there
        people.holdings[row] &= uint8(BYTE - DORMITORY)
    return relocate_all(rows, to, month, people, ledger)
