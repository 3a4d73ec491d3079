"""The stocks that the ledger carries: a person is taken out (change -1), something happens, and is put in (1) again."""

from __future__ import annotations

import numpy as np
from numba import int64

from urbsim.compute.compiled import inlined, njit
from urbsim.state.codes import FIRST_OUTSIDE, IN_UNION, N_PARTS, N_SETTINGS, WOMAN
from urbsim.state.holdings import DORMITORY, PERMIT
from urbsim.state.ledger import N_BIRTH_MONTHS, Stocks
from urbsim.state.parts import setting_of


@njit(inline="always")
def stocks_of_nobody():
    """As `urbsim.state.ledger.empty_stocks`, inside kernels."""
    return Stocks(
        np.zeros((N_PARTS, N_PARTS), np.int64),
        np.zeros(N_PARTS, np.int64),
        np.zeros(N_PARTS, np.int64),
        np.zeros((N_BIRTH_MONTHS, N_SETTINGS, 2), np.int64),
    )


@inlined
def holds_permit(holdings, home, lives):
    """1 for who holds the permit of the town of Guangxi they live in and are not registered in, else 0."""
    elsewhere_in_town = (lives < FIRST_OUTSIDE) & ((lives & 1) == 1) & (home != lives)
    return holdings & PERMIT & elsewhere_in_town


@inlined
def sleeps_in_dormitory(holdings):
    """1 for who sleeps in a dormitory, else 0."""
    return int64((holdings & DORMITORY) != 0)


@inlined
def count_person(row, change, people, stocks):
    """Who is registered and lives where, and holds a permit or sleeps in a dormitory there."""
    home, lives, holdings = people.home[row], people.lives[row], people.holdings[row]
    stocks.persons[home, lives] += change
    stocks.holders[lives] += change * holds_permit(holdings, home, lives)
    stocks.sleepers[lives] += change * sleeps_in_dormitory(holdings)


@inlined
def count_woman(row, change, people, stocks):
    """Women by month of birth, setting and union; men are passed over."""
    risk = people.risk[row]
    if risk & WOMAN:
        setting = setting_of(people.lives[row])
        stocks.women[people.birth_month[row], setting, (risk & IN_UNION) >> 1] += change
