"""Villages that turn urban where they stand: everybody in a chosen cell, and everybody registered there (ODD K2)."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8

from urbsim import news
from urbsim.columns import N_BIRTH_MONTHS, N_PARTS, Stocks
from urbsim.compiled import njit, part
from urbsim.kernels.stocks import count_place, count_woman


@part
def _turns(place, cell, turned, cells):
    """Whether this part is rural and this cell of it turns."""
    return place < 222 and (place & 1) == 0 and turned[place >> 1, cell % cells[place >> 1]]


@njit(nogil=True, cache=True)
def turn_urban(lo, hi, people, turned, cells):
    """Recodes the cells marked in `turned` for persons in [lo, hi).

    turned: (111, 256) uint8 by county and cell; cells: (111,) number of cells of each county's rural part.
    Returns (counted, present, stocks): (224,) persons recoded by the rural part counted and lived in, and the change
    of the stocks.
    """
    counted_change = np.zeros(N_PARTS, np.int64)
    present_change = np.zeros(N_PARTS, np.int64)
    stocks = Stocks(
        np.zeros((N_PARTS, N_PARTS), np.int64),
        np.zeros(N_PARTS, np.int64),
        np.zeros((N_BIRTH_MONTHS, 3, 2), np.int64),
    )
    for row in range(lo, hi):
        if people.risk[row] == 255:
            continue
        home, lives, counted = (
            int64(people.home[row]),
            int64(people.lives[row]),
            int64(people.counted[row]),
        )
        cell = people.cell[row]
        if _turns(counted, cell, turned, cells):
            people.counted[row] = counted + 1
            counted_change[counted] += 1
        home_turns, lives_turns = _turns(home, cell, turned, cells), _turns(lives, cell, turned, cells)
        if not (home_turns or lives_turns):
            continue
        count_place(row, -1, people, stocks)
        count_woman(row, -1, people, stocks)
        if home_turns:
            people.home[row] = home + 1
        if lives_turns:
            people.lives[row] = lives + 1
            present_change[lives] += 1
        away = people.home[row] != people.lives[row]
        if not away and home_turns != lives_turns:
            people.other_township[row] = 1  # one of the two parts turned and is now the other
        people.risk[row] = (people.risk[row] & 0xFE) | away
        people.changed[row] |= uint8(news.ALL)
        count_place(row, 1, people, stocks)
        count_woman(row, 1, people, stocks)
    return counted_change, present_change, stocks
