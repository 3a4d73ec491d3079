"""Passes over everybody that touch few: a plain loop of comparisons marks rows, and only those are worked on.

The loop of comparisons has no branches and runs over slices of columns, so the compiler makes it wide (some thirty rows
an instruction); whatever branches, looks up or counts stays in the loop over the rows that were marked.
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64
from numba.cpython.unsafe.numbers import trailing_zeros

from urbsim.compute.compiled import inlined
from urbsim.compute.compress import WIDTH, is_quick, write_marked
from urbsim.compute.words import BYTE

BLOCK = 4096  # rows marked at a time, so that the marks stay near
ENOUGH = 512  # rows that a pass gathers before it looks at them, lest it waits for memory anew in every block
_BY_REGISTERS = is_quick()


@inlined
def marked_by_registers(first, n, marks, rows):
    """As `marked_rows`, for processors that pack the marked bytes of a register in one instruction.

    There are no branches but one, for registers in which many are marked.
    """
    whole, found = n & -WIDTH, int64(0)
    for at in range(0, whole, WIDTH):
        found += write_marked(marks, at, first + at, rows, found)
    for j in range(whole, n):
        rows[found] = first + j
        found += marks[j]
    return found


@inlined
def marked_by_eights(first, n, marks, rows):
    """As `marked_rows`, for any processor.

    Eight marks are passed over at once where none is set, as mostly. Which eights have any is listed at the end of
    `rows`, where nothing is written before it was read. Where nearly all have, a loop over the marks foresees more.
    """
    words, eights = marks.view(np.uint64), n // 8
    listed = rows[n - eights :]
    some = 0
    for k in range(eights):
        listed[some] = k
        some += words[k] != 0
    found = 0
    if 4 * some > 3 * eights:
        for j in range(8 * eights):
            rows[found] = first + j
            found += marks[j]
    else:
        for k in range(some):
            at = listed[k]
            word = words[at]
            while word:
                rows[found] = first + 8 * at + (int64(trailing_zeros(word)) >> 3)  # type: ignore[call-arg]
                found += 1
                word &= word - uint64(1)
    for j in range(8 * eights, n):
        rows[found] = first + j
        found += marks[j]
    return found


@inlined
def marked_rows(first, n, marks, rows):
    """Writes first + j for every marks[j] in 0 or 1 that is set, j below n; returns how many.

    rows: n + 1 or longer; what stands behind those found is written over.
    """
    if _BY_REGISTERS:  # known when a kernel is compiled
        return marked_by_registers(first, n, marks, rows)
    return marked_by_eights(first, n, marks, rows)


@inlined
def clear_bits(n, bits, column):
    """Clears these bits of the first n bytes of a column."""
    for j in range(n):
        column[j] &= uint8(BYTE - bits)
