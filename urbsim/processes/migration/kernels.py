"""Who reconsiders where to live, where they go, who returns by a hazard: ODD equations M1 to M5."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import draw64, leading_byte, mix64, uniform32
from urbsim.compute.read_ahead import AHEAD, read_family, read_person, read_prospects
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.processes.demography.kernels import age_at
from urbsim.processes.migration.choosers import child_at_home, chooser_type, has_pupil, skill_of
from urbsim.processes.migration.reconsidering import activated as activated
from urbsim.processes.migration.reconsidering import scaled
from urbsim.state.codes import (
    CITY,
    DEAD,
    FIRST_OUTSIDE,
    N_COUNTIES,
    N_DESTINATIONS,
    OUTSIDE_REGION,
    VILLAGE,
)
from urbsim.state.parts import alternative_of, is_urban, origin_of, part_of_destination

BLOCKS = -(-N_DESTINATIONS // 8)  # words of luck, a byte a destination
NEVER = -(1 << 62)  # a utility below all others


@njit(inline="always")
def _whole_years_away(row, month, people, longest):
    """Whole years since leaving, at most one less than `longest`."""
    return min(max((month - people.left_home[row]) // 12, 0), longest - 1)


@njit(nogil=True, cache=True)
def villagers_by_type(rows, month, people, per_year):
    """Villagers at home who reconsider, (24 types, 111 counties), per year (ODD equation M10).

    rows: persons looked at; per_year: (AGE_LIMIT + 1, 2 sex, 3 skill) hazard of reconsidering at home in a village.
    """
    out = np.zeros((24, N_COUNTIES))
    for row in rows:
        home = int64(people.home[row])
        if people.risk[row] == DEAD or people.enrolled[row] or home >= FIRST_OUTSIDE or home & 1:
            continue
        if people.lives[row] != home:
            continue
        age = age_at(month, people.birth_month[row])
        hazard = per_year[age, people.sex[row], skill_of(people.schooling[row])]
        if hazard > 0:
            kind = chooser_type(age, people.schooling[row]) + 12 * has_pupil(row, month, people)
            out[kind, home >> 1] += hazard
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
    lo, hi, rows, month, people, destination_utility, pair_utility, stay_utility, village, staying, home_ties,
    family_tie, home_open, nest_of, nest_taste, taste, taste_key, nest_key,
):  # fmt: skip
    """The part each decider in rows[lo:hi] lives in from now on, uint8 (ODD equations M2-M4).

    All utilities are int64 on the grid of 2^-16. destination_utility: (24 types, 113); pair_utility: (113 origins,
    113); stay_utility: cost of moving saved by staying; village: (24 types, 111 counties) of going back to the village;
    staying: the same of staying in one; home_ties: (2 settings, 4 age bands) of being in the registered part, a village
    or not; family_tie: of being where the spouse lives. home_open: False where going home is no alternative but an
    event of its own.
    nest_of: (113,) nest 0 county towns, 1 cities, 2 outside. nest_taste: (65536,) Cardell term by 16 random bits.
    taste: (65536,) Gumbel term within a nest, scaled by its dissimilarity; taste[0] the lowest. Villages are a
    nest of their own, so their taste is a full Gumbel: the nest term and the scaled term added.
    Of equals the present place is chosen, then the village, then the first destination.
    """
    out = np.empty(hi - lo, np.uint8)
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
        tie = home_ties[is_urban(home), kind % 4]
        present, registered = alternative_of(lives), alternative_of(home)
        at_home = lives == home
        person = person_id(row, people.identity_rows, people.ids)
        own_key, nests = draw64(person, taste_key), draw64(person, nest_key)
        for block in range(BLOCKS):
            words[block] = mix64(own_key + uint64(2 * block + 1))
        _utilities_of_destinations(
            destination_utility[kind], pair_utility[origin_of(home)], nest_taste, nests, city, outside, known
        )
        if present < N_DESTINATIONS:
            known[present] += stay_utility
        if registered < N_DESTINATIONS:
            if at_home or home_open:
                known[registered] += tie
            elif registered != present:
                known[registered] = NEVER
        spouse = people.spouse[row]
        family = lives if spouse < 0 else int64(people.lives[spouse])  # where the spouse lives, if elsewhere
        if family != lives and alternative_of(family) < N_DESTINATIONS:
            known[alternative_of(family)] += family_tie
        villages = nest_taste[(nests >> uint64(48)) & uint64(0xFFFF)]
        if present == VILLAGE:
            best = staying[kind, lives >> 1] + villages + taste[mix64(own_key + uint64(99)) & uint64(0xFFFF)]
            best += stay_utility + (tie if at_home else int64(0))
        else:
            best = known[present] + taste[_taste_of(present, luck, own_key)]
        choice = lives
        if home_open and not at_home and registered == VILLAGE:
            v = (
                village[kind, home >> 1]
                + villages
                + taste[mix64(own_key + uint64(98)) & uint64(0xFFFF)]
                + tie
            )
            if family == home:
                v += family_tie
            if v > best:
                best, choice = v, home
        # Of most destinations the first byte of taste tells that another is better, whatever the second says.
        for j in range(_above(best, known, highest, luck, hopeful)):
            destination = hopeful[j]
            if destination != present and known[destination] + highest[luck[destination]] > best:
                v = known[destination] + taste[_taste_of(destination, luck, own_key)]
                if v > best:
                    best, choice = v, int64(part_of_destination(destination))
        out[k] = choice
    return out


@njit(nogil=True, cache=True)
def returning(rows, month, people, base, response, holds, to_town, key, fine_key, where_key):
    """Who comes back by a hazard, and where to: the village or the seat of their own county (ODD equation M5).

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
        years = _whole_years_away(row, month, people, base.shape[0])
        age = age_at(month, people.birth_month[row])
        sex = people.sex[row]
        present = alternative_of(people.lives[row])
        factor = holds[people.holdings[row]]
        without = scaled(scaled(base[years, age, sex, 0], response[present]), factor)
        with_child = scaled(scaled(base[years, age, sex, 1], response[present]), factor)
        if u >= without and u >= with_child:
            continue
        if u >= (with_child if child_at_home(row, people) else without):
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
