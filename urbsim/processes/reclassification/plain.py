"""Plain twin of `urbsim.processes.reclassification.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.words import BYTE
from urbsim.state import pending
from urbsim.state.codes import AWAY, FIRST_OUTSIDE, N_PARTS
from urbsim.state.columns import Columns
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.ledger import Stocks, empty_stocks
from urbsim.state.plain.persons import alive
from urbsim.state.plain.stocks import count_persons, count_women


def turn_urban(
    lo: int, hi: int, people: Columns, turned: np.ndarray, cells: np.ndarray
) -> tuple[np.ndarray, np.ndarray, Stocks]:
    """Recodes everybody registered, living or counted in a cell marked in `turned` (ODD equation K2)."""
    rows = np.arange(lo, hi)
    rows = rows[alive(rows, people)]
    cell = people.cell[rows].astype(np.int64)

    def turns(part: np.ndarray) -> np.ndarray:
        part = part.astype(np.int64)
        county = np.minimum(part // 2, cells.size - 1)
        village = (part < FIRST_OUTSIDE) & (part % 2 == 0)
        return village & (turned[county, cell % cells[county]] == 1)

    home, lives, counted = people.home[rows], people.lives[rows], people.counted[rows]
    home_turns, lives_turns, counted_turns = turns(home), turns(lives), turns(counted)
    stocks = empty_stocks()
    count_persons(rows, -1, people, stocks)
    count_women(rows, -1, people, stocks)
    people.home[rows[home_turns]] += 1
    people.lives[rows[lives_turns]] += 1
    people.counted[rows[counted_turns]] += 1
    people.pending[rows[home_turns | lives_turns]] |= np.uint8(pending.ALL)
    # Where one of the two parts turned and is now the other, the registration is of another township there.
    now_at_home = people.home[rows] == people.lives[rows]
    people.holdings[rows[now_at_home & (home_turns != lives_turns)]] |= np.uint8(OTHER_TOWNSHIP)
    away = np.where(now_at_home, 0, AWAY).astype(np.uint8)
    people.risk[rows] = (people.risk[rows] & np.uint8(BYTE - AWAY)) | away
    count_persons(rows, 1, people, stocks)
    count_women(rows, 1, people, stocks)
    by_counted = np.bincount(counted[counted_turns], minlength=N_PARTS)
    by_lived = np.bincount(lives[lives_turns], minlength=N_PARTS)
    return by_counted.astype(np.int64), by_lived.astype(np.int64), stocks
