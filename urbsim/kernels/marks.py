"""Bits of a column set for a list of rows."""

from __future__ import annotations

from numba import uint64

from urbsim.compiled import njit


@njit(nogil=True, cache=True)
def set_bits(column, rows, bits):
    """column[rows] |= bits, one row after the other; column: uint8."""
    for k in range(rows.size):
        column[uint64(rows[k])] |= bits
