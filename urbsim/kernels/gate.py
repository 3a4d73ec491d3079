"""Who might meet an event this month: the first look at everybody, one byte of luck for each process, and then more.

One hash serves the eight persons of a block of ids, and most hashes hold no byte that could matter to anybody: those
are passed over as a whole, by arithmetic on all eight bytes at once, and only the rest is looked at person by person.
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint64
from numba.cpython.unsafe.numbers import trailing_zeros

from urbsim.compiled import njit, part
from urbsim.draws import leading_byte, mix64, uniform32
from urbsim.kernels.first_look import marked_rows
from urbsim.kernels.identity import person_id

_MANY = 256  # hashes worked on at a time
_PHI = 0x9E3779B97F4A7C15
_EACH_BYTE = 0x0101010101010101
_HIGH_BITS = 0x8080808080808080
_HIGHEST = 127  # bound up to which the arithmetic on eight bytes misses none, borrowed from or not


@part
def _blocks_of_rows(lo, hi, block, row_of_first, absent):
    """Cuts rows from `lo` on, which are their own ids, into pieces of blocks of ids.

    Fills block: its number; row_of_first: the row of its first id if that were here, too; absent: all bits set in the
    bytes of ids that are not here. Returns (pieces, first row behind them).
    """
    n = int64(0)
    row = int64(lo)
    while row < hi and n < _MANY:
        lane = row & 7
        size = min(8 - lane, hi - row)
        block[n], row_of_first[n], absent[n] = row >> 3, row - lane, _others(lane, size)
        row += size
        n += 1
    return n, row


@part
def _blocks_of_ids(first, n, ids, marks, starts, block, row_of_first, absent):
    """The same for the n rows from `first` on, whose ids are given: a piece ends where they leave a block or a gap.

    Branches would be hard to foresee here: households of a sample are of any size and stand anywhere in a block.
    """
    marks[0] = 1
    for j in range(1, n):
        marks[j] = (ids[j] != ids[j - 1] + uint64(1)) | ((ids[j] & uint64(7)) == 0)
    pieces = marked_rows(0, n, marks, starts)
    starts[pieces] = n
    for k in range(pieces):
        at = starts[k]
        person = ids[at]
        lane = int64(person & uint64(7))
        block[k] = person >> uint64(3)
        row_of_first[k] = first + at - lane
        absent[k] = _others(lane, starts[k + 1] - at)
    return pieces


@part
def _others(lane, size):
    """All bits set in the bytes of a word but `size` ones from `lane` on, 1 to 8."""
    return ~((~uint64(0) >> uint64(64 - 8 * size)) << uint64(8 * lane))


@part
def _bytes_below(word, bound):
    """Marks bytes of a word that are below a bound of at most 127: every one, and perhaps some that equal the bound."""
    return (word - bound * uint64(_EACH_BYTE)) & ~word & uint64(_HIGH_BITS)


@part
def _among(block, row_of_first, absent, n, risk, bound, highest, key, words, where, rows, n_rows):
    """Appends the candidates of one process among n pieces of blocks; returns the new length of `rows`."""
    for k in range(n):
        words[k] = mix64(block[k] * uint64(_PHI) + key) | absent[k]
    worth_a_look = 0
    for k in range(n):
        where[worth_a_look] = k
        worth_a_look += _bytes_below(words[k], highest) != 0
    for k in range(worth_a_look):
        word, first = words[where[k]], row_of_first[where[k]]
        below = _bytes_below(word, highest)
        while below:
            lane = uint64(trailing_zeros(below)) >> uint64(3)  # type: ignore[call-arg]
            byte = (word >> (uint64(8) * lane)) & uint64(255)
            row = uint64(first + int64(lane))
            rows[n_rows] = row
            n_rows += byte < uint64(bound[risk[row]])
            below &= below - uint64(1)
    return n_rows


@part
def _one_by_one(lo, hi, risk, identity_rows, ids, bound, key, rows, n_rows):
    """The same among rows [lo, hi) under bounds that spare hardly anybody."""
    for row in range(lo, hi):
        rows[n_rows] = row
        n_rows += leading_byte(person_id(row, identity_rows, ids), key) < uint64(bound[risk[row]])
    return n_rows


@part
def _below_bound(rows, first, last, risk, identity_rows, ids, bound, key, fine_key):
    """Keeps those of rows[first:last] whose luck to the last bit is below the bound; returns the new length."""
    n = first
    for k in range(first, last):
        row = rows[k]
        person = person_id(row, identity_rows, ids)
        rows[n] = row
        n += uniform32(person, leading_byte(person, key), fine_key) < bound[risk[row]]
    return n


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
    block, absent, words = (
        np.empty(_MANY, np.uint64),
        np.empty(_MANY, np.uint64),
        np.empty(_MANY, np.uint64),
    )
    row_of_first, where = np.empty(_MANY, np.int64), np.empty(_MANY + 1, np.int64)
    marks, starts_of_pieces = np.empty(_MANY, np.uint8), np.empty(_MANY + 1, np.int64)
    byte_bounds = np.empty(bounds.shape, np.uint16)
    highest = np.zeros(n_processes, np.uint64)
    for p in range(n_processes):
        for risk_class in range(256):
            byte_bounds[p, risk_class] = (bounds[p, risk_class] + uint64((1 << 24) - 1)) >> uint64(24)
        highest[p] = byte_bounds[p].max()
    start = int64(lo)
    while start < hi:
        if start < identity_rows:
            pieces, stop = _blocks_of_rows(start, min(hi, identity_rows), block, row_of_first, absent)
        else:
            stop = min(start + _MANY, hi)
            theirs = ids[start - identity_rows : stop - identity_rows]
            pieces = _blocks_of_ids(
                start, stop - start, theirs, marks, starts_of_pieces, block, row_of_first, absent
            )
        for p in range(n_processes):
            bound, key, most, rows, before = byte_bounds[p], keys[p], highest[p], found[p], n[p]
            if most == 0:
                continue
            if most > _HIGHEST:
                n[p] = _one_by_one(start, stop, risk, identity_rows, ids, bound, key, rows, n[p])
            else:
                n[p] = _among(
                    block, row_of_first, absent, pieces, risk, bound, most, key, words, where, rows, n[p]
                )
            n[p] = _below_bound(rows, before, n[p], risk, identity_rows, ids, bounds[p], key, fine_keys[p])
        start = stop
    starts = np.zeros(n_processes + 1, np.int64)
    for p in range(n_processes):
        starts[p + 1] = starts[p] + n[p]
    out = np.empty(starts[n_processes], np.int32)
    for p in range(n_processes):
        out[starts[p] : starts[p + 1]] = found[p, : n[p]]
    return out, starts
