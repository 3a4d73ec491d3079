"""Who might meet an event this month: the first look at everybody, one byte of luck for each process, and then more.

Loops that hash and compare have no branches and run over a block of rows, so the compiler makes them wide; the exact
luck is looked at for the few rows that were marked (see `first_look`).
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compiled import njit, part
from urbsim.draws import leading_byte, mix64, uniform32
from urbsim.kernels.first_look import BLOCK, marked_rows
from urbsim.kernels.identity import person_id

_PHI = 0x9E3779B97F4A7C15
_STATE = 7  # bits of the risk class that say sex, in a union, away


@part
def _luck_of_blocks(first, n, key, words):
    """Leading bytes of the luck of n whole blocks of ids: one hash is the bytes of eight persons in a row."""
    for k in range(n):
        words[k] = mix64((first + uint64(k)) * uint64(_PHI) + key)


@part
def _luck_of_rows(first, n, key, luck):
    """The same of n rows from `first` on that are their own ids and no whole blocks."""
    for j in range(n):
        luck[j] = uint8(leading_byte(first + uint64(j), key))


@part
def _luck_of_ids(ids, n, key, luck):
    """The same of n rows whose ids are given."""
    for j in range(n):
        luck[j] = uint8(leading_byte(ids[j], key))


@part
def _mark(n, luck, risk, highest, classes, marks):
    """Marks rows whose byte of luck is at most the highest that matters, of classes to which it can."""
    first_class, last_class, state, value = classes[0], classes[1], classes[2], classes[3]
    for j in range(n):
        concerned = (risk[j] >= first_class) & (risk[j] <= last_class) & ((risk[j] & state) == value)
        marks[j] = concerned & (luck[j] <= highest)


@part
def _luck_to_the_last_bit(rows, n, start, luck, identity_rows, ids, fine_key, who, exact):
    """Luck of n rows on 2^-32. What is looked up is looked up first, so that the hashes are computed side by side."""
    for k in range(n):
        row = rows[k]
        who[k] = person_id(row, identity_rows, ids)
        exact[k] = luck[row - start]
    for k in range(n):
        exact[k] = uniform32(who[k], exact[k], fine_key)


@part
def _below_bound(rows, n, exact, risk, bound, out, n_out):
    """Appends to `out` those of n rows whose luck is below the bound of their class; returns its new length."""
    for k in range(n):
        row = rows[k]
        out[n_out] = row
        n_out += exact[k] < bound[risk[row]]
    return n_out


@part
def _in_common(bound, shared):
    """Writes what the classes with a bound above 0 have in common: (first, last, state, value); returns the highest.

    They lie between first and last and have risk & state == value. Where there is none, first is above last.
    """
    first, last, always, ever, highest = 255, 0, _STATE, 0, uint64(0)
    for risk_class in range(256):
        if bound[risk_class] > 0:
            first, last = min(first, risk_class), risk_class
            always, ever = always & risk_class, ever | risk_class
            highest = max(highest, bound[risk_class])
    shared[0], shared[1], shared[2], shared[3] = first, last, (always | ~ever) & _STATE, always
    return highest


@njit(nogil=True, cache=True)
def candidates(lo, hi, risk, identity_rows, ids, bounds, keys, fine_keys):
    """Rows whose luck is below their class's bound, for each process (ODD equation R3).

    bounds: (processes, 256) uint64 on 2^-32; keys, fine_keys: (processes,) uint64 stream keys of this month, of the
    leading byte and of the bits behind it.
    Returns (rows, starts): rows of all processes, one after another, process p at rows[starts[p]:starts[p+1]],
    in rising order of row.
    """
    n_processes = bounds.shape[0]
    found = np.empty((n_processes, hi - lo + 1), np.int32)
    n = np.zeros(n_processes, np.int64)
    luck_words = np.empty(BLOCK // 8, np.uint64)
    luck, marks = luck_words.view(np.uint8), np.empty(BLOCK, np.uint8)
    rows, who, exact = np.empty(BLOCK + 1, np.int64), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    classes, highest = np.zeros((n_processes, 4), np.uint8), np.empty(n_processes, np.uint64)
    for p in range(n_processes):
        highest[p] = _in_common(bounds[p], classes[p])
    start = int64(lo)
    while start < hi:
        stop = min(start + BLOCK, hi)
        whole_blocks = False
        if start < identity_rows:
            stop = min(stop, identity_rows)
            whole_blocks = start % 8 == 0 and stop - start >= 8
            stop = stop & -8 if whole_blocks else min(stop, (start | 7) + 1)
        size = stop - start
        for p in range(n_processes):
            most = highest[p]
            if most == 0:
                continue
            if whole_blocks:
                _luck_of_blocks(uint64(start >> 3), size // 8, keys[p], luck_words)
            elif start < identity_rows:
                _luck_of_rows(uint64(start), size, keys[p], luck)
            else:
                _luck_of_ids(ids[start - identity_rows : stop - identity_rows], size, keys[p], luck)
            _mark(size, luck, risk[start:stop], uint8((most - uint64(1)) >> uint64(24)), classes[p], marks)
            picked = marked_rows(start, size, marks, rows)
            _luck_to_the_last_bit(rows, picked, start, luck, identity_rows, ids, fine_keys[p], who, exact)
            n[p] = _below_bound(rows, picked, exact, risk, bounds[p], found[p], n[p])
        start = stop
    starts = np.zeros(n_processes + 1, np.int64)
    for p in range(n_processes):
        starts[p + 1] = starts[p] + n[p]
    out = np.empty(starts[n_processes], np.int32)
    for p in range(n_processes):
        for k in range(n[p]):  # one by one: an assignment to a slice takes the compiler seconds
            out[starts[p] + k] = found[p, k]
    return out, starts
