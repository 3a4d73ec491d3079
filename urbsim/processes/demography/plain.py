"""Plain twin of `urbsim.processes.demography.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.plain.luck import event_luck, high_bits, ids_of, luck_of
from urbsim.compute.randomness import PHI, draw64_array, mix64_array
from urbsim.compute.words import BYTE
from urbsim.processes.moving.plain import Moves
from urbsim.state import pending
from urbsim.state.codes import AWAY, DEAD, FEMALE, FIRST_OUTSIDE, IN_UNION, N_SETTINGS, NOWHERE, WOMAN
from urbsim.state.columns import Columns
from urbsim.state.definitions import RESIDENT_AFTER
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.ledger import N_BIRTH_MONTHS, Ledger
from urbsim.state.plain.households import (
    COMING_OF_AGE,
    hand_children_over,
    insert_after,
    leave,
    others,
    split_off,
    unite,
)
from urbsim.state.plain.persons import alive, has_town_schedule, setting, years_old
from urbsim.state.plain.stocks import count_persons, count_women
from urbsim.state.risk import risk_class_array

_TOP_BIT = np.uint64(1 << 63)
_LOW_BITS = np.uint64(0xFFFFFFFF)
_NEVER = 12 * 1000  # months, more than anybody's age


def deaths(
    rows: np.ndarray, month: int, people: Columns, threshold: np.ndarray, key: np.uint64, fine_key: np.uint64
) -> np.ndarray:
    """Rows of those who die this month (ODD equation D1)."""
    town = has_town_schedule(people.lives[rows])
    below = threshold[years_old(rows, month, people), people.sex[rows], town]
    return rows[event_luck(rows, people, key, fine_key) < below]


def apply_deaths(rows: np.ndarray, people: Columns, ledger: Ledger) -> None:
    """Takes the dead out of the accounts and widows their spouses."""
    np.add.at(ledger.deaths, people.counted[rows], 1)
    np.add.at(ledger.deaths_present, people.lives[rows], 1)
    count_persons(rows, -1, people, ledger.stocks)
    for row in rows.tolist():
        count_women([row], -1, people, ledger.stocks)
        widowed = int(people.spouse[row])
        if widowed >= 0:
            hand_children_over(row, widowed, people)
            count_women([widowed], -1, people, ledger.stocks)
            people.spouse[[row, widowed]] = -1
            people.risk[widowed] &= np.uint8(BYTE - IN_UNION)
            count_women([widowed], 1, people, ledger.stocks)
    people.risk[rows] = DEAD
    for column in (people.home, people.lives, people.counted):
        column[rows] = NOWHERE
    people.pending[rows] |= np.uint8(pending.ALL)


def mothers(
    rows: np.ndarray,
    month: int,
    people: Columns,
    threshold: np.ndarray,
    spacing: int,
    key: np.uint64,
    fine_key: np.uint64,
) -> np.ndarray:
    """Rows of women in a union, without a newborn, who give birth this month (ODD equation D2)."""
    able = alive(rows, people) & (people.spouse[rows] >= 0) & (people.sex[rows] == FEMALE)
    below = threshold[years_old(rows, month, people), setting(people.lives[rows])]
    lucky = rows[able & (event_luck(rows, people, key, fine_key) < below)]
    return lucky[[_youngest_child(row, month, people) >= spacing for row in lucky.tolist()]]


def births_since(lo: int, hi: int, first: int, last: int, people: Columns) -> np.ndarray:
    """Women in a union whose children are in [lo, hi), by month of that birth, month of birth and setting (ODD D2)."""
    rows = lo + np.flatnonzero(people.birth_month[lo:hi] >= first)
    rows = rows[people.parent[rows] >= 0]
    parents = people.parent[rows]
    bore = (people.sex[parents] == FEMALE) & (people.spouse[parents] >= 0)
    born, women = people.birth_month[rows[bore]], parents[bore]
    out = np.zeros((last - first + 1, N_BIRTH_MONTHS, N_SETTINGS), np.int64)
    np.add.at(out, (born - first, people.birth_month[women], setting(people.lives[women])), 1)
    return out


def _youngest_child(row: int, month: int, people: Columns) -> int:
    """Months since the last birth of a child of `row` in its household; very many where there is none."""
    ages = [month - int(people.birth_month[m]) for m in others(row, people) if people.parent[m] == row]
    return min(ages, default=_NEVER)


def _parent_with_home(mother: int, month: int, people: Columns) -> int:
    """The parent, the mother first, at whose home in Guangxi a grown-up of the household lives; -1 for neither."""
    where_grown_ups_live = {
        int(people.lives[member])
        for member in others(mother, people)
        if people.risk[member] != DEAD and month - int(people.birth_month[member]) >= COMING_OF_AGE
    }
    parents = [row for row in (mother, int(people.spouse[mother])) if row >= 0]
    homes = {row: int(people.home[row]) for row in parents}
    able = (row for row in parents if homes[row] < FIRST_OUTSIDE and homes[row] in where_grown_ups_live)
    return next(able, -1)


def apply_births(
    rows: np.ndarray,
    n_people: int,
    month: int,
    people: Columns,
    ledger: Ledger,
    boys: np.uint64,
    brought_home: np.uint64,
    key: np.uint64,
) -> tuple[int, np.ndarray]:
    """Appends a newborn for each mother (ODD equations D3, C2). Returns (n_people, newborns under way)."""
    homes = np.array([_parent_with_home(row, month, people) for row in rows.tolist()], np.int64)
    outside = people.lives[rows] >= FIRST_OUTSIDE
    new = n_people + np.arange(rows.size)
    people.births[rows] += 1
    order = people.births[rows].astype(np.uint64)
    person = mix64_array(mix64_array(ids_of(rows, people) + PHI) + order) | _TOP_BIT
    people.ids[new - people.identity_rows] = person
    luck = draw64_array(person, key)
    people.sex[new] = (high_bits(luck) >= boys).astype(np.uint8)
    people.birth_month[new] = month
    inherited = (
        people.home,
        people.lives,
        people.counted,
        people.left_home,
        people.cell,
    )
    for column in inherited:
        column[new] = column[rows]
    nothing_yet = (
        people.schooling, people.enrolled, people.births, people.work, people.work_county,
        people.school, people.pending,
    )  # fmt: skip
    for column in nothing_yet:
        column[new] = 0
    people.holdings[new] = people.holdings[rows] & np.uint8(OTHER_TOWNSHIP)
    people.spouse[new] = -1
    people.parent[new] = rows
    for mother, child in zip(rows.tolist(), new.tolist(), strict=True):
        insert_after(mother, child, people.ring)
    comes = outside & (homes >= 0) & ((luck & _LOW_BITS) < brought_home)
    back, parent = new[comes], homes[comes]
    for column in (people.home, people.lives, people.counted):
        column[back] = people.home[parent]
    people.cell[back] = people.cell[parent]
    people.holdings[back] = 0
    people.left_home[back] = month
    away = people.home[new] != people.lives[new]
    zero = np.zeros(new.size, np.int64)
    people.risk[new] = risk_class_array(zero, people.sex[new], zero, away)
    np.add.at(ledger.births, people.counted[new], 1)
    np.add.at(ledger.births_present, people.lives[new], 1)
    count_persons(new, 1, people, ledger.stocks)
    count_women(new, 1, people, ledger.stocks)
    recent = month - people.left_home[new].astype(np.int64) < RESIDENT_AFTER
    return n_people + rows.size, new[away & recent].astype(np.int32)


def unions(
    rows: np.ndarray,
    month: int,
    people: Columns,
    formation: np.ndarray,
    dissolution: np.ndarray,
    key: np.uint64,
    fine_key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Singles who start to look for a partner, and women whose union ends (ODD equations D4, D6)."""
    rows = rows[alive(rows, people)]
    u = event_luck(rows, people, key, fine_key)
    age, sex = years_old(rows, month, people), people.sex[rows]
    single = people.spouse[rows] < 0
    seeks = single & (u < formation[age, sex, has_town_schedule(people.lives[rows])])
    ends = ~single & (sex == FEMALE) & (u < dissolution[age])
    return rows[seeks], rows[ends]


def free_seekers(
    rows: np.ndarray, born_after: int, pools: np.ndarray, people: Columns, key: np.uint64
) -> tuple[np.ndarray, ...]:
    """Who may go on looking for a partner, and what decides over them (ODD equation D5).

    Returns (rows, marriage market, sex, birth month, luck).
    """
    rows = rows[alive(rows, people) & (people.spouse[rows] < 0) & (people.birth_month[rows] > born_after)]
    pool = pools[people.lives[rows]]
    return rows, pool, people.sex[rows], people.birth_month[rows], luck_of(rows, people, key)


def apply_unions(
    women: np.ndarray,
    men: np.ndarray,
    month: int,
    people: Columns,
    ledger: Ledger,
    to_him: np.uint64,
    own_household: np.uint64,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Joins pairs: spouses, one household, one part lived in (ODD equation D5). Returns (log, absences)."""
    bits = luck_of(men, people, key)
    she_moves = high_bits(bits) < to_him
    at_home = people.lives[men] == people.home[men]
    on_their_own = at_home & ((bits & _LOW_BITS) < own_household)
    moves = Moves(month, people, ledger)
    for k, (she, he) in enumerate(zip(women.tolist(), men.tolist(), strict=True)):
        count_women([she], -1, people, ledger.stocks)
        people.spouse[she], people.spouse[he] = he, she
        people.risk[[she, he]] |= np.uint8(IN_UNION)
        count_women([she], 1, people, ledger.stocks)
        if on_their_own[k]:
            split_off(he, month, people)
        split_off(she, month, people)
        unite(she, he, people.ring)
        mover, stayer = (she, he) if she_moves[k] else (he, she)
        if people.lives[mover] != people.lives[stayer]:
            moves.relocate(mover, int(people.lives[stayer]))
    return moves.results()


def apply_separations(
    women: np.ndarray, month: int, people: Columns, ledger: Ledger, with_mother: np.uint64, key: np.uint64
) -> None:
    """Ends unions: she leaves the household, her minor children with her by luck (ODD equation D6)."""
    children_go = high_bits(luck_of(women, people, key)) < with_mother
    for she, with_children in zip(women.tolist(), children_go.tolist(), strict=True):
        he = int(people.spouse[she])
        if he < 0:
            continue
        count_women([she], -1, people, ledger.stocks)
        people.spouse[[she, he]] = -1
        people.risk[[she, he]] &= np.uint8(BYTE - IN_UNION)
        count_women([she], 1, people, ledger.stocks)
        if with_children:
            split_off(she, month, people)
        else:
            hand_children_over(she, he, people)
            leave(she, people.ring)


def reclassify(lo: int, hi: int, month: int, risk: np.ndarray, birth_month: np.ndarray) -> None:
    """Writes the age of the living in [lo, hi) into their risk class (ODD: Ageing)."""
    rows = lo + np.flatnonzero(risk[lo:hi] != DEAD)
    age = (month - birth_month[rows].astype(np.int64)) // 12
    sex, in_union, away = ((risk[rows] & bit) // bit for bit in (WOMAN, IN_UNION, AWAY))
    risk[rows] = risk_class_array(age, sex, in_union, away)
