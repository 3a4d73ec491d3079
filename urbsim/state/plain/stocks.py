"""Plain twin of `urbsim.state.stocks`."""

from __future__ import annotations

import numpy as np

from urbsim.state.codes import FEMALE, FIRST_OUTSIDE
from urbsim.state.columns import Columns
from urbsim.state.holdings import DORMITORY, PERMIT
from urbsim.state.ledger import Stocks
from urbsim.state.plain.persons import setting

Rows = np.ndarray | list[int]


def count_persons(rows: Rows, change: int, people: Columns, stocks: Stocks) -> None:
    """Takes persons out of (-1) or puts them into (1) the stocks of who lives where, holds a permit, is in a bed."""
    home, lives, holdings = people.home[rows], people.lives[rows], people.holdings[rows]
    np.add.at(stocks.persons, (home, lives), change)
    in_town = (lives < FIRST_OUTSIDE) & (lives % 2 == 1)
    holds = in_town & (home != lives) & (holdings & PERMIT != 0)
    np.add.at(stocks.holders, lives[holds], change)
    np.add.at(stocks.sleepers, lives[holdings & DORMITORY != 0], change)


def count_women(rows: Rows, change: int, people: Columns, stocks: Stocks) -> None:
    """Takes the women among them out of (-1) or puts them into (1) the stock of women."""
    rows = np.asarray(rows)
    rows = rows[people.sex[rows] == FEMALE]
    in_union = (people.spouse[rows] >= 0).astype(np.int64)
    np.add.at(stocks.women, (people.birth_month[rows], setting(people.lives[rows]), in_union), change)
