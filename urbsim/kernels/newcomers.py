"""People from other provinces who were not in the world before and come to Guangxi (ODD equation M9)."""

from __future__ import annotations

from urbsim import news
from urbsim.compiled import njit
from urbsim.kernels.moving import RESIDENT_AFTER
from urbsim.kernels.stocks import count_place, count_woman
from urbsim.risk import risk_class


@njit(nogil=True, cache=True, _nrt=False)
def apply_newcomers(donors, homes, to, ids, n_people, months, month, people, ledger):
    """Appends one person for each donor: like the donor, alone, living and counted in part `to`.

    donors: rows of base residents registered in other provinces, dead or alive; homes: (n,) uint8 where they were
    registered; to: (n,) uint8 parts; ids: (n,) uint64; months: since the base, so that newcomers are as old now as
    their donors were then.
    A newcomer left home long ago by definition and counts at once. Returns the new number of rows in use.
    """
    for k in range(donors.size):
        donor = donors[k]
        row = n_people
        n_people += 1
        home = homes[k]
        people.ids[row - people.identity_rows] = ids[k]
        people.birth_month[row] = people.birth_month[donor] + months
        people.sex[row] = people.sex[donor]
        people.schooling[row] = people.schooling[donor]
        people.enrolled[row] = 0
        people.home[row] = home
        people.lives[row] = to[k]
        people.counted[row] = to[k]
        people.other_township[row] = 0
        people.left_home[row] = month - RESIDENT_AFTER
        people.collective[row] = 0
        people.cell[row] = people.cell[donor]
        people.spouse[row] = -1
        people.parent[row] = -1
        people.births[row] = 0
        people.work[row] = 0
        people.work_county[row] = 0
        people.support[row] = 0
        people.school[row] = 0
        people.changed[row] = news.ALL
        people.ring[row] = row
        people.risk[row] = risk_class((month - people.birth_month[row]) // 12, people.sex[row], 0, 1)
        ledger.entered[home] += 1
        ledger.moves[home, to[k]] += 1
        ledger.counted_moves[home, to[k]] += 1
        count_place(row, 1, people, ledger.stocks)
        count_woman(row, 1, people, ledger.stocks)
    return n_people
