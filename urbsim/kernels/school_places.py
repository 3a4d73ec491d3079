"""School places in towns: who needs one, who holds one, who gave one up (ODD equations E1-E3).

A pupil's place is named by two columns: `school` says which kind it is, `work_county` in which county's town (nobody
of school age has an urban job). Villages have no stock: their schools take every pupil who lives there.
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compiled import njit
from urbsim.draws import draw64
from urbsim.kernels.identity import person_id
from urbsim.kernels.parts import OUTSIDE
from urbsim.support import NO_PLACE, PERMIT, PUBLIC_PLACE

N_STAGES = 3  # kindergarten, primary, junior secondary
COHORTS = 15  # school ages 0..14
MOVED, FINISHED, DIED = 0, 1, 2
LONGEST_AWAY = 2000  # months; longer counts as this
_UNDER_20 = 32  # risk classes of ages below 20 come first
_DEAD = 255


@njit(inline="always")
def first_september(month):
    """The September in which the school year of `month` began."""
    return month - (month - 8) % 12


@njit(inline="always")
def _stage_at(months_old):
    """Stage of a child so many months old in September: 0 kindergarten, 1 primary, 2 junior secondary, -1 none."""
    if months_old < 36 or months_old >= 12 * COHORTS:
        return int64(-1)
    return int64(0) if months_old < 72 else (int64(1) if months_old < 144 else int64(2))


@njit(inline="always")
def school_stage(month, birth_month):
    """0 kindergarten (3-5), 1 primary (6-11), 2 junior secondary (12-14), -1 none, by the age in September (E1)."""
    return _stage_at(first_september(month) - birth_month)


@njit(inline="always")
def _needs(row, stage, people, attending, key):
    """True if a child of this stage wants a place: every pupil, and the toddlers sent to kindergarten (E1)."""
    if stage > 0:
        return True
    person = person_id(row, people.identity_rows, people.ids)
    return (draw64(person, key) >> uint64(32)) < attending


@njit(nogil=True, cache=True)
def cohorts(lo, hi, month, birth_month, home, lives):
    """Children in [lo, hi) who live in towns: (111 counties, 15 school ages, 2: registered in the county or not)."""
    out = np.zeros((111, COHORTS, 2), np.int64)
    september = first_september(int64(month))
    for row in range(lo, hi):
        age = (september - int64(birth_month[row])) // 12
        place = int64(lives[row])
        if age >= 0 and age < COHORTS and place < OUTSIDE and (place & 1):
            county = place >> 1
            out[county, age, int64((int64(home[row]) >> 1) != county)] += 1
    return out


@njit(nogil=True, cache=True)
def review(lo, hi, month, people, attending, key):
    """Takes back the places of those who left, and finds who waits for one (ODD equations E1, E2).

    attending: uint64 threshold on 2^-32 that a toddler is sent to kindergarten; key: of that trait.
    Returns (waiting, left, need): rows of children in towns who need a place and have none; (3 causes, 111, 3 stages,
    2 kinds) places given up by moving away, by finishing the stage (in September), by death; (111, 3 stages, 2)
    children in need of a place, registered in the county or elsewhere.
    """
    waiting = np.empty(hi - lo, np.int32)
    left = np.zeros((3, 111, N_STAGES, 2), np.int64)
    need = np.zeros((111, N_STAGES, 2), np.int64)
    n = 0
    september = first_september(int64(month))
    last_september = first_september(int64(month) - 1)
    for row in range(lo, hi):
        risk = people.risk[row]
        if risk >= _UNDER_20 and risk != _DEAD:
            continue
        held = int64(people.school[row])
        lives = int64(people.lives[row])
        if held == NO_PLACE and (lives >= OUTSIDE or (lives & 1) == 0):
            continue
        born = int64(people.birth_month[row])
        stage = _stage_at(september - born)
        if held != NO_PLACE:
            before = _stage_at(last_september - born)
            county = int64(people.work_county[row])
            cause = -1
            if risk == _DEAD:
                cause = DIED
            elif lives != 2 * county + 1:
                cause = MOVED
            elif stage != before:
                cause = FINISHED
            if cause >= 0:
                left[cause, county, before, held - 1] += 1
                people.school[row] = NO_PLACE
                held = int64(NO_PLACE)
        if risk == _DEAD or stage < 0 or lives >= OUTSIDE or (lives & 1) == 0:
            continue
        if held == NO_PLACE and not _needs(row, stage, people, attending, key):
            continue
        need[lives >> 1, stage, int64((int64(people.home[row]) >> 1) != (lives >> 1))] += 1
        if held == NO_PLACE:
            waiting[n] = row
            n += 1
    return waiting[:n].copy(), left, need


@njit(inline="always")
def _months_with_permit(adult, town, month, people):
    """Months away of a residence-permit holder who lives in `town`; -1 for anybody else."""
    if adult < 0 or people.risk[adult] == _DEAD or people.lives[adult] != town or people.home[adult] == town:
        return int64(-1)
    if (people.support[adult] & PERMIT) == 0:
        return int64(-1)
    return min(max(int64(month) - int64(people.left_home[adult]), int64(0)), int64(LONGEST_AWAY))


@njit(nogil=True, cache=True)
def standing(rows, month, people):
    """Where waiting children apply and how they stand in the queue (ODD equation E3).

    Returns (cell, turn), int64: cell = 3 x county + stage; turn 0 for children registered in the county, then
    1 + LONGEST_AWAY - months for those whose parent holds a residence permit here, LONGEST_AWAY + 2 for all others.
    """
    cell = np.empty(rows.size, np.int64)
    turn = np.empty(rows.size, np.int64)
    for k in range(rows.size):
        row = rows[k]
        town = int64(people.lives[row])
        cell[k] = (town >> 1) * N_STAGES + school_stage(month, int64(people.birth_month[row]))
        if (int64(people.home[row]) >> 1) == (town >> 1):
            turn[k] = 0
            continue
        months = int64(-1)
        parent = people.parent[row]
        if parent >= 0:
            months = _months_with_permit(parent, town, month, people)
            months = max(months, _months_with_permit(people.spouse[parent], town, month, people))
        turn[k] = 1 + LONGEST_AWAY - months if months >= 0 else LONGEST_AWAY + 2
    return cell, turn


@njit(nogil=True, cache=True)
def turn_with_village(lo, hi, month, people, turned, cells, attending, key):
    """Pupils of villages that turn urban keep their school, which becomes one of the town (ODD equation E2).

    turned, cells: as `urbsim.kernels.reclassification.turn_urban`, before which this is called.
    Returns (111, 3 stages) public places that come with them.
    """
    out = np.zeros((111, N_STAGES), np.int64)
    for row in range(lo, hi):
        if people.risk[row] >= _UNDER_20:
            continue
        lives = int64(people.lives[row])
        if lives >= OUTSIDE or (lives & 1) or not turned[lives >> 1, people.cell[row] % cells[lives >> 1]]:
            continue
        stage = school_stage(month, int64(people.birth_month[row]))
        if stage >= 0 and _needs(row, stage, people, attending, key):
            people.school[row] = uint8(PUBLIC_PLACE)
            people.work_county[row] = lives >> 1
            out[lives >> 1, stage] += 1
    return out


@njit(nogil=True, cache=True)
def held_places(lo, hi, month, people):
    """Places held, recounted from the columns of everybody: (111, 1 + 3 stages, 2 kinds); stage slot 0 stays empty."""
    out = np.zeros((111, 1 + N_STAGES, 2), np.int64)
    for row in range(lo, hi):
        if people.school[row] != NO_PLACE:
            stage = school_stage(month, int64(people.birth_month[row]))
            out[people.work_county[row], 1 + stage, people.school[row] - 1] += 1
    return out
