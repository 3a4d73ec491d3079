"""Plain twin of `urbsim.processes.migration.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.plain.luck import event_luck, high_bits, ids_of, luck_of
from urbsim.compute.randomness import PHI, draw64_array, mix64_array
from urbsim.compute.words import BYTE
from urbsim.state.codes import FIRST_OUTSIDE, N_DESTINATIONS, PRIMARY, VILLAGE
from urbsim.state.columns import Columns
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
_OUT_OF_SCHOOL = np.array([16, 16, 16, 19, 22, 22])  # age by schooling
_AGES_BEFORE_A_SCHOOL = (5, 11, 14)
_NEVER = np.int64(-(1 << 62))
_BITS16 = np.uint64(0xFFFF)
_BITS8 = np.uint64(BYTE)


def scaled(threshold: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Thresholds times factors on the grid of 2^-16, at most certainty."""
    return np.minimum((threshold * factor) >> np.uint64(16), np.uint64(1 << 32))


def _situation(rows: np.ndarray, people: Columns) -> np.ndarray:
    """0 at home in a village, 1 at home in a town, 2 away."""
    at_home = people.lives[rows] == people.home[rows]
    return np.where(at_home, has_town_schedule(people.home[rows]), 2)


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
    threshold: np.ndarray,
    holds: np.ndarray,
    key: np.uint64,
    fine_key: np.uint64,
) -> np.ndarray:
    """Rows of those out of school who reconsider where to live (ODD equation M1)."""
    rows = rows[alive(rows, people) & (people.enrolled[rows] == 0)]
    u = event_luck(rows, people, key, fine_key)
    skill = _SKILL[people.schooling[rows]]
    below = threshold[years_old(rows, month, people), people.sex[rows], skill, _situation(rows, people)]
    below = scaled(below, holds[people.holdings[rows]][:, None])
    possible = u < below.max(axis=1)
    rows, u, below = rows[possible], u[possible], below[possible]
    stage = [int(_has_child_before_a_school(row, month, people)) for row in rows.tolist()]
    return rows[u < below[np.arange(rows.size), np.array(stage, dtype=np.int64)]]


def seasoned(
    rows: np.ndarray,
    base_month: int,
    base_rows: int,
    month: int,
    people: Columns,
    threshold: np.ndarray,
    key: np.uint64,
) -> np.ndarray:
    """1 for deciders whose mind was made up before census night, in this stage of life (ODD equation M10)."""
    age = years_old(rows, month, people)
    months = threshold.shape[-1]
    stage = age // (months // 12)
    entered = np.maximum(stage * (months // 12), _OUT_OF_SCHOOL[people.schooling[rows]])
    exposed = base_month - (people.birth_month[rows].astype(np.int64) + 12 * entered)
    situation = _situation(rows, people)
    back_since = (situation != 2) & (people.left_home[rows] > base_month)
    possible = (rows < base_rows) & (exposed > 0) & ~back_since
    bits = mix64_array(luck_of(rows, people, key) + stage.astype(np.uint64))
    skill = _SKILL[people.schooling[rows]]
    below = threshold[age, people.sex[rows], skill, situation, np.clip(exposed, 0, months - 1)]
    return (possible & (high_bits(bits) < below)).astype(np.uint8)


def destinations(
    lo: int,
    hi: int,
    rows: np.ndarray,
    month: int,
    people: Columns,
    destination_utility: np.ndarray,
    pair_utility: np.ndarray,
    stay_utility: int,
    rural_utility: np.ndarray,
    home_tie: int,
    family_tie: int,
    nest_of: np.ndarray,
    nest_taste: np.ndarray,
    taste: np.ndarray,
    taste_key: np.uint64,
    nest_key: np.uint64,
    life_stage: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The best alternative of each decider and its utility, tastes frozen (ODD equations M2-M4)."""
    rows = rows[lo:hi]
    age = years_old(rows, month, people)
    lives, home, spouse = people.lives[rows], people.home[rows], people.spouse[rows]
    band = np.searchsorted([25, 35, 50], age, side="right")
    pupil = np.array([_has_child_aged(row, month, people, 3, 15) for row in rows.tolist()], dtype=np.int64)
    kind = _SKILL[people.schooling[rows]] * 4 + band + 12 * pupil
    at_home = lives == home
    present = alternative(lives)

    stage = (age // life_stage).astype(np.uint64) * PHI
    person = ids_of(rows, people)
    own = mix64_array(draw64_array(person, taste_key) + stage)[:, None]
    nests = mix64_array(draw64_array(person, nest_key) + stage)[:, None]
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
    value[is_present] += stay_utility
    value[is_present & at_home[:, None]] += home_tie
    # The registered part is no alternative for those away: returning is a branch of its own.
    value[~is_present & ~at_home[:, None] & (alternative(home)[:, None] == _DESTINATIONS)] = _NEVER
    apart = (spouse >= 0) & (people.lives[spouse] != lives)
    value[apart[:, None] & (alternative(people.lives[spouse])[:, None] == _DESTINATIONS)] += family_tie

    in_village = present == VILLAGE
    county = np.where(in_village, lives // 2, 0)
    village_taste = nest_taste[(nests[:, 0] >> np.uint64(16 * _VILLAGE_NEST)) & _BITS16]
    village_taste = village_taste + taste[mix64_array(own[:, 0] + np.uint64(99)) & _BITS16]
    village = rural_utility[kind, county] + village_taste + stay_utility + home_tie * at_home
    village[~in_village] = _NEVER

    # The village comes first and destinations in order: of equals the first is chosen.
    all_values = np.concatenate([village[:, None], value], axis=1)
    best = all_values.argmax(axis=1)
    chosen = part_of_destination(best - 1)
    stays = (best == 0) | (best - 1 == present)
    return np.where(stays, lives, chosen).astype(np.uint8), all_values.max(axis=1)


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
    years = np.clip((month - people.left_home[rows].astype(np.int64)) // 12, 0, 40)
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
