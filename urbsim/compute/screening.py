"""Who might meet an event this month: the first look at everybody, one byte of luck for each process, and then more.

Loops that hash and compare have no branches and run over a block of rows, so the compiler makes them wide; the exact
luck is looked at for the few rows that were marked (see `first_look`).
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.blocks import BLOCK, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.eights import luck_of_eights
from urbsim.compute.identity import write_ids
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import PHI, leading_byte, mix64, uniform32
from urbsim.compute.registers import in_widest_registers

_LINE = 64  # bytes of memory that come together


@inlined
def end_of_block(start, hi, identity_rows):
    """One past the last of the rows from `start` on that `luck_of_block` can take at once, at most BLOCK of them."""
    stop = min(start + BLOCK, hi)
    if start < identity_rows:
        stop = min(stop, identity_rows)
        whole_eights = start % 8 == 0 and stop - start >= 8
        stop = stop & -8 if whole_eights else min(stop, (start | 7) + 1)
    else:  # no further than a block of listed ids, of which the eights are known
        stop = min(stop, identity_rows + ((start - identity_rows) | (BLOCK - 1)) + 1)
    return stop


@inlined
def luck_of_block(start, stop, identity_rows, ids, eights, key, luck_words, luck):
    """Writes the leading byte of luck of the rows in [start, stop), a block that `end_of_block` has cut.

    eights: of `ids`; luck_words: (BLOCK,) uint64; luck: their bytes. Of rows that are their own ids one hash is the
    bytes of eight.
    """
    in_widest_registers()
    if start >= identity_rows:
        block = (start - identity_rows) // BLOCK
        if stop - start == BLOCK and block < eights.first.size - 1:
            luck_of_eights(block, eights, key, luck_words, luck)
            return
        for j in range(stop - start):
            luck[j] = uint8(leading_byte(ids[uint64(start - identity_rows + j)], key))
    elif (start | stop) % 8 == 0:
        word = uint64(start >> 3) * uint64(PHI) + key
        for k in range((stop - start) // 8):
            luck_words[k] = mix64(word)
            word += uint64(PHI)  # a sum takes a third of the time of a product
    else:
        for j in range(stop - start):
            luck[j] = uint8(leading_byte(uint64(start + j), key))


@inlined
def highest_byte(threshold):
    """The highest leading byte of a luck below the threshold; 0 where there is none."""
    return uint8((max(threshold, uint64(1)) - uint64(1)) >> uint64(24))


@inlined
def _mark(n, luck, risk, look, marks):
    """Marks rows whose byte of luck is at most the highest that matters, of classes to which it can."""
    in_widest_registers()
    first, last, state, value, flag = look[0], look[1], look[2], look[3], look[4]
    mask, cut, lower, upper = look[5], look[6], look[7], look[8]
    other_mask, other_cut, other_lower, other_upper = look[9], look[10], look[11], look[12]
    for j in range(n):
        concerned = (risk[j] >= first) & (risk[j] <= last) & ((risk[j] & state) == value)
        one = upper if (risk[j] & mask) >= cut else lower
        other = other_upper if (risk[j] & other_mask) >= other_cut else other_lower
        marks[j] = concerned & (luck[j] <= (other if risk[j] & flag else one))


@inlined
def luck_to_the_last_bit(rows, n, start, luck, identity_rows, ids, fine_key, who, exact):
    """Luck of n rows on 2^-32. What is looked up is looked up first, so that the hashes are computed side by side."""
    write_ids(n, rows, identity_rows, ids, who)
    for k in range(n):
        exact[k] = luck[rows[k] - start]
    for k in range(n):
        exact[k] = uniform32(who[k], exact[k], fine_key)


@inlined
def _below_bound(rows, n, exact, risk, bound, out, n_out):
    """Appends to `out` those of n rows whose luck is below the bound of their class; returns its new length."""
    for k in range(n):
        row = rows[k]
        out[n_out] = row
        n_out += exact[k] < bound[risk[row]]
    return n_out


@inlined
def _ask_for(start, stop, column):
    """Asks for the bytes of a column in [start, stop): what comes by itself ends with a page, as blocks do."""
    for at in range(start, stop, _LINE):
        prefetch(column, uint64(at))


@inlined(_nrt=True)
def _wider(found):
    """The lists of all processes with twice the room."""
    wider = np.empty((found.shape[0], 2 * found.shape[1]), np.int32)
    for p in range(found.shape[0]):
        for k in range(found.shape[1]):
            wider[p, k] = found[p, k]
    return wider


@njit(nogil=True, cache=True)
def candidates(lo, hi, risk, identity_rows, ids, eights, bounds, looks, keys, fine_keys):
    """Rows whose luck is below their class's bound, for each process (ODD equation R3).

    eights: of `ids`; bounds: (processes, 256) uint64 on 2^-32; looks: (processes, 13) uint8 of
    `urbsim.state.risk.first_looks`; keys, fine_keys: (processes,) uint64 stream keys of this month, of the leading byte
    and of the bits behind it.
    Returns (rows, starts): rows of all processes, one after another, process p at rows[starts[p]:starts[p+1]],
    in rising order of row.
    """
    n_processes = bounds.shape[0]
    found = np.empty((n_processes, max((hi - lo) // 8, 2 * BLOCK)), np.int32)
    n = np.zeros(n_processes, np.int64)
    luck_words = np.empty(BLOCK, np.uint64)
    luck, marks = luck_words.view(np.uint8), np.empty(BLOCK, np.uint8)
    rows, who, exact = np.empty(BLOCK + 1, np.int32), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    share = BLOCK // n_processes  # of the next block, which comes while this one is computed
    start = int64(lo)
    while start < hi:
        stop = end_of_block(start, hi, identity_rows)
        size = stop - start
        for p in range(n_processes):
            _ask_for(stop + p * share, min(stop + (p + 1) * share, hi), risk)
            if looks[p, 0] > looks[p, 1]:
                continue  # nothing can happen to anybody
            luck_of_block(start, stop, identity_rows, ids, eights, keys[p], luck_words, luck)
            _mark(size, luck, risk[start:stop], looks[p], marks)
            picked = marked_rows(start, size, marks, rows)
            if n[p] + picked >= found.shape[1]:
                found = _wider(found)
            luck_to_the_last_bit(rows, picked, start, luck, identity_rows, ids, fine_keys[p], who, exact)
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
