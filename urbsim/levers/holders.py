"""Holders of a lever's own units, and who may be served next: short lists in one pass (ODD equation W1)."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import njit
from urbsim.compute.prefetch import prefetch
from urbsim.compute.read_ahead import AHEAD
from urbsim.state.codes import DEAD


@njit(nogil=True, cache=True)
def work_there(rows, cells, job, market, work, work_county, risk):
    """(n,) bool: who of the holders of posts lives, and still has a post of this kind in the market of its cell.

    market: (111,) of each county; work, work_county, risk: columns of everybody.
    """
    out = np.zeros(rows.size, np.bool_)
    for k in range(rows.size):
        if k + AHEAD < rows.size:  # mostly all three are looked at
            later = uint64(rows[k + AHEAD])
            prefetch(work, later)
            prefetch(risk, later)
            prefetch(work_county, later)
        row = uint64(rows[k])
        if work[row] == job and risk[row] != DEAD:
            out[k] = market[work_county[row]] == cells[k]
    return out


@njit(nogil=True, cache=True)
def keep(held, rows, cells, unit, n_cells):
    """Rows, cells and units of those who still hold theirs, and (n_cells,) int64 units that are held.

    Units stand together, in the order they were given.
    """
    out_rows, out_cells, out_unit = np.empty_like(rows), np.empty_like(cells), np.empty_like(unit)
    number = np.zeros(n_cells, np.int64)
    n = 0
    for k in range(rows.size):
        if held[k]:
            out_rows[n], out_cells[n], out_unit[n] = rows[k], cells[k], unit[k]
            number[cells[k]] += n == 0 or unit[k] != out_unit[n - 1]
            n += 1
    return out_rows[:n], out_cells[:n], out_unit[:n], number


@njit(nogil=True, cache=True)
def with_a_chance(cells, served, own):
    """Positions, int64, of those not served yet in whose cell a lever has units of its own.

    cells: (n,) whole numbers; served: (n,) bool; own: (cells,) int64.
    """
    out, n = np.empty(cells.size + 1, np.int64), 0
    for k in range(cells.size):
        out[n] = k
        n += (own[uint64(cells[k])] > 0) & (not served[k])
    return out[:n]


@njit(nogil=True, cache=True)
def by_chance(cells, luck, own, vacant):
    """Positions, int64, of those whose luck is below own / vacant of their cell, on 2^-32.

    cells: (n,) whole numbers; luck: (n,) uint64; own, vacant: (cells,) int64, not negative.
    """
    out, n = np.empty(cells.size + 1, np.int64), 0
    for k in range(cells.size):
        cell = uint64(cells[k])
        out[n] = k
        n += (luck[k] >> uint64(32)) * uint64(vacant[cell]) < uint64(own[cell]) << uint64(32)
    return out[:n]
