"""Holders of a lever's own units, and who may be served next: short lists in one pass (ODD equation W1)."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import njit
from urbsim.compute.identity import person_id
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import draw64
from urbsim.compute.rationing import lowest_of_groups
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
def serve(rows, cells, own, vacant, keys, identity_rows, ids):
    """Who of those served from a pool is served with a unit of which lever, lever after lever (ODD equation W1).

    Each is with chance own / vacant, by luck under the key of the lever; at most `own` in a cell are, the lowest luck
    first. What is one lever's is not free for the next, and nobody has two units.
    rows, cells: (n,) int32 and int16, who was served, and in which cell; own: (levers, cells) int64 free units of each
    lever, perhaps below 0; vacant: (cells,) int64 free units of the pool before anybody was served; keys: (levers,)
    uint64; identity_rows, ids: of the persons.
    Returns (at, starts), int64: positions in `rows` of all levers, one after another, those of lever p at
    at[starts[p]:starts[p+1]], rising.
    """
    at, starts, found = np.empty(rows.size, np.int64), np.zeros(own.shape[0] + 1, np.int64), 0
    lucky, group = np.empty(rows.size, np.int64), np.empty(rows.size, np.int16)
    luck, served = np.empty(rows.size, np.uint64), np.zeros(rows.size, np.bool_)
    free, mine = vacant.copy(), np.empty(vacant.size, np.int64)
    for p in range(own.shape[0]):
        any_free = False
        for c in range(free.size):
            mine[c] = min(max(own[p, c], 0), free[c])
            any_free |= mine[c] > 0
        starts[p + 1] = found
        if not any_free:
            continue
        n = 0  # lucky ones
        for k in range(rows.size):
            cell = uint64(cells[k])
            if mine[cell] <= 0 or served[k]:
                continue  # the luck of nobody else is asked for
            u = draw64(person_id(rows[k], identity_rows, ids), keys[p])
            lucky[n], luck[n], group[n] = k, u, cell
            n += (u >> uint64(32)) * uint64(free[cell]) < uint64(mine[cell]) << uint64(32)
        chosen = lowest_of_groups(group[:n], luck[:n], mine)
        for j in range(chosen.size):
            at[found] = lucky[chosen[j]]
            served[at[found]] = True
            found += 1
        for c in range(free.size):
            free[c] -= mine[c]
        starts[p + 1] = found
    return at[:found], starts
