"""Who reconsiders this month where to live: the loop of ODD equation M1."""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import leading_byte, uniform32
from urbsim.compute.read_ahead import read_children
from urbsim.processes.migration.choosers import child_at_home, child_turning, skill_of, whole_years
from urbsim.state.codes import AWAY, DEAD, WOMAN
from urbsim.state.parts import is_urban
from urbsim.state.risk import AGE_LIMIT

_PIECE = 1 << 8  # candidates looked at together: what is noted of them stays near


@njit(inline="always")
def scaled(threshold, response):
    """Threshold times a response on the grid of 2^-16, at most certainty."""
    return min((threshold * response) >> uint64(16), uint64(1) << uint64(32))


@inlined
def _rows_by_being_away(row, risk, other):
    """The row and another one: first the one of whom it is read since when they are away, then whose home is read.

    Nobody needs both. To read the other row, which is near, takes less time than to foresee who is away.
    """
    away = (risk & AWAY) != 0
    return (row if away else other), (other if away else row)


@inlined
def _note(rows, people, risk, born, left, schooling, home, holdings):
    """Notes what the hazards of the rows depend on. Nothing waits for a value here, so all are waited for at once."""
    births, left_home, levels, homes, held = (
        people.birth_month,
        people.left_home,
        people.schooling,
        people.home,
        people.holdings,
    )
    other = uint64(rows[0])
    for j in range(rows.size):
        risk[j] = people.risk[uint64(rows[j])]
    for j in range(rows.size):
        row = uint64(rows[j])
        since, at_home = _rows_by_being_away(row, risk[j], other)
        born[j], holdings[j] = births[row], held[row]
        left[j], schooling[j], home[j] = left_home[since], levels[at_home], homes[at_home]


@inlined
def _ask_ahead(rows, k, people):
    """Asks for what `_note` will read in the next piece, and in the one after it for the class, which tells what."""
    if k + 2 * _PIECE < rows.size:
        prefetch(people.risk, uint64(rows[k + 2 * _PIECE]))
    if k + _PIECE < rows.size:
        row = uint64(rows[k + _PIECE])
        since, at_home = _rows_by_being_away(row, people.risk[row], uint64(rows[k]))
        prefetch(people.birth_month, row)
        prefetch(people.holdings, row)
        prefetch(people.left_home, since)
        prefetch(people.schooling, at_home)
        prefetch(people.home, at_home)


@inlined
def _luck(rows, identity_rows, ids, key, fine_key, luck):
    """Writes the luck of the rows on 2^-32."""
    for j in range(rows.size):
        luck[j] = person_id(uint64(rows[j]), identity_rows, ids)
    for j in range(rows.size):
        luck[j] = uniform32(luck[j], leading_byte(luck[j], key), fine_key)


@njit(nogil=True, cache=True)
def activated(rows, month, people, at_home, away, holds, key, fine_key):
    """Rows of those who reconsider this month where to live (ODD equation M1).

    at_home: (AGE_LIMIT + 1, 2 sex, 3 skill, 2 setting, 2 child at a school threshold) uint64 on 2^-32; the setting is
    0 in a village, 1 in a town. away: (41 whole years away, AGE_LIMIT + 1, 2 sex, 2 pupil left at home) the same.
    holds: (256,) uint64 on 2^-16, factor by the byte `holdings` (ODD equation H6).
    Pupils and students decide nothing; they move with their parents or leave for college.
    """
    out, n = np.empty(rows.size + 1, np.int32), 0
    luck, born, left = np.empty(_PIECE, np.uint64), np.empty(_PIECE, np.int16), np.empty(_PIECE, np.int16)
    ages, years = np.empty(_PIECE, np.uint16), np.empty(_PIECE, np.uint16)
    bytes_of = np.empty((4, _PIECE), np.uint8)
    risk, schooling, home, holdings = bytes_of[0], bytes_of[1], bytes_of[2], bytes_of[3]
    # Those found in a piece; of the first `n_open` of `open_rows` it is open yet, for children decide.
    found, chosen = np.empty(_PIECE + 1, np.int32), np.empty(_PIECE + 1, np.uint8)
    open_rows, open_at = np.empty(_PIECE + 1, np.int32), np.empty(_PIECE + 1, np.int64)
    if_child, leaves_child = np.empty(_PIECE + 1, np.uint8), np.empty(_PIECE + 1, np.uint8)
    for first in range(0, rows.size, _PIECE):
        piece = rows[first : first + _PIECE]
        _note(piece, people, risk, born, left, schooling, home, holdings)
        _luck(piece, people.identity_rows, people.ids, key, fine_key, luck)
        whole_years(piece.size, int16(month), born, AGE_LIMIT, ages)
        whole_years(piece.size, int16(month), left, away.shape[0] - 1, years)
        n_found, n_open = 0, 0
        for j in range(piece.size):
            _ask_ahead(rows, first + j, people)
            if risk[j] == DEAD:
                continue
            is_away, sex = (risk[j] & AWAY) != 0, int64((risk[j] & WOMAN) != 0)
            if is_away:
                by_child = away[years[j], ages[j], sex]
            else:
                by_child = at_home[ages[j], sex, skill_of(schooling[j]), is_urban(home[j])]
            factor = holds[holdings[j]]
            without, with_child = scaled(by_child[0], factor), scaled(by_child[1], factor)
            if luck[j] >= max(without, with_child):
                continue
            prefetch(people.enrolled, uint64(piece[j]))
            found[n_found], chosen[n_found] = piece[j], 1
            open_rows[n_open], open_at[n_open] = piece[j], n_found
            if_child[n_open], leaves_child[n_open] = luck[j] < with_child, is_away
            n_open += luck[j] >= min(without, with_child)
            n_found += 1
        listed = open_rows[:n_open]
        for k in range(n_open):
            read_children(listed, k, people)
            row = open_rows[k]
            child = child_at_home(row, people) if leaves_child[k] else child_turning(row, month, people)
            chosen[open_at[k]] = if_child[k] == (child != 0)
        for k in range(n_found):
            out[n] = found[k]
            n += chosen[k] & (people.enrolled[uint64(found[k])] == 0)
    return out[:n].copy()
