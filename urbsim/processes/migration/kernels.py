"""Who reconsiders where to live, where they go, who returns: ODD equations M1 to M5."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import draw64, leading_byte, mix64, uniform32
from urbsim.compute.read_ahead import AHEAD, read_family, read_person, read_prospects
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.processes.demography.kernels import age_at
from urbsim.state.codes import (
    CITY,
    DEAD,
    FIRST_OUTSIDE,
    JUNIOR_SECONDARY,
    N_DESTINATIONS,
    OUTSIDE_REGION,
    PRIMARY,
    SENIOR_SECONDARY,
    VILLAGE,
)
from urbsim.state.definitions import (
    BACHELOR_YEARS,
    COLLEGE_AGE,
    JUNIOR_AGE,
    KINDERGARTEN_AGE,
    PRIMARY_AGE,
    SENIOR_AGE,
    WORKING_AGE,
)
from urbsim.state.parts import alternative_of, is_urban, origin_of, part_of_destination

BLOCKS = -(-N_DESTINATIONS // 8)  # words of luck, a byte a destination
NEVER = -(1 << 62)  # a utility below all others


@njit(inline="always")
def skill_of(schooling):
    """0 up to junior secondary, 1 senior secondary, 2 college and above."""
    return 0 if schooling <= JUNIOR_SECONDARY else (1 if schooling == SENIOR_SECONDARY else 2)


@njit(inline="always")
def chooser_type(age, schooling):
    """Type of a chooser without a child at school: skill (3) x age band (16-24, 25-34, 35-49, 50 and over).

    Utilities tell the first band from the others (parameter `outside_young`), and no more.
    """
    band = 0 if age < 25 else (1 if age < 35 else (2 if age < 50 else 3))
    return skill_of(schooling) * 4 + band


@inlined
def _child_turning(row, month, people):
    """1 if a child of this household turns 6, 12 or 15 within the coming year, else 0."""
    child = people.ring[row]
    for _ in range(400):
        if child == row:
            break
        parent = people.parent[child]
        if parent >= 0 and (parent == row or parent == people.spouse[row]) and people.risk[child] != DEAD:
            age = (month - people.birth_month[child]) // 12
            if age == PRIMARY_AGE - 1 or age == JUNIOR_AGE - 1 or age == SENIOR_AGE - 1:
                return 1
        child = people.ring[child]
    return 0


@inlined
def has_pupil(row, month, people):
    """1 if this person or the spouse has a child aged 3 to 14, wherever it lives, else 0."""
    child = people.ring[row]
    for _ in range(400):
        if child == row:
            break
        parent = people.parent[child]
        if parent >= 0 and (parent == row or parent == people.spouse[row]) and people.risk[child] != DEAD:
            age = (month - people.birth_month[child]) // 12
            if age >= KINDERGARTEN_AGE and age < SENIOR_AGE:
                return 1
        child = people.ring[child]
    return 0


@njit(nogil=True, cache=True)
def activated(rows, month, people, threshold, holds, key, fine_key):
    """Rows of those who reconsider this month where to live (ODD equation M1).

    threshold: (AGE_LIMIT + 1, 2 sex, 3 skill, 3 situation, 2 child at a school threshold) uint64 on 2^-32; the
    situation is 0 at home in a village, 1 at home in a town, 2 away from the registered part. holds: (256,) uint64 on
    2^-16, factor by the byte `holdings` (ODD equation H6).
    Pupils and students decide nothing; they move with their parents or leave for college.
    """
    out = np.empty(rows.size, np.int32)
    n = 0
    seen = np.empty(AHEAD, np.int64)
    for k in range(rows.size):
        read_person(rows, k, people, seen)
        read_prospects(rows, k, people, seen)
        row = rows[k]
        if people.risk[row] == DEAD or people.enrolled[row]:
            continue
        person = person_id(row, people.identity_rows, people.ids)
        u = uniform32(person, leading_byte(person, key), fine_key)
        age = age_at(month, people.birth_month[row])
        home = people.home[row]
        situation = is_urban(home) if people.lives[row] == home else int64(2)
        by_stage = threshold[age, people.sex[row], skill_of(people.schooling[row]), situation]
        factor = holds[people.holdings[row]]
        if u >= _scaled(by_stage[1], factor):
            continue
        if u < _scaled(by_stage[0], factor) or _child_turning(row, month, people):
            out[n] = row
            n += 1
    return out[:n].copy()


@njit(inline="always")
def _free_to_choose(schooling):
    """Age in years from which somebody of this schooling is out of school."""
    if schooling <= JUNIOR_SECONDARY:
        return WORKING_AGE
    return COLLEGE_AGE + (1 if schooling == SENIOR_SECONDARY else BACHELOR_YEARS)


@njit(nogil=True, cache=True)
def seasoned(rows, base_month, base_rows, month, people, threshold, key):
    """Which deciders had already made up their minds before census night, in their present stage of life (M10).

    Somebody who entered the life stage long before the base has probably reconsidered in it and stayed; their tastes
    are known to favour the part where the census found them. Not so those who came of age since, or returned since.
    base_rows: rows of the base population; threshold: (AGE_LIMIT + 1, 2 sex, 3 skill, 3 situation, months of a stage of
    life) uint64 on 2^-32, the probability of having reconsidered within so many months. Returns uint8 flags.
    """
    months = threshold.shape[4]
    life_stage = months // 12
    out = np.zeros(rows.size, np.uint8)
    seen = np.empty(AHEAD, np.int64)
    for k in range(rows.size):
        read_person(rows, k, people, seen)
        read_prospects(rows, k, people, seen)
        row = rows[k]
        born = int64(people.birth_month[row])
        age = age_at(month, born)
        since = born + 12 * max(
            int64(age // life_stage * life_stage), int64(_free_to_choose(people.schooling[row]))
        )
        home = people.home[row]
        at_home = people.lives[row] == home
        if row >= base_rows or since >= base_month or (at_home and people.left_home[row] > base_month):
            continue
        exposed = min(base_month - since, months - 1)
        situation = is_urban(home) if at_home else int64(2)
        person = person_id(row, people.identity_rows, people.ids)
        luck = mix64(draw64(person, key) + uint64(age // life_stage)) >> uint64(32)
        skill = skill_of(people.schooling[row])
        if luck < threshold[age, people.sex[row], skill, situation, exposed]:
            out[k] = 1
    return out


@inlined
def _utilities_of_destinations(destination_utility, pair_utility, nest_taste, nests, city, outside, known):
    """Writes what is known of each destination before the own taste for it: utility and the taste for its nest."""
    town_taste = nest_taste[nests & uint64(0xFFFF)]
    city_taste = nest_taste[(nests >> uint64(16)) & uint64(0xFFFF)] - town_taste
    outside_taste = nest_taste[(nests >> uint64(32)) & uint64(0xFFFF)] - town_taste
    for destination in range(N_DESTINATIONS):
        nest = town_taste + (city[destination] & city_taste) + (outside[destination] & outside_taste)
        known[destination] = destination_utility[destination] + pair_utility[destination] + nest


@inlined
def _above(bar, known, highest, luck, hopeful):
    """Writes the destinations that can be worth the bar or more, in order; returns how many."""
    n = 0
    for destination in range(N_DESTINATIONS):
        hopeful[n] = destination
        n += known[destination] + highest[luck[destination]] >= bar
    return n


@inlined
def _taste_of(destination, luck, own_key):
    """Sixteen bits of taste for a destination: the byte of luck and one of a second hash."""
    second = mix64(own_key + uint64(2 * (destination >> 3) + 2)) >> uint64(8 * (destination & 7))
    return (uint64(luck[destination]) << uint64(8)) | (second & uint64(BYTE))


@njit(nogil=True, cache=True)
def destinations(
    lo, hi, rows, month, people, destination_utility, pair_utility, stay_utility, rural_utility, home_tie,
    family_tie, nest_of, nest_taste, taste, taste_key, nest_key, life_stage,
):  # fmt: skip
    """The best alternative of each decider in rows[lo:hi], tastes frozen (ODD equations M2-M4).

    All utilities are int64 on the grid of 2^-16. destination_utility: (24 types, 113); pair_utility: (113 origins,
    113); stay_utility: cost of moving saved by staying; rural_utility: (24 types, 111 counties) of the village option;
    home_tie: of being in the registered part; family_tie: of being where the spouse lives.
    nest_of: (113,) nest 0 county towns, 1 cities, 2 outside. nest_taste: (65536,) Cardell term by 16 random bits.
    taste: (65536,) Gumbel term within a nest, scaled by its dissimilarity; taste[0] the lowest. The village option is a
    nest of its own, so its taste is a full Gumbel: the nest term and the scaled term added. life_stage: years of age
    for which tastes stay as they are.
    Returns (parts, utilities): the chosen part of each, uint8, the present part where staying is best; and what the
    choice is worth, int64.
    """
    out = np.empty(hi - lo, np.uint8)
    worth = np.empty(hi - lo, np.int64)
    words, known, hopeful = (
        np.empty(BLOCKS, np.uint64),
        np.empty(N_DESTINATIONS, np.int64),
        np.empty(N_DESTINATIONS + 1, np.int64),
    )
    luck, seen = words.view(np.uint8), np.empty(AHEAD, np.int64)
    # Taste by its first byte: near by, where the table of all is not.
    highest = np.empty(BYTE_VALUES, np.int64)
    for byte in range(BYTE_VALUES):
        highest[byte] = taste[BYTE_VALUES * byte + BYTE]
    city = np.empty(N_DESTINATIONS, np.int64)  # masks of the nests
    outside = np.empty(N_DESTINATIONS, np.int64)
    for destination in range(N_DESTINATIONS):
        city[destination] = -(nest_of[destination] == CITY)
        outside[destination] = -(nest_of[destination] == OUTSIDE_REGION)
    deciders = rows[lo:hi]
    for k in range(deciders.size):
        read_family(deciders, k, people, seen)
        read_prospects(deciders, k, people, seen)
        row = deciders[k]
        lives = int64(people.lives[row])
        home = int64(people.home[row])
        age = age_at(month, people.birth_month[row])
        kind = chooser_type(age, people.schooling[row]) + 12 * has_pupil(row, month, people)
        present = alternative_of(lives)
        at_home = lives == home
        staying = stay_utility + (home_tie if at_home else int64(0))
        person = person_id(row, people.identity_rows, people.ids)
        stage = uint64(age // life_stage)
        own_key = mix64(draw64(person, taste_key) + stage * uint64(0x9E3779B97F4A7C15))
        nests = mix64(draw64(person, nest_key) + stage * uint64(0x9E3779B97F4A7C15))
        for block in range(BLOCKS):
            words[block] = mix64(own_key + uint64(2 * block + 1))
        _utilities_of_destinations(
            destination_utility[kind], pair_utility[origin_of(home)], nest_taste, nests, city, outside, known
        )
        if present < N_DESTINATIONS:
            known[present] += staying
        # The registered part is no alternative for those away: going back is an own branch (`returning`). So is going
        # back to a spouse in the village.
        away_from = alternative_of(home)
        if not at_home and away_from < N_DESTINATIONS and away_from != present:
            known[away_from] = NEVER
        spouse = people.spouse[row]
        if spouse >= 0 and people.lives[spouse] != lives:
            family = alternative_of(people.lives[spouse])
            if family < N_DESTINATIONS:
                known[family] += family_tie
        best, choice = NEVER, int64(-1)
        if present == VILLAGE:
            bits = mix64(own_key + uint64(99))
            best = rural_utility[kind, lives >> 1] + nest_taste[(nests >> uint64(48)) & uint64(0xFFFF)]
            best += taste[bits & uint64(0xFFFF)] + staying
            choice = int64(VILLAGE)
            bar = best
        else:
            bar = known[present] + taste[_taste_of(present, luck, own_key)]
        # Of most destinations the first byte of taste tells that the present one is better, whatever the second says.
        for j in range(_above(bar, known, highest, luck, hopeful)):
            destination = hopeful[j]
            if known[destination] + highest[luck[destination]] > best:
                v = known[destination] + taste[_taste_of(destination, luck, own_key)]
                if v > best:
                    best, choice = v, destination
        out[k] = lives if choice == present else part_of_destination(choice)
        worth[k] = best
    return out, worth


@njit(nogil=True, cache=True)
def returning(rows, month, people, base, response, holds, to_town, key, fine_key, where_key):
    """Who gives up being away, and where they go: the village or the seat of their own county (ODD equation M5).

    base: (41 whole years away, AGE_LIMIT + 1, 2 sex, 2 child left at home) uint64 thresholds on 2^-32.
    response: (114,) uint64 on 2^-16, factor by the present alternative: how far it has become worse or better.
    holds: (256,) uint64 on 2^-16, factor by the byte `holdings` (ODD equation H6).
    to_town: uint64 threshold that someone registered in a village returns to the county seat.
    Returns (rows, parts).
    """
    out = np.empty(rows.size, np.int32)
    to = np.empty(rows.size, np.uint8)
    n = 0
    seen = np.empty(AHEAD, np.int64)
    for k in range(rows.size):
        read_person(rows, k, people, seen)
        read_prospects(rows, k, people, seen)
        row = rows[k]
        if people.risk[row] == DEAD or people.lives[row] == people.home[row] or people.enrolled[row]:
            continue
        person = person_id(row, people.identity_rows, people.ids)
        u = uniform32(person, leading_byte(person, key), fine_key)
        years = min(max((month - people.left_home[row]) // 12, 0), 40)
        age = age_at(month, people.birth_month[row])
        sex = people.sex[row]
        present = alternative_of(people.lives[row])
        factor = holds[people.holdings[row]]
        without = _scaled(_scaled(base[years, age, sex, 0], response[present]), factor)
        with_child = _scaled(_scaled(base[years, age, sex, 1], response[present]), factor)
        if u >= without and u >= with_child:
            continue
        if u >= (with_child if _child_at_home(row, people) else without):
            continue
        home = int64(people.home[row])
        goes_to = int64(home)
        if home < FIRST_OUTSIDE and (home & 1) == 0:
            if (draw64(person, where_key) >> uint64(32)) < to_town:
                goes_to = int64(home) + 1
        if goes_to != people.lives[row]:
            out[n] = row
            to[n] = uint8(goes_to)
            n += 1
    return out[:n].copy(), to[:n].copy()


@njit(inline="always")
def _scaled(threshold, response):
    """Threshold times a response on the grid of 2^-16, at most certainty."""
    return min((threshold * response) >> uint64(16), uint64(1) << uint64(32))


@inlined
def _child_at_home(row, people):
    """True if a child of primary-school age of this person lives in the registered part."""
    child = people.ring[row]
    for _ in range(400):
        if child == row:
            break
        parent = people.parent[child]
        if (
            people.risk[child] != DEAD
            and parent >= 0
            and (parent == row or parent == people.spouse[row])
            and people.lives[child] == people.home[row]
            and people.schooling[child] == PRIMARY
            and people.enrolled[child]
        ):
            return True
        child = people.ring[child]
    return False
