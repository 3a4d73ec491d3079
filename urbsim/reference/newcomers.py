"""Plain twin of `urbsim.kernels.newcomers`."""

from __future__ import annotations

import numpy as np

from urbsim import news
from urbsim.columns import Columns, Ledger
from urbsim.reference.moving import MONTHS_TO_RESIDENCE
from urbsim.reference.stocks import count_places, count_women
from urbsim.risk import risk_class_array


def apply_newcomers(
    donors: np.ndarray,
    homes: np.ndarray,
    to: np.ndarray,
    ids: np.ndarray,
    n_people: int,
    months: int,
    month: int,
    people: Columns,
    ledger: Ledger,
) -> int:
    """Appends one person like each donor was in the base, alone, living and counted in part `to` (ODD equation M9)."""
    rows = n_people + np.arange(donors.size)
    people.ids[rows - people.identity_rows] = ids
    people.birth_month[rows] = people.birth_month[donors] + months
    people.home[rows] = homes
    for column in (people.sex, people.schooling, people.cell):
        column[rows] = column[donors]
    nothing_yet = (
        people.enrolled, people.other_township, people.collective, people.births, people.work, people.work_county,
        people.support, people.school,
    )  # fmt: skip
    for column in nothing_yet:
        column[rows] = 0
    people.changed[rows] = news.ALL
    people.spouse[rows] = people.parent[rows] = -1
    people.ring[rows] = rows
    people.lives[rows] = people.counted[rows] = to
    people.left_home[rows] = month - MONTHS_TO_RESIDENCE
    age = (month - people.birth_month[rows].astype(np.int64)) // 12
    people.risk[rows] = risk_class_array(age, people.sex[rows], np.zeros_like(age), np.ones_like(age))
    np.add.at(ledger.entered, homes, 1)
    np.add.at(ledger.moves, (homes, to), 1)
    np.add.at(ledger.counted_moves, (homes, to), 1)
    count_places(rows, 1, people, ledger.stocks)
    count_women(rows, 1, people, ledger.stocks)
    return n_people + donors.size
