"""Plain twin of `urbsim.processes.schooling.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.plain.luck import high_bits, luck_of
from urbsim.processes.moving.plain import Moves
from urbsim.state import pending
from urbsim.state.codes import (
    BACHELOR,
    COLLEGE,
    DEAD,
    FIRST_OUTSIDE,
    JUNIOR_SECONDARY,
    N_COUNTIES,
    N_PARTS,
    N_PLACE_KINDS,
    NO_PLACE,
    PRIMARY,
    PUBLIC_PLACE,
    SENIOR_SECONDARY,
    UNSCHOOLED,
)
from urbsim.state.columns import Columns
from urbsim.state.definitions import RESIDENT_AFTER
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP, PERMIT
from urbsim.state.ledger import Ledger
from urbsim.state.plain.definitions import stages
from urbsim.state.plain.persons import alive, has_town_schedule, months_old, part_of_destination
from urbsim.state.stages import N_STAGES

_LONGEST = 2000
_LUCK_FROM, _LUCK_BITS, _TURN_FROM = 9, 43, 52
_DOWN = np.uint8(pending.SCHOOL | pending.IN_NEED | pending.FROM_ELSEWHERE)


def _in_need(
    rows: np.ndarray, stage: np.ndarray, people: Columns, attending: np.ndarray, traits: np.ndarray
) -> np.ndarray:
    goes = np.zeros(rows.size, bool)
    for one in range(N_STAGES):
        goes |= (stage == one) & (high_bits(luck_of(rows, people, traits[one])) < attending[one])
    return goes


def _in_town(part: np.ndarray) -> np.ndarray:
    return (part < FIRST_OUTSIDE) & (part % 2 == 1)


def review(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    waited: np.ndarray,
    attending: np.ndarray,
    traits: np.ndarray,
    everybody: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places given up, who waits, who needs: of everybody, or the change by marked children (ODD equations E1, E2)."""
    rows = np.arange(lo, hi)
    if everybody:
        people.pending[rows] &= ~_DOWN
    young = (people.risk[rows] == DEAD) | (people.risk[rows] < 32)
    news = people.pending[rows] & pending.SCHOOL != 0
    people.pending[rows[~young]] &= ~np.uint8(pending.SCHOOL)
    rows = rows[young & (everybody | news | np.isin(rows, waited))]
    dead = people.risk[rows] == DEAD
    born, lives = people.birth_month[rows], people.lives[rows].astype(int)
    now, before = stages(month, born), stages(month - 1, born)
    kind, county = people.school[rows].astype(int), people.work_county[rows].astype(int)
    need = np.zeros((N_COUNTIES, N_STAGES, 2), np.int64)
    down = people.pending[rows] & pending.IN_NEED != 0
    was_elsewhere = (people.pending[rows] & pending.FROM_ELSEWHERE != 0).astype(int)
    np.add.at(need, (county[down], before[down], was_elsewhere[down]), -1)
    people.pending[rows] &= ~_DOWN
    cause = np.select([dead, lives != 2 * county + 1, now != before], [2, 0, 1], -1)
    gives_up = (kind > 0) & (cause >= 0)
    left = np.zeros((3, N_COUNTIES, N_STAGES, N_PLACE_KINDS), np.int64)
    np.add.at(left, (cause[gives_up], county[gives_up], before[gives_up], kind[gives_up] - 1), 1)
    people.school[rows[gives_up]] = NO_PLACE
    holds = people.school[rows] > 0
    needs = ~dead & (now >= 0) & _in_town(lives) & (holds | _in_need(rows, now, people, attending, traits))
    elsewhere = people.home[rows].astype(int) // 2 != lives // 2
    np.add.at(need, (lives[needs] // 2, now[needs], elsewhere[needs].astype(int)), 1)
    people.pending[rows[needs]] |= np.uint8(pending.IN_NEED)
    people.pending[rows[needs & elsewhere]] |= np.uint8(pending.FROM_ELSEWHERE)
    people.work_county[rows[needs]] = lives[needs] // 2
    waiting = rows[needs & ~holds]
    return waiting.astype(np.int32), left, need


def standing(
    rows: np.ndarray,
    month: int,
    people: Columns,
    city: np.ndarray,
    key: np.uint64,
    cell: np.ndarray,
    rank: np.ndarray,
) -> None:
    """Writes the cell of waiting children and their ranks in the queue (ODD equation E3)."""
    county = people.lives[rows].astype(int) // 2
    cell[:] = county * N_STAGES + stages(month, people.birth_month[rows])
    turn = np.empty(rows.size, np.uint64)
    for k, row in enumerate(rows.tolist()):
        mother = int(people.parent[row])
        adults = [] if mother < 0 else [mother, int(people.spouse[mother])]
        away = [
            min(max(month - int(people.left_home[adult]), 0), _LONGEST)
            for adult in adults
            if adult >= 0
            and people.risk[adult] != DEAD
            and people.lives[adult] == people.lives[row] != people.home[adult]
            and (people.holdings[adult] & PERMIT or city[people.home[adult]] == city[people.lives[adult]])
        ]
        if int(people.home[row]) // 2 == county[k]:
            turn[k] = 0
        else:
            turn[k] = 1 + _LONGEST - max(away) if away else _LONGEST + 2
    rank[:] = turn * np.uint64(2**_TURN_FROM)
    rank += (luck_of(rows, people, key) >> np.uint64(64 - _LUCK_BITS)) * np.uint64(2**_LUCK_FROM)


def take_school_places(rows: np.ndarray, cell: np.ndarray, kinds: np.ndarray, people: Columns) -> np.ndarray:
    """Children take the places they are given (ODD equation E3). Returns (111, 3, 2) places taken."""
    given = kinds > 0
    people.school[rows[given]] = kinds[given]
    people.work_county[rows[given]] = people.lives[rows[given]] // 2
    taken = np.zeros((N_COUNTIES * N_STAGES, N_PLACE_KINDS), np.int64)
    np.add.at(taken, (cell[given], kinds[given] - 1), 1)
    return taken.reshape(N_COUNTIES, N_STAGES, N_PLACE_KINDS)


def turn_with_village(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    turned: np.ndarray,
    cells: np.ndarray,
    attending: np.ndarray,
    traits: np.ndarray,
) -> np.ndarray:
    """Pupils of villages that turn urban keep their school (ODD equation E2). Returns places, (111, 3)."""
    rows = np.arange(lo, hi)
    rows = rows[people.risk[rows] < 32]
    lives = people.lives[rows].astype(int)
    rows = rows[(lives < FIRST_OUTSIDE) & (lives % 2 == 0)]
    county = people.lives[rows].astype(int) // 2
    stage = stages(month, people.birth_month[rows])
    take = turned[county, people.cell[rows] % cells[county]].astype(bool)
    take &= _in_need(rows, stage, people, attending, traits)
    people.school[rows[take]] = PUBLIC_PLACE
    people.work_county[rows[take]] = county[take]
    out = np.zeros((N_COUNTIES, N_STAGES), np.int64)
    np.add.at(out, (county[take], stage[take]), 1)
    return out


def held_school_places(lo: int, hi: int, month: int, people: Columns) -> np.ndarray:
    """Places held, recounted, (111, 4, 2)."""
    rows = lo + np.flatnonzero(people.school[lo:hi])
    out = np.zeros((N_COUNTIES, 1 + N_STAGES, N_PLACE_KINDS), np.int64)
    stage = stages(month, people.birth_month[rows])
    np.add.at(out, (people.work_county[rows], 1 + stage, people.school[rows].astype(int) - 1), 1)
    return out


_LOW_BITS = np.uint64(0xFFFFFFFF)
_YOUNGER_THAN_25 = 40  # risk classes of ages below 25, as of January


def september(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    senior: np.ndarray,
    college: np.ndarray,
    bachelor: np.uint64,
    boards: np.uint64,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A new school year (ODD equations S1, S2). Returns new students, new boarders, who left school at 18."""
    rows = np.arange(lo, hi)
    rows = rows[people.risk[rows] < _YOUNGER_THAN_25]
    age = months_old(rows, month, people) // 12
    level = people.schooling[rows].copy()
    pupil = people.enrolled[rows] == 1
    town = has_town_schedule(people.home[rows])
    bits = luck_of(rows, people, key)

    enters = ~pupil & (level == UNSCHOOLED) & (age >= 6) & (age < 12)
    people.schooling[rows[enters]] = PRIMARY
    people.enrolled[rows[enters]] = 1
    people.schooling[rows[pupil & (level <= PRIMARY) & (age >= 12)]] = JUNIOR_SECONDARY
    leaves_junior = pupil & (level == JUNIOR_SECONDARY) & (age >= 15)
    goes_on = high_bits(bits) < senior[town]
    people.schooling[rows[leaves_junior & goes_on]] = SENIOR_SECONDARY
    people.enrolled[rows[leaves_junior & ~goes_on]] = 0
    leaves_senior = pupil & (level == SENIOR_SECONDARY) & (age >= 18)
    student = high_bits(bits) < college[town]
    degree = np.where(bits & _LOW_BITS < bachelor, BACHELOR, COLLEGE)
    people.schooling[rows[leaves_senior & student]] = degree[leaves_senior & student]
    people.enrolled[rows[leaves_senior & ~student]] = 0
    people.pending[rows[enters | (leaves_junior & ~goes_on) | (leaves_senior & ~student)]] |= np.uint8(
        pending.ALL
    )
    in_village = (people.lives[rows] < FIRST_OUTSIDE) & (people.lives[rows] % 2 == 0)
    boarder = leaves_junior & goes_on & in_village & ((bits & _LOW_BITS) < boards)
    freed = leaves_senior & ~student
    found = leaves_senior & student, boarder, freed
    students, boarders, done = (rows[which].astype(np.int32) for which in found)
    return students, boarders, done


def june(lo: int, hi: int, month: int, people: Columns) -> tuple[np.ndarray, np.ndarray]:
    """College ends at 21 or, for a bachelor's degree, 22 (ODD equation S3): (graduates, beds left by part)."""
    rows = np.arange(lo, hi)
    level = people.schooling[rows]
    student = alive(rows, people) & (people.enrolled[rows] == 1) & (level >= COLLEGE)
    done = student & (months_old(rows, month, people) >= 12 * np.where(level == COLLEGE, 21, 22))
    graduates = rows[done]
    people.enrolled[graduates] = 0
    people.pending[graduates] |= np.uint8(pending.ALL)
    beds = np.bincount(
        people.lives[graduates[people.holdings[graduates] & DORMITORY != 0]], minlength=N_PARTS
    )
    people.holdings[graduates] &= ~np.uint8(DORMITORY)
    return graduates.astype(np.int32), beds


def apply_college(
    rows: np.ndarray, month: int, people: Columns, ledger: Ledger, cumulative: np.ndarray, key: np.uint64
) -> tuple[np.ndarray, np.ndarray]:
    """Sends new students to where the colleges are (ODD equation S2). Returns (log, absences)."""
    college = np.searchsorted(cumulative, high_bits(luck_of(rows, people, key)), side="right")
    return _into_dormitories(rows, part_of_destination(college), month, people, ledger)


def apply_boarding(
    rows: np.ndarray, month: int, people: Columns, ledger: Ledger
) -> tuple[np.ndarray, np.ndarray]:
    """Pupils of villages board in the town of the county (ODD equation S1). Returns (log, absences)."""
    return _into_dormitories(rows, people.lives[rows] // 2 * 2 + 1, month, people, ledger)


def apply_going_home(
    rows: np.ndarray, month: int, people: Columns, ledger: Ledger
) -> tuple[np.ndarray, np.ndarray]:
    """Boarders among who left school go home within Guangxi (ODD equation S1). Returns (log, absences)."""
    moves = Moves(month, people, ledger)
    for row in rows.tolist():
        home, lives = int(people.home[row]), int(people.lives[row])
        in_dormitory = people.holdings[row] & DORMITORY > 0
        if in_dormitory and max(home, lives) < FIRST_OUTSIDE and lives != home:
            moves.relocate(row, home)
        ledger.stocks.sleepers[people.lives[row]] -= int(people.holdings[row] & DORMITORY > 0)
        people.holdings[row] &= ~np.uint8(DORMITORY)
    return moves.results()


def _into_dormitories(
    rows: np.ndarray, parts: np.ndarray, month: int, people: Columns, ledger: Ledger
) -> tuple[np.ndarray, np.ndarray]:
    moves = Moves(month, people, ledger)
    for row, to in zip(rows.tolist(), parts.tolist(), strict=True):
        if people.lives[row] != to:
            # Students count at their college at once, as those do who left home half a year ago.
            if people.lives[row] == people.home[row]:
                people.holdings[row] |= np.uint8(OTHER_TOWNSHIP)
            else:
                people.left_home[row] = min(people.left_home[row], month - RESIDENT_AFTER)
            moves.relocate(row, to)
        ledger.stocks.sleepers[people.lives[row]] += int(people.holdings[row] & DORMITORY == 0)
        people.holdings[row] |= np.uint8(DORMITORY)
    return moves.results()
