"""School years: intake and progression in September, the end of college in June (ODD equations S1-S3)."""

from __future__ import annotations

import numpy as np
from numba import int16, uint8, uint64

from urbsim import news
from urbsim.compiled import njit, part
from urbsim.draws import draw64
from urbsim.kernels.first_look import BLOCK, marked_rows
from urbsim.kernels.identity import person_id
from urbsim.kernels.moving import RESIDENT_AFTER, relocate_all
from urbsim.kernels.parts import is_urban, part_of_alternative
from urbsim.kernels.read_ahead import AHEAD, read_residence

_UNDER_25 = 40  # risk classes of ages below 25 come first


@part
def _mark_new_year(n, month, risk, schooling, enrolled, born, marks):
    """Marks the young for whom a new school year means another level, or none."""
    six, twelve = int16(month - 12 * 6), int16(month - 12 * 12)
    fifteen, eighteen = int16(month - 12 * 15), int16(month - 12 * 18)
    for j in range(n):
        level, since, pupil = schooling[j], born[j], enrolled[j] != 0
        begins = (not pupil) & (level == 0) & (since <= six) & (since > twelve)
        goes_on = (level <= 1) & (since <= twelve)
        goes_on |= (level == 2) & (since <= fifteen)
        goes_on |= (level == 3) & (since <= eighteen)
        marks[j] = (risk[j] < _UNDER_25) & (begins | (pupil & goes_on))


@njit(nogil=True, cache=True)
def september(lo, hi, month, people, senior, college, bachelor, key):
    """A new school year for everybody of school age in [lo, hi) (ODD equations S1, S2).

    Children of six enter primary school, those of twelve junior secondary; at fifteen a share `senior` (2 urban,
    by registered part) goes on, at eighteen a share `college` (2,) of the seniors; `bachelor` of these to a bachelor's
    degree. Shares are uint64 thresholds on 2^-32. Returns the rows that leave for college.
    """
    risk, schooling, enrolled, births = people.risk, people.schooling, people.enrolled, people.birth_month
    changed = people.changed
    out = np.empty(hi - lo, np.int32)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    n = 0
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
                schooling[row] = 1
                enrolled[row] = 1
                changed[row] |= uint8(news.ALL)
            elif level <= 1:
                schooling[row] = 2
            elif level == 2:
                luck = draw64(person_id(row, people.identity_rows, people.ids), key) >> uint64(32)
                if luck < senior[is_urban(people.home[row])]:
                    schooling[row] = 3
                else:
                    enrolled[row] = 0
                    changed[row] |= uint8(news.ALL)
            else:
                luck = draw64(person_id(row, people.identity_rows, people.ids), key)
                if (luck >> uint64(32)) < college[is_urban(people.home[row])]:
                    schooling[row] = 5 if (luck & uint64(0xFFFFFFFF)) < bachelor else 4
                    out[n] = row
                    n += 1
                else:
                    enrolled[row] = 0
                    changed[row] |= uint8(news.ALL)
    return out[:n].copy()


@part
def _mark_students(n, risk, schooling, enrolled, marks):
    for j in range(n):
        marks[j] = (risk[j] != 255) & (enrolled[j] != 0) & (schooling[j] >= 4)


@njit(nogil=True, cache=True)
def june(lo, hi, month, people):
    """Ends college at 21 (three years) or 22 (four) and empties the dormitory bed. Returns the graduates' rows (S3)."""
    risk, schooling, enrolled = people.risk, people.schooling, people.enrolled
    out = np.empty(hi - lo, np.int32)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    n = 0
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        block = slice(start, stop)
        _mark_students(stop - start, risk[block], schooling[block], enrolled[block], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = rows[k]
            age = (month - people.birth_month[row]) // 12
            if age >= (21 if schooling[row] == 4 else 22):
                enrolled[row] = 0
                people.changed[row] |= uint8(news.ALL)
                people.collective[row] = 0
                out[n] = row
                n += 1
    return out[:n].copy()


@njit(nogil=True, cache=True)
def apply_college(rows, month, people, ledger, cumulative, key):
    """Sends new students to the places of the colleges (ODD equation S2).

    cumulative: (113,) uint64 rising thresholds on 2^-32 over the places; the last is 2^32.
    Returns (log, under_way) as `urbsim.kernels.moving.apply_moves`.
    """
    to = np.empty(rows.size, np.uint8)
    seen = np.empty(AHEAD, np.int64)
    for k in range(rows.size):
        read_residence(rows, k, people, seen)
        row = rows[k]
        luck = draw64(person_id(row, people.identity_rows, people.ids), key) >> uint64(32)
        place = 0
        while luck >= cumulative[place]:
            place += 1
        to[k] = part_of_alternative(place)
        if to[k] != people.lives[row]:
            # The census counts students at their college from the first day, so the base has no cohort under way.
            if people.lives[row] == people.home[row]:
                people.other_township[row] = 1
            else:
                people.left_home[row] = min(people.left_home[row], month - RESIDENT_AFTER)
    moved = relocate_all(rows, to, month, people, ledger)
    for row in rows:
        people.collective[row] = 1
    return moved
