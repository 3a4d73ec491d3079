"""Plain twin of `urbsim.processes.migration.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.plain.luck import event_luck, high_bits, ids_of, luck_of
from urbsim.compute.randomness import draw64_array, mix64_array
from urbsim.compute.words import BYTE
from urbsim.state.codes import FIRST_OUTSIDE, N_COUNTIES, N_DESTINATIONS, PRIMARY, VILLAGE
from urbsim.state.columns import Columns
from urbsim.state.definitions import ADULT
from urbsim.state.plain.households import children_of
from urbsim.state.plain.persons import (
    alive,
    alternative,
    has_town_schedule,
    origin,
    part_of_destination,
    years_old,
)

_DESTINATIONS = np.arange(N_DESTINATIONS)
_VILLAGE_NEST = 3
_SKILL = np.array([0, 0, 0, 1, 2, 2])  # by schooling
_AGES_BEFORE_A_SCHOOL = (5, 11, 14)
NEVER = np.int64(-(1 << 62))
"""What is no alternative is worth so little."""
_BITS16 = np.uint64(0xFFFF)
_BITS8 = np.uint64(BYTE)


def scaled(threshold: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Thresholds times factors on the grid of 2^-16, at most certainty."""
    return np.minimum((threshold * factor) >> np.uint64(16), np.uint64(1 << 32))


def _has_child_before_a_school(row: int, month: int, people: Columns) -> bool:
    ages = ((month - int(people.birth_month[child])) // 12 for child in children_of(row, people))
    return any(age in _AGES_BEFORE_A_SCHOOL for age in ages)


def _has_child_aged(row: int, month: int, people: Columns, lowest: int, below: int) -> bool:
    ages = ((month - int(people.birth_month[child])) // 12 for child in children_of(row, people))
    return any(lowest <= age < below for age in ages)


def activated(
    rows: np.ndarray,
    month: int,
    people: Columns,
    at_home: np.ndarray,
    away: np.ndarray,
    holds: np.ndarray,
    key: np.uint64,
    fine_key: np.uint64,
) -> np.ndarray:
    """Rows of those out of school who reconsider where to live (ODD equation M1)."""
    rows = rows[alive(rows, people) & (people.enrolled[rows] == 0)]
    u = event_luck(rows, people, key, fine_key)
    below = thresholds_by_child(rows, month, people, at_home, away, holds)
    possible = u < below.max(axis=1)
    rows, u, below = rows[possible], u[possible], below[possible]
    return rows[u < below[np.arange(rows.size), child_that_counts(rows, month, people)]]


def thresholds_by_child(
    rows: np.ndarray, month: int, people: Columns, at_home: np.ndarray, away: np.ndarray, holds: np.ndarray
) -> np.ndarray:
    """(n, 2) monthly thresholds to reconsider, without and with a child that counts, uint64 on 2^-32 (M1, H6)."""
    age, sex, home = years_old(rows, month, people), people.sex[rows], people.home[rows]
    below = np.where(
        (people.lives[rows] == home)[:, None],
        at_home[age, sex, _SKILL[people.schooling[rows]], has_town_schedule(home)],
        away[_years_away(rows, month, people), age, sex],
    )
    return scaled(below, holds[people.holdings[rows]][:, None])


def child_that_counts(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """1 for who is at home with a child before a school, or away from a pupil left at home, else 0: int64 (M1)."""
    is_home = people.lives[rows] == people.home[rows]
    child = [
        _has_child_before_a_school(row, month, people) if here else _has_pupil_at_home(row, people)
        for row, here in zip(rows.tolist(), is_home.tolist(), strict=True)
    ]
    return np.array(child, dtype=np.int64)


def _years_away(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    return np.clip((month - people.left_home[rows].astype(np.int64)) // 12, 0, 40)


def villagers_by_type(rows: np.ndarray, month: int, people: Columns, per_year: np.ndarray) -> np.ndarray:
    """Villagers at home who reconsider, (24 types, 111 counties), per year (ODD equation M10)."""
    home = people.home[rows].astype(np.int64)
    at_home = alive(rows, people) & (people.enrolled[rows] == 0) & (people.lives[rows] == home)
    rows = rows[at_home & (home < FIRST_OUTSIDE) & (home % 2 == 0)]
    hazard = per_year[years_old(rows, month, people), people.sex[rows], _SKILL[people.schooling[rows]]]
    rows, hazard = rows[hazard > 0], hazard[hazard > 0]
    out = np.zeros((24, N_COUNTIES))
    np.add.at(out, (_kind(rows, month, people), people.home[rows] // 2), hazard)
    return out


def small_children_by_type(rows: np.ndarray, everybody: bool, month: int, people: Columns) -> np.ndarray:
    """Adults out of school, (24 types, 2): all of them, and those with a child below three (ODD equation V2).

    rows: (n,) int32 of whom is looked at; everybody: whether they are all there are, which is no matter here.
    """
    rows = rows[alive(rows, people) & (people.enrolled[rows] == 0)]
    rows = rows[years_old(rows, month, people) >= ADULT]
    small = np.array([_has_child_aged(row, month, people, -1, 3) for row in rows.tolist()], dtype=bool)
    kinds = _kind(rows, month, people)
    return np.stack([np.bincount(kinds, minlength=24), np.bincount(kinds[small], minlength=24)], axis=1)


def _kind(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Type of chooser, 0..23."""
    band = np.searchsorted([25, 35, 50], years_old(rows, month, people), side="right")
    pupil = np.array([_has_child_aged(row, month, people, 3, 15) for row in rows.tolist()], dtype=np.int64)
    return _SKILL[people.schooling[rows]] * 4 + band + 12 * pupil


def destinations(
    lo: int,
    hi: int,
    rows: np.ndarray,
    month: int,
    people: Columns,
    destination_utility: np.ndarray,
    pair_utility: np.ndarray,
    stay_utility: int,
    village: np.ndarray,
    staying: np.ndarray,
    home_ties: np.ndarray,
    family_tie: int,
    home_open: bool,
    nest_of: np.ndarray,
    nest_taste: np.ndarray,
    taste: np.ndarray,
    taste_key: np.uint64,
    nest_key: np.uint64,
) -> np.ndarray:
    """The part each decider lives in from now on, uint8 (ODD equations M2-M4)."""
    rows = rows[lo:hi]
    values = worths(
        rows, month, people, destination_utility, pair_utility, stay_utility, village, staying, home_ties, family_tie,
        home_open, nest_of, nest_taste, taste, taste_key, nest_key,
    )  # fmt: skip
    # Of equals the present place is chosen, then the village, then the first destination.
    best = values.argmax(axis=1)
    chosen = np.where(best == 1, people.home[rows], part_of_destination(best - 2))
    return np.where(best == 0, people.lives[rows], chosen).astype(np.uint8)


def worths(
    rows: np.ndarray,
    month: int,
    people: Columns,
    destination_utility: np.ndarray,
    pair_utility: np.ndarray,
    stay_utility: int,
    village: np.ndarray,
    staying: np.ndarray,
    home_ties: np.ndarray,
    family_tie: int,
    home_open: bool,
    nest_of: np.ndarray,
    nest_taste: np.ndarray,
    taste: np.ndarray,
    taste_key: np.uint64,
    nest_key: np.uint64,
) -> np.ndarray:
    """(n, 115) what staying, going back to the village and each destination are worth to deciders (M2-M4).

    int64 on the grid of 2^-16; what is no alternative is worth `NEVER`. Who lives in a town has it twice: staying, and
    its destination.
    """
    lives, home, spouse = people.lives[rows], people.home[rows], people.spouse[rows]
    kind = _kind(rows, month, people)
    tie = home_ties[has_town_schedule(home).astype(np.int64), kind % 4]
    at_home = lives == home
    present, registered = alternative(lives), alternative(home)

    person = ids_of(rows, people)
    own, nests = draw64_array(person, taste_key)[:, None], draw64_array(person, nest_key)[:, None]
    block, shift = (_DESTINATIONS // 8).astype(np.uint64), (8 * (_DESTINATIONS % 8)).astype(np.uint64)
    first, second = (
        (mix64_array(own + np.uint64(2) * block + np.uint64(k)) >> shift) & _BITS8 for k in (1, 2)
    )
    nest = (nests >> (16 * nest_of).astype(np.uint64)) & _BITS16

    value = (
        destination_utility[kind]
        + pair_utility[origin(home)]
        + nest_taste[nest]
        + taste[(first << np.uint64(8)) | second]
    )
    is_present = present[:, None] == _DESTINATIONS
    is_home = registered[:, None] == _DESTINATIONS
    value[is_present] += stay_utility
    value += np.where(is_home & (at_home | home_open)[:, None], tie[:, None], 0)
    if not home_open:  # going home is then an event of its own
        value[~is_present & ~at_home[:, None] & is_home] = NEVER
    apart = (spouse >= 0) & (people.lives[spouse] != lives)
    value[apart[:, None] & (alternative(people.lives[spouse])[:, None] == _DESTINATIONS)] += family_tie

    village_taste = nest_taste[(nests[:, 0] >> np.uint64(16 * _VILLAGE_NEST)) & _BITS16].astype(np.int64)
    back, stays = (
        village_taste + taste[mix64_array(own[:, 0] + np.uint64(bit)) & _BITS16] for bit in (98, 99)
    )
    in_village = present == VILLAGE
    stays += staying[kind, np.where(in_village, lives // 2, 0)] + stay_utility + tie * at_home
    there = value[np.arange(rows.size), np.where(in_village, 0, present)]
    here = np.where(in_village, stays, there)
    can_go_back = home_open & ~at_home & (registered == VILLAGE)
    back += village[kind, np.where(can_go_back, home // 2, 0)] + tie
    back += np.where(apart & (people.lives[spouse] == home), family_tie, 0)
    back[~can_go_back] = NEVER

    return np.concatenate([here[:, None], back[:, None], value], axis=1)


def returning(
    rows: np.ndarray,
    month: int,
    people: Columns,
    base: np.ndarray,
    response: np.ndarray,
    holds: np.ndarray,
    to_town: np.uint64,
    key: np.uint64,
    fine_key: np.uint64,
    where_key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Who gives up being away, and the part they go to (ODD equation M5). Returns (rows, parts)."""
    away = alive(rows, people) & (people.lives[rows] != people.home[rows]) & (people.enrolled[rows] == 0)
    rows = rows[away]
    years = _years_away(rows, month, people)
    by_child = base[years, years_old(rows, month, people), people.sex[rows]]
    factor = response[alternative(people.lives[rows])]
    below = scaled(by_child, factor[:, None])
    below = scaled(below, holds[people.holdings[rows]][:, None])
    u = event_luck(rows, people, key, fine_key)
    possible = u < below.max(axis=1)
    rows, u, below = rows[possible], u[possible], below[possible]
    pupil_at_home = np.array([_has_pupil_at_home(row, people) for row in rows.tolist()], dtype=np.int64)
    rows = rows[u < below[np.arange(rows.size), pupil_at_home]]

    home = people.home[rows].astype(np.int64)
    from_a_village = (home < FIRST_OUTSIDE) & (home % 2 == 0)
    to_the_seat = from_a_village & (high_bits(luck_of(rows, people, where_key)) < to_town)
    to = home + to_the_seat
    moves = to != people.lives[rows]
    return rows[moves], to[moves].astype(np.uint8)


def _has_pupil_at_home(row: int, people: Columns) -> bool:
    """True if a child in primary school lives in the registered part of `row`."""
    return any(
        people.lives[child] == people.home[row]
        and people.schooling[child] == PRIMARY
        and people.enrolled[child] == 1
        for child in children_of(row, people)
    )
