"""Bits of a column set for a list of rows, and read with what else holds at the end of a run."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import njit
from urbsim.state.codes import DEAD, FIRST_OUTSIDE


@njit(nogil=True, cache=True, _nrt=False)
def set_bits(column, rows, bits, low, high):
    """column[row] |= bits for those of the rows in [low, high), one after the other; column: whole numbers, no sign."""
    for k in range(rows.size):
        if low <= rows[k] < high:
            column[uint64(rows[k])] |= bits


@njit(inline="always")
def _in_town(part):
    return (part < FIRST_OUTSIDE) & part & 1


@njit(nogil=True, cache=True)
def outcomes(rows, got, risk, lives, counted, lives_in_town, urban_resident):
    """Bits of `got` of each row and those of the living who live in a town of Guangxi or count there; (n,) int16.

    got, risk, lives, counted: columns; lives_in_town, urban_resident: the bits.
    """
    out = np.empty(rows.size, np.int16)
    for k in range(rows.size):
        row = uint64(rows[k])
        alive = risk[row] != DEAD
        # Without branches: who of one's neighbours lives in a town is hard to foresee.
        at_end = lives_in_town * _in_town(lives[row]) | urban_resident * _in_town(counted[row])
        out[k] = got[row] | at_end * alive
    return out
