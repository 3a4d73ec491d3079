"""Villages that turn urban where they stand: everybody in a chosen cell, and everybody registered there (ODD K2)."""

from __future__ import annotations

import numpy as np
from numba import uint8, uint64

from urbsim.compute.blocks import BLOCK, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.state import pending
from urbsim.state.codes import AWAY, N_CELLS, N_PARTS
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.stocks import count_person, count_woman, stocks_of_nobody


@inlined
def _write_turns(turned, cells, turns, anywhere):
    """turns: (256, 256) by part and cell of a person, so that nobody's cell need be divided by a number of cells;
    anywhere: (256,) by the cell alone.
    """
    for county in range(cells.size):
        for cell in range(N_CELLS):
            turns[2 * county, cell] = turned[county, cell % cells[county]]
            anywhere[cell] |= turns[2 * county, cell]


@inlined
def _mark_cells(cell, anywhere, marks):
    """Marks those whose cell turns in any county: few of all cells do in a year."""
    for j in range(cell.size):
        marks[j] = anywhere[cell[j]]


@njit(nogil=True, cache=True)
def turn_urban(lo, hi, people, turned, cells):
    """Recodes the cells marked in `turned` for persons in [lo, hi).

    turned: (111, 256) uint8 by county and cell; cells: (111,) number of cells of each county's rural part.
    Returns (counted, present, stocks): (224,) persons recoded by the rural part counted and lived in, and the change
    of the stocks.
    """
    counted_change = np.zeros(N_PARTS, np.int64)
    present_change = np.zeros(N_PARTS, np.int64)
    stocks = stocks_of_nobody()
    turns, anywhere = np.zeros((BYTE_VALUES, N_CELLS), np.uint8), np.zeros(N_CELLS, np.uint8)
    _write_turns(turned, cells, turns, anywhere)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_cells(people.cell[start:stop], anywhere, marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            # The dead live and count nowhere.
            home, lives, counted = people.home[row], people.lives[row], people.counted[row]
            cell = people.cell[row]
            if turns[counted, cell]:
                people.counted[row] = counted + 1
                counted_change[counted] += 1
            home_turns, lives_turns = turns[home, cell] != 0, turns[lives, cell] != 0
            if not (home_turns or lives_turns):
                continue
            count_person(row, -1, people, stocks)
            count_woman(row, -1, people, stocks)
            if home_turns:
                people.home[row] = home + 1
            if lives_turns:
                people.lives[row] = lives + 1
                present_change[lives] += 1
            away = people.home[row] != people.lives[row]
            if not away and home_turns != lives_turns:
                people.holdings[row] |= uint8(
                    OTHER_TOWNSHIP
                )  # one of the two parts turned and is now the other
            people.risk[row] = (people.risk[row] & (BYTE - AWAY)) | away
            people.pending[row] |= uint8(pending.ALL)
            count_person(row, 1, people, stocks)
            count_woman(row, 1, people, stocks)
    return counted_change, present_change, stocks
