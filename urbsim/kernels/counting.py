"""Stocks recounted from the columns, so that flows counted at the events can be held against them."""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint64

from urbsim.compiled import njit, part
from urbsim.kernels.first_look import BLOCK, marked_rows
from urbsim.kernels.parts import OUTSIDE, alternative_of, origin_of, setting_of
from urbsim.kernels.school_places import school_stage
from urbsim.risk import AGE_LIMIT
from urbsim.support import PUBLIC_PLACE

_FROM_10, _UNDER_50 = 16, 80  # risk classes of ages 10 to 49
_WOMAN, _IN_UNION = 4, 2  # bits of the risk class
_EACH_BYTE = 0x0101010101010101


@part
def _count_words(words, n, out):
    """Counts the bytes of n words, all of a word at once where they are the same, as in the rows of one village."""
    for k in range(n):
        word = words[k]
        if word == (word & uint64(255)) * uint64(_EACH_BYTE):
            out[word & uint64(255)] += 8
        else:
            for j in range(8):
                out[(word >> uint64(8 * j)) & uint64(255)] += 1


@part
def _count_bytes(words, n, lanes):
    """Counts the bytes of n words, each place in the word in a table of its own, so that no count waits for another."""
    for k in range(n):
        word = words[k]
        for j in range(8):
            lanes[j, (word >> uint64(8 * j)) & uint64(255)] += 1


@part
def _count_differences(words, others, n, change):
    """Counts into `change` what the bytes of `words` have that those of `others` have not."""
    for k in range(n):
        if words[k] != others[k]:
            for j in range(8):
                change[(words[k] >> uint64(8 * j)) & uint64(255)] += 1
                change[(others[k] >> uint64(8 * j)) & uint64(255)] -= 1


@njit(nogil=True, cache=True)
def parts(lo, hi, people):
    """Persons in [lo, hi) by part counted in, lived in and registered in: (3, 256) int64; the dead stand at 255."""
    counted, lives, home = people.counted, people.lives, people.home
    out = np.zeros((3, 256), np.int64)
    lanes = np.zeros((8, 256), np.int64)
    first = min(hi, (lo + 7) & -8)
    n = (hi - first) // 8
    last = first + 8 * n
    lives_words = lives[first:last].view(np.uint64)
    _count_bytes(lives_words, n, lanes)
    _count_words(home[first:last].view(np.uint64), n, out[2])
    out[1] += lanes.sum(axis=0)
    out[0] += out[1]
    _count_differences(counted[first:last].view(np.uint64), lives_words, n, out[0])
    for begin, end in ((lo, first), (last, hi)):
        for row in range(begin, end):
            out[0, counted[row]] += 1
            out[1, lives[row]] += 1
            out[2, home[row]] += 1
    return out


@part
def _mark_women(n, risk, marks):
    for j in range(n):
        marks[j] = ((risk[j] & _WOMAN) != 0) & (risk[j] >= _FROM_10) & (risk[j] < _UNDER_50)


@njit(nogil=True, cache=True)
def women(lo, hi, month, people):
    """Women of childbearing age in [lo, hi): (AGE_LIMIT + 1, 3 settings, 2) int64, all and in a union."""
    risk, lives, birth_month = people.risk, people.lives, people.birth_month
    settings = np.empty(256, np.int64)
    for place in range(256):
        settings[place] = setting_of(place)
    by_bit = np.zeros((AGE_LIMIT + 1, 3, 2), np.int64)  # single, in a union
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_women(stop - start, risk[start:stop], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            age = uint64(month - birth_month[row]) // uint64(12)
            by_bit[age, settings[lives[row]], (risk[row] & _IN_UNION) >> 1] += 1
    by_bit[:, :, 0] += by_bit[:, :, 1]
    return by_bit


@part
def _mark_migrants(n, youngest, oldest, home, counted, born, marks):
    """Marks those born after `oldest` up to `youngest` who count in a town, registered outside or in a village of
    another county. The dead count nowhere (255).
    """
    for j in range(n):
        of_age = (born[j] <= youngest) & (born[j] > oldest)
        town = ((counted[j] & 1) == 1) & (counted[j] < OUTSIDE)
        from_village = ((home[j] & 1) == 0) & ((home[j] >> 1) != (counted[j] >> 1))
        marks[j] = of_age & town & ((home[j] >= OUTSIDE) | from_village)


@part
def _mark_at_home(n, oldest, home, lives, born, marks):
    """Marks those born after `oldest` who live in the village where they are registered."""
    for j in range(n):
        village = ((home[j] & 1) == 0) & (home[j] < OUTSIDE)
        marks[j] = (born[j] > oldest) & village & (lives[j] == home[j])


@part
def _parents_away(n, rows, lives, parents, known):
    """Keeps of n rows those whose known parent lives elsewhere, and writes that parent; returns how many.

    Without branches, here and in the caller: whether a parent is away is hard to foresee.
    """
    away = 0
    for k in range(n):
        row = uint64(rows[k])
        parent = uint64(parents[row]) if parents[row] >= 0 else row
        rows[away], known[away] = row, parent
        away += (lives[parent] != lives[row]) & (lives[parent] != 255)
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
    out = np.zeros((3, 256), np.int64)
    marks, rows, known = (
        np.empty(BLOCK, np.uint8),
        np.empty(BLOCK + 1, np.int64),
        np.empty(BLOCK + 1, np.int64),
    )
    six, fifteen, sixteen = int16(month - 12 * 6), int16(month - 12 * 15), int16(month - 12 * 16)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        n, block = stop - start, slice(start, stop)
        _mark_migrants(n, six, fifteen, home[block], counted[block], birth_month[block], marks)
        for k in range(marked_rows(start, n, marks, rows)):
            row = uint64(rows[k])
            out[0, counted[row]] += 1
            out[2, counted[row]] += (school[row] == PUBLIC_PLACE) & (
                school_stage(month, int64(birth_month[row])) > 0
            )
        _mark_at_home(n, sixteen, home[block], lives[block], birth_month[block], marks)
        for k in range(_parents_away(marked_rows(start, n, marks, rows), rows, lives, parents, known)):
            row, parent = uint64(rows[k]), uint64(known[k])
            other = uint64(spouse[parent]) if spouse[parent] >= 0 else parent
            out[1, counted[row]] += lives[other] != lives[row]
    return out


@njit(nogil=True, cache=True)
def stock_by_origin(lo, hi, people):
    """Living persons in [lo, hi) by registered origin and place of living: (113, 114) int64, for the strict account."""
    risk, home, lives = people.risk, people.home, people.lives
    out = np.zeros((113, 114), np.int64)
    for row in range(uint64(lo), uint64(hi)):
        if risk[row] != 255:
            out[origin_of(home[row]), alternative_of(lives[row])] += 1
    return out


@njit(nogil=True, cache=True)
def registered_elsewhere(lo, hi, people):
    """Residents registered elsewhere, by county counted in: (3, 111) int64 (ODD equation I6).

    0: in another township of the county; 1: in another county of Guangxi; 2: in another province.
    """
    counted, home, township = people.counted, people.home, people.other_township
    out = np.zeros((3, 111), np.int64)
    for row in range(lo, hi):
        here = int64(counted[row])
        if here >= 222:
            continue
        at = int64(home[row])
        if at == here:
            out[0, here >> 1] += township[row]
        elif at >= 222:
            out[2, here >> 1] += 1
        elif at >> 1 == here >> 1:
            out[0, here >> 1] += 1
        else:
            out[1, here >> 1] += 1
    return out
