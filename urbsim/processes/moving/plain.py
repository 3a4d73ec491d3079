"""Plain twin of `urbsim.processes.moving.kernels`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from urbsim.compute.plain.luck import high_bits, luck_of
from urbsim.compute.words import BYTE
from urbsim.state import pending
from urbsim.state.codes import AWAY, DEAD, FIRST_OUTSIDE
from urbsim.state.columns import Columns
from urbsim.state.definitions import RESIDENT_AFTER
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP, PERMIT
from urbsim.state.ledger import Ledger
from urbsim.state.plain.households import COMING_OF_AGE, children_of, others
from urbsim.state.plain.persons import alive, months_old
from urbsim.state.plain.stocks import count_persons, count_women
from urbsim.state.risk import risk_class_array

_STARTING_SCHOOL = 6 * 12  # months of age


@dataclass
class Moves:
    """Moves of one month, carried out one by one, and what they leave behind (ODD equations C1-C3).

    log: (row, from, to) of changes of the counted part; absences: rows of first-time leavers.
    """

    month: int
    people: Columns
    ledger: Ledger
    log: list[tuple[int, int, int]] = field(default_factory=list)
    absences: list[int] = field(default_factory=list)

    def relocate(self, row: int, to: int) -> None:
        """One person moves: the ledger, the network stock and the six-month clock follow."""
        people, ledger = self.people, self.ledger
        home, before = int(people.home[row]), int(people.lives[row])
        count_persons([row], -1, people, ledger.stocks)
        count_women([row], -1, people, ledger.stocks)
        people.lives[row] = to
        people.holdings[row] &= ~np.uint8(PERMIT | DORMITORY)
        count_persons([row], 1, people, ledger.stocks)
        count_women([row], 1, people, ledger.stocks)
        people.pending[row] |= np.uint8(pending.ALL)
        ledger.moves[before, to] += 1
        if to == home:
            ledger.returned[home] += 1
            people.left_home[row] = self.month
            people.holdings[row] &= ~np.uint8(OTHER_TOWNSHIP)
            people.risk[row] &= np.uint8(BYTE - AWAY)
            self.count_at(row, home)
            return
        people.risk[row] |= np.uint8(AWAY)
        if before == home:
            self._leave_home(row, to)
        elif self.month - int(people.left_home[row]) >= RESIDENT_AFTER:
            self.count_at(row, to)

    def _leave_home(self, row: int, to: int) -> None:
        if self.people.holdings[row] & OTHER_TOWNSHIP:
            # Registered in another township: away for long by definition, so an onward mover.
            self.people.holdings[row] &= ~np.uint8(OTHER_TOWNSHIP)
            self.people.left_home[row] = self.month - RESIDENT_AFTER
            self.count_at(row, to)
        else:
            self.people.left_home[row] = self.month
            self.absences.append(row)

    def count_at(self, row: int, part: int) -> None:
        """From now on the person is a resident of `part`."""
        before = int(self.people.counted[row])
        if before != part:
            self.people.counted[row] = part
            self.ledger.counted_moves[before, part] += 1
            self.log.append((row, before, part))

    def to_site(self, row: int, village: int) -> None:
        """One person of a house in the village is from now on in the town, registered there who was so here."""
        people, ledger, town = self.people, self.ledger, village + 1
        count_persons([row], -1, people, ledger.stocks)
        count_women([row], -1, people, ledger.stocks)
        if people.lives[row] == village:
            people.lives[row] = town
            people.holdings[row] &= ~np.uint8(DORMITORY)
            ledger.moves[village, town] += 1
        if people.home[row] == village:
            people.home[row] = town
            if people.lives[row] == town:
                people.holdings[row] |= np.uint8(OTHER_TOWNSHIP)
        if people.counted[row] == village:
            self.count_at(row, town)
        away = np.uint8(people.home[row] != people.lives[row])
        people.risk[row] = (people.risk[row] & np.uint8(BYTE - AWAY)) | (away * np.uint8(AWAY))
        people.pending[row] |= np.uint8(pending.ALL)
        count_persons([row], 1, people, ledger.stocks)
        count_women([row], 1, people, ledger.stocks)

    def results(self) -> tuple[np.ndarray, np.ndarray]:
        """(log, absences) as arrays of int32, (n, 3) and (m,)."""
        return np.array(self.log, np.int32).reshape(-1, 3), np.array(self.absences, np.int32)


def apply_moves(
    rows: np.ndarray,
    to: np.ndarray,
    come_along: np.ndarray,
    month: int,
    people: Columns,
    ledger: Ledger,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Carries out moves in order, families together (ODD equations M6, M7). Returns (log, absences)."""
    everybody = high_bits(luck_of(np.arange(people.ring.size), people, key))
    moves = Moves(month, people, ledger)
    for head, part in zip(rows.tolist(), to.tolist(), strict=True):
        start = people.lives[head]
        if people.risk[head] == DEAD or start == part:
            continue
        spouse = int(people.spouse[head])
        couple = spouse >= 0 and people.lives[spouse] == start
        both_go = couple and everybody[head] < come_along[0, part, 0]
        moves.relocate(head, part)
        if both_go:
            moves.relocate(spouse, part)
        if couple and not both_go:
            continue  # children stay with the parent who stays
        for child in children_of(head, people):
            age = month - int(people.birth_month[child])
            comes_below = come_along[
                1 + (age >= _STARTING_SCHOOL), part, _registered_elsewhere(child, part, people)
            ]
            if people.lives[child] == start and age < COMING_OF_AGE and everybody[child] < comes_below:
                moves.relocate(child, part)
    return moves.results()


def _registered_elsewhere(child: int, part: int, people: Columns) -> int:
    """0 if the child is registered in the county that `part` belongs to, else 1."""
    return int(int(people.home[child]) // 2 != part // 2)


def change_township(
    lo: int, hi: int, month: int, people: Columns, thresholds: np.ndarray, key: np.uint64
) -> None:
    """Who lives in another township of the same part from now on (ODD equation M11)."""
    rows = np.arange(lo, hi)
    home = people.home[rows]
    at_home = (home == people.lives[rows]) & (home == people.counted[rows]) & (home < FIRST_OUTSIDE)
    rows = rows[at_home & alive(rows, people) & (people.holdings[rows] & OTHER_TOWNSHIP == 0)]
    minor = (people.parent[rows] >= 0) & (months_old(rows, month, people) < COMING_OF_AGE)
    head = np.where(minor, people.parent[rows], rows)
    head = np.where(people.spouse[head] >= 0, np.minimum(head, people.spouse[head]), head)
    goes = high_bits(luck_of(head, people, key)) < thresholds[people.home[rows] % 2]
    people.holdings[rows[goes]] |= np.uint8(OTHER_TOWNSHIP)


def children_who_join(
    rows: np.ndarray, month: int, people: Columns, threshold: np.ndarray, key: np.uint64
) -> tuple[np.ndarray, np.ndarray]:
    """Children left at home who join a parent away (ODD equation M8). Returns (children, parts)."""
    everybody = high_bits(luck_of(np.arange(people.ring.size), people, key))
    found: list[tuple[int, int]] = []
    for row in rows.tolist():
        if people.risk[row] == DEAD or people.lives[row] == people.home[row]:
            continue
        partner = people.spouse[row]
        for child in children_of(row, people):
            lives = people.lives[child]
            left_at_home = lives == people.home[child] and lives != people.lives[row]
            age = month - int(people.birth_month[child])
            minor = age < COMING_OF_AGE
            alone = partner < 0 or people.lives[partner] != lives
            to = int(people.lives[row])
            below = threshold[int(age >= _STARTING_SCHOOL), to, _registered_elsewhere(child, to, people)]
            if left_at_home and minor and alone and everybody[child] < below:
                found.append((child, to))
    pairs = np.array(found, np.int64).reshape(-1, 2)
    return pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.uint8)


def spouses_who_join(
    rows: np.ndarray, people: Columns, threshold: np.uint64, key: np.uint64
) -> tuple[np.ndarray, np.ndarray]:
    """Spouses who live elsewhere and join those away who stay (ODD equation M6). Returns (spouses, parts)."""
    rows = rows[(people.risk[rows] != DEAD) & (people.lives[rows] != people.home[rows])]
    rows = rows[people.spouse[rows] >= 0]
    spouses, to = people.spouse[rows], people.lives[rows]
    joins = (people.lives[spouses] != to) & (people.enrolled[spouses] == 0)
    joins &= high_bits(luck_of(spouses, people, key)) < threshold
    return spouses[joins], to[joins]


def apply_children(
    children: np.ndarray, to: np.ndarray, month: int, people: Columns, ledger: Ledger
) -> tuple[np.ndarray, np.ndarray]:
    """Moves each child to its parent unless it lives there already. Returns (log, absences)."""
    moves = Moves(month, people, ledger)
    for child, part in zip(children.tolist(), to.tolist(), strict=True):
        if people.lives[child] != part:
            moves.relocate(child, part)
    return moves.results()


def move_to_sites(
    rows: np.ndarray, places: np.ndarray, month: int, people: Columns, ledger: Ledger
) -> tuple[np.ndarray, np.ndarray]:
    """Plain twin of the kernel `move_to_sites`."""
    moves, moved = Moves(month, people, ledger), np.zeros(places.size, np.int64)
    waits: set[int] = set()
    for first in rows.tolist():
        village = int(people.home[first])
        county, town = divmod(village, 2)
        if town or county in waits:
            continue
        house = [
            member
            for member in (first, *others(first, people))
            if people.risk[member] != DEAD and village in (people.home[member], people.lives[member])
        ]
        if len(house) > places[county]:
            waits.add(county)
            continue
        places[county] -= len(house)
        moved[county] += 1
        for row in house:
            moves.to_site(row, village)
    return moves.results()[0], moved


def six_months(rows: np.ndarray, month: int, people: Columns, ledger: Ledger) -> np.ndarray:
    """Counts where they live those away six months (ODD equation C2). Returns the log of changes."""
    away = rows[(people.risk[rows] != DEAD) & (people.lives[rows] != people.home[rows])]
    long_enough = month - people.left_home[away].astype(np.int64) >= RESIDENT_AFTER
    moves = Moves(month, people, ledger)
    for row in away[long_enough].tolist():
        moves.count_at(row, int(people.lives[row]))
    return moves.results()[0]


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
        people.enrolled, people.births, people.work, people.work_county,
        people.holdings, people.school,
    )  # fmt: skip
    for column in nothing_yet:
        column[rows] = 0
    people.pending[rows] = pending.ALL
    people.spouse[rows] = people.parent[rows] = -1
    people.ring[rows] = rows
    people.lives[rows] = people.counted[rows] = to
    people.left_home[rows] = month - RESIDENT_AFTER
    age = (month - people.birth_month[rows].astype(np.int64)) // 12
    people.risk[rows] = risk_class_array(age, people.sex[rows], np.zeros_like(age), np.ones_like(age))
    np.add.at(ledger.entered, homes, 1)
    np.add.at(ledger.moves, (homes, to), 1)
    np.add.at(ledger.counted_moves, (homes, to), 1)
    count_persons(rows, 1, people, ledger.stocks)
    count_women(rows, 1, people, ledger.stocks)
    return n_people + donors.size
