"""Passes over everybody that touch few: a plain loop of comparisons marks rows, and only those are worked on.

The loop of comparisons has no branches and runs over slices of columns, so the compiler makes it wide (some thirty rows
an instruction); whatever branches, looks up or counts stays in the loop over the rows that were marked.
"""

from __future__ import annotations

import numpy as np
from numba import uint8, uint64

from urbsim.compiled import part

BLOCK = 4096  # rows marked at a time, so that the marks stay near


@part
def marked_rows(first, n, marks, rows):
    """Writes first + j for every marks[j] in 0 or 1 that is set, j below n; returns how many. rows: one longer.

    Eight marks are passed over at once where none is set, as mostly; among others there is no branch to be foreseen.
    """
    words = marks.view(np.uint64)
    found = 0
    for k in range(n // 8):
        word = words[k]
        if word != 0:
            for j in range(8):
                rows[found] = first + 8 * k + j
                found += (word >> uint64(8 * j)) & uint64(1)
    for j in range(n // 8 * 8, n):
        rows[found] = first + j
        found += marks[j]
    return found


@part
def clear_bits(n, bits, column):
    """Clears these bits of the first n bytes of a column."""
    for j in range(n):
        column[j] &= uint8(255 - bits)
