"""Villages that turn urban where they stand: everybody in a chosen cell, and everybody registered there (ODD K2)."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8

from urbsim import news
from urbsim.compiled import njit
from urbsim.kernels.parts import origin_of


@njit(nogil=True, cache=True)
def turn_urban(lo, hi, people, turned, cells):
    """Recodes the cells marked in `turned` for persons in [lo, hi).

    turned: (111, 256) uint8 by county and cell; cells: (111,) number of cells of each county's rural part.
    Returns (counted, present, stock): (224,) persons recoded by the rural part counted and lived in, and the change
    (113 origins, 114 places) of who lives where.
    """
    counted_change = np.zeros(224, np.int64)
    present_change = np.zeros(224, np.int64)
    stock = np.zeros((113, 114), np.int64)
    for row in range(lo, hi):
        if people.risk[row] == 255:
            continue
        home = int64(people.home[row])
        if home < 222 and (home & 1) == 0 and turned[home >> 1, people.cell[row] % cells[home >> 1]]:
            people.home[row] = home + 1
            people.changed[row] |= uint8(news.ALL)
            if people.lives[row] == home + 1:
                people.other_township[row] = 1
        lives = int64(people.lives[row])
        if lives < 222 and (lives & 1) == 0 and turned[lives >> 1, people.cell[row] % cells[lives >> 1]]:
            people.lives[row] = lives + 1
            people.changed[row] |= uint8(news.ALL)
            present_change[lives] += 1
            stock[origin_of(people.home[row]), 113] -= 1
            stock[origin_of(people.home[row]), lives >> 1] += 1
            if people.home[row] == lives + 1 and home != lives:
                people.other_township[row] = 1
        counted = int64(people.counted[row])
        if (
            counted < 222
            and (counted & 1) == 0
            and turned[counted >> 1, people.cell[row] % cells[counted >> 1]]
        ):
            people.counted[row] = counted + 1
            counted_change[counted] += 1
        away = people.home[row] != people.lives[row]
        people.risk[row] = (people.risk[row] & 0xFE) | away
    return counted_change, present_change, stock
