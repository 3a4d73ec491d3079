"""Bits of a column set for a list of rows, and read with what else holds at the end of a run."""

from __future__ import annotations

import numpy as np
from numba import int16, uint64

from urbsim.compiled import njit
from urbsim.kernels.parts import OUTSIDE
from urbsim.risk import DEAD


@njit(nogil=True, cache=True)
def set_bits(column, rows, bits):
    """column[rows] |= bits, one row after the other; column: uint8."""
    for k in range(rows.size):
        column[uint64(rows[k])] |= bits


@njit(inline="always")
def _in_town(part):
    return part < OUTSIDE and part & 1


@njit(nogil=True, cache=True)
def outcomes(rows, got, risk, lives, counted, lives_in_town, urban_resident):
    """Bits of `got` of each row and those of the living who live in a town of Guangxi or count there; (n,) int16.

    got, risk, lives, counted: columns; lives_in_town, urban_resident: the bits.
    """
    out = np.empty(rows.size, np.int16)
    for k in range(rows.size):
        row = uint64(rows[k])
        found = int16(got[row])
        if risk[row] != DEAD:
            if _in_town(lives[row]):
                found |= lives_in_town
            if _in_town(counted[row]):
                found |= urban_resident
        out[k] = found
    return out
