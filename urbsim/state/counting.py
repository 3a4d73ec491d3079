"""Stocks counted from the columns: to begin with, and to hold what was changed at the events against them."""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint8, uint64

from urbsim.compute.blocks import BLOCK, ENOUGH, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.prefetch import prefetch
from urbsim.compute.read_ahead import AHEAD
from urbsim.compute.words import BYTE_VALUES
from urbsim.state.codes import (
    DEAD,
    FIRST_OUTSIDE,
    IN_UNION,
    N_COUNTIES,
    N_LEVELS,
    N_PARTS,
    NOWHERE,
    PUBLIC_PLACE,
    WOMAN,
)
from urbsim.state.definitions import (
    FIRST_COMPULSORY,
    LEFT_BEHIND_BELOW,
    PRIMARY_AGE,
    SCHOOL_AGES,
    SENIOR_AGE,
    first_september,
    school_stage,
)
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.parts import setting_of
from urbsim.state.risk import AGE_GROUPS
from urbsim.state.stocks import holds_permit, sleeps_in_dormitory, stocks_of_nobody

# Part moved from, part moved to, five-year age group, sex, schooling.
KINDS_OF_MOVES = (N_PARTS, N_PARTS, AGE_GROUPS, 2, N_LEVELS)


@njit(nogil=True, cache=True)
def stocks(lo, hi, people):
    """The living in [lo, hi): (counted, stocks), (224,) by part counted in and what the ledger carries of the rest."""
    counted, home, lives, risk = people.counted, people.home, people.lives, people.risk
    holdings, birth_month = people.holdings, people.birth_month
    by_counted, found = np.zeros(N_PARTS, np.int64), stocks_of_nobody()
    persons, holders, sleepers, women = found.persons, found.holders, found.sleepers, found.women
    for row in range(uint64(lo), uint64(hi)):
        if risk[row] == DEAD:
            continue
        by_counted[counted[row]] += 1
        persons[home[row], lives[row]] += 1
        holders[lives[row]] += holds_permit(holdings[row], home[row], lives[row])
        sleepers[lives[row]] += sleeps_in_dormitory(holdings[row])
        # Men add nothing: to pass over every second person would take longer.
        in_union = (risk[row] & IN_UNION) >> 1
        women[birth_month[row], setting_of(lives[row]), in_union] += (risk[row] & WOMAN) != 0
    return by_counted, found


@inlined
def _mark_children_in_towns(n, youngest, oldest, lives, born, marks):
    """Marks those born after `oldest` up to `youngest` who live in a town."""
    for j in range(n):
        town = ((lives[j] & 1) == 1) & (lives[j] < FIRST_OUTSIDE)
        marks[j] = town & (born[j] <= youngest) & (born[j] > oldest)


@njit(nogil=True, cache=True)
def cohorts(lo, hi, month, birth_month, home, lives):
    """Children in [lo, hi) who live in towns: (111 counties, 15 school ages, 2: registered in the county or not)."""
    out = np.zeros((N_COUNTIES, SCHOOL_AGES, 2), np.int64)
    september = first_september(int64(month))
    youngest, oldest = int16(september), int16(september - 12 * SCHOOL_AGES)
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


@inlined
def _mark_migrants(n, youngest, oldest, home, counted, born, marks):
    """Marks those born after `oldest` up to `youngest` who count in a town, registered outside or in a village of
    another county. The dead count nowhere (255).
    """
    for j in range(n):
        of_age = (born[j] <= youngest) & (born[j] > oldest)
        town = ((counted[j] & 1) == 1) & (counted[j] < FIRST_OUTSIDE)
        from_village = ((home[j] & 1) == 0) & ((home[j] >> 1) != (counted[j] >> 1))
        marks[j] = of_age & town & ((home[j] >= FIRST_OUTSIDE) | from_village)


@inlined
def _mark_at_home(n, oldest, home, lives, born, marks):
    """Marks those born after `oldest` who live in the village where they are registered."""
    for j in range(n):
        marks[j] = born[j] > oldest
    for j in range(n):  # of bytes alone: twice as wide
        village = ((home[j] & 1) == 0) & (home[j] < FIRST_OUTSIDE)
        marks[j] &= uint8(village & (lives[j] == home[j]))


@inlined
def _parents_away(n, rows, lives, parents, known):
    """Keeps of n rows those whose known parent lives elsewhere, and writes that parent; returns how many.

    There are no branches here and in the caller, because the processor cannot predict whether a parent is away.
    """
    away = 0
    for k in range(n):
        row = uint64(rows[k])
        parent = uint64(parents[row]) if parents[row] >= 0 else row
        rows[away], known[away] = row, parent
        away += (lives[parent] != lives[row]) & (lives[parent] != NOWHERE)
    return away


@njit(nogil=True, cache=True)
def children(lo, hi, month, people):
    """Children of migration in [lo, hi) by the part counted in: (3, 256) int64 (ODD equations I1, I2, I5).

    0: migrant children of compulsory-school age (6-14), counted in a town, registered in a village of another county
    or in another province. 1: left-behind children below 16: registered and living in a village while the parents
    whom the model knows all live elsewhere. 2: of the migrant children, those who hold a public place in a primary or
    junior secondary school.
    """
    home, counted, lives, birth_month = people.home, people.counted, people.lives, people.birth_month
    school, parents, spouse = people.school, people.parent, people.spouse
    out = np.zeros((3, BYTE_VALUES), np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + ENOUGH + 1, np.int64)
    known, held = np.empty(BLOCK + ENOUGH + 1, np.int64), int64(0)
    six, fifteen = int16(month - 12 * PRIMARY_AGE), int16(month - 12 * SENIOR_AGE)
    sixteen = int16(month - 12 * LEFT_BEHIND_BELOW)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        n, block = stop - start, slice(start, stop)
        _mark_migrants(n, six, fifteen, home[block], counted[block], birth_month[block], marks)
        for k in range(marked_rows(start, n, marks, rows[held:])):
            row = uint64(rows[held + k])
            out[0, counted[row]] += 1
            out[2, counted[row]] += (school[row] == PUBLIC_PLACE) & (
                school_stage(month, int64(birth_month[row])) >= FIRST_COMPULSORY
            )
        _mark_at_home(n, sixteen, home[block], lives[block], birth_month[block], marks)
        at_home = marked_rows(start, n, marks, rows[held:])
        held += _parents_away(at_home, rows[held:], lives, parents, known[held:])
        if held < ENOUGH and stop < hi:
            continue
        for k in range(held):
            prefetch(spouse, uint64(known[k]))
        for k in range(held):
            row, parent = uint64(rows[k]), uint64(known[k])
            other = uint64(spouse[parent]) if spouse[parent] >= 0 else parent
            out[1, counted[row]] += lives[other] != lives[row]
        held = int64(0)
    return out


@inlined
def _mark_elsewhere(n, counted, home, holdings, marks):
    for j in range(n):
        marks[j] = (counted[j] < FIRST_OUTSIDE) & (
            (home[j] != counted[j]) | ((holdings[j] & OTHER_TOWNSHIP) != 0)
        )


@njit(nogil=True, cache=True)
def registered_elsewhere(lo, hi, people):
    """Residents registered elsewhere, by county counted in: (3, 111) int64 (ODD equation I6).

    0: in another township of the county; 1: in another county of Guangxi; 2: in another province.
    """
    counted, home, holdings = people.counted, people.home, people.holdings
    out = np.zeros((3, N_COUNTIES), np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_elsewhere(stop - start, counted[start:stop], home[start:stop], holdings[start:stop], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            here, at = counted[row] >> 1, home[row] >> 1
            out[0 if at == here else (2 if at >= N_COUNTIES else 1), here] += 1
    return out


@njit(nogil=True, cache=True)
def kinds_of_moves(log, month, people):
    """Kind of each change of the counted part, int32: its index in an array of the shape KINDS_OF_MOVES.

    log: (n, 3) int32 `row, from, to`.
    """
    birth_month, sex, schooling = people.birth_month, people.sex, people.schooling
    _, parts, ages, sexes, levels = KINDS_OF_MOVES
    out = np.empty(log.shape[0], np.int32)
    for k in range(log.shape[0]):
        later = uint64(log[min(k + AHEAD, log.shape[0] - 1), 0])
        prefetch(birth_month, later)
        prefetch(sex, later)
        prefetch(schooling, later)
        row = uint64(log[k, 0])
        age_group = min((int64(month) - int64(birth_month[row])) // 60, ages - 1)
        kind = (int64(log[k, 1]) * parts + log[k, 2]) * ages + age_group
        out[k] = (kind * sexes + sex[row]) * levels + schooling[row]
    return out


@njit(nogil=True, cache=True)
def moves_by_kind(kinds, month):
    """Changes of the counted part, counted by kind: (n, 7) int32
    `month, origin part, destination part, five-year age group, sex, schooling, count`.

    kinds: (moves,) int32 of `kinds_of_moves`, rising.
    """
    _, parts, ages, sexes, levels = KINDS_OF_MOVES
    out, n = np.empty((kinds.size, 7), np.int32), 0
    for k in range(kinds.size):
        if k and kinds[k] == kinds[k - 1]:
            out[n - 1, 6] += 1
            continue
        kind = uint64(kinds[k])
        out[n, 5], kind = kind % uint64(levels), kind // uint64(levels)
        out[n, 4], kind = kind % uint64(sexes), kind // uint64(sexes)
        out[n, 3], kind = kind % uint64(ages), kind // uint64(ages)
        out[n, 2], out[n, 1] = kind % uint64(parts), kind // uint64(parts)
        out[n, 0], out[n, 6] = month, 1
        n += 1
    return out[:n].copy()
