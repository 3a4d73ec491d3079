"""Where those who reconsider live from now on: the loop of ODD equations M2-M4.

Deciders are looked at in pieces, one question at a time for all of a piece, so that nobody waits for another. First
it is told what staying and going back to the village are worth; then which places can be better at all, by a bound
(`urbsim.processes.migration.hopeful`), for most stay; then what those are worth. Nobody is asked for children at
school until it is known that the choice with one differs from the choice without, for that takes longer than the rest.
"""

from __future__ import annotations

import numpy as np
from numba import int16, int32, int64, uint8, uint64

from urbsim.compute.blocks import marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import draw64, mix64
from urbsim.compute.read_ahead import read_children
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.processes.migration.choosers import chooser_type, has_pupil, whole_years
from urbsim.processes.migration.hopeful import (
    BLOCKS,
    PUPIL,
    WIDTH,
    bar_in_steps,
    bits_of_taste,
    coarseness,
    draw_first_bytes,
    highest_of,
    in_steps,
    mark_hopeful,
    tell_in_steps,
)
from urbsim.state.codes import (
    CITY,
    COUNTY_TOWN,
    N_ALTERNATIVES,
    N_COUNTIES,
    N_DESTINATIONS,
    N_ORIGINS,
    N_PARTS,
    OUTSIDE_REGION,
    VILLAGE,
)
from urbsim.state.parts import alternative_of, is_urban, origin_of, part_of_destination
from urbsim.state.risk import AGE_LIMIT

_PIECE = 1 << 8  # deciders looked at together: what is noted of them stays near
_OF_VILLAGE, _OF_STAYING, _OF_BACK = 3, 4, 5  # rows of tastes, behind those of the nests of destinations
_NEVER = -(1 << 60)  # worth of what is no alternative


@inlined
def _note(rows, people, born, schooling, home, lives, family):
    """Notes what a choice depends on, `family` the part where the spouse lives. Nothing waits for a value here."""
    births, levels, homes, places, spouses = (
        people.birth_month,
        people.schooling,
        people.home,
        people.lives,
        people.spouse,
    )
    for j in range(rows.size):
        row, spouse = uint64(rows[j]), spouses[uint64(rows[j])]
        born[j], schooling[j], home[j], lives[j] = births[row], levels[row], homes[row], places[row]
        family[j] = places[uint64(spouse) if spouse >= 0 else row]


@inlined
def _ask_for(row, people):
    """Asks for what `_note` will read of a row."""
    prefetch(people.birth_month, row)
    prefetch(people.schooling, row)
    prefetch(people.home, row)
    prefetch(people.lives, row)
    prefetch(people.spouse, row)


@inlined
def _sort_out(n, ages, schooling, home, lives, family, kinds, origins, present, registered, with_spouse):
    """Writes types of choosers without a child at school, origins, and alternatives: where they live, are registered,
    and the spouse lives, VILLAGE too for a spouse who lives with them.
    """
    for j in range(n):
        kinds[j] = chooser_type(ages[j], schooling[j])
        origins[j], registered[j] = origin_of(home[j]), alternative_of(home[j])
        present[j] = alternative_of(lives[j])
        with_spouse[j] = alternative_of(family[j]) if family[j] != lives[j] else VILLAGE


@inlined
def _draw_tastes(
    rows, identity_rows, ids, present, taste_key, nest_key, nest_taste, taste, own_keys, nest_luck, tastes
):  # fmt: skip
    """Writes the own keys of the rows and their tastes: for the nests, for staying and for the village of home."""
    for j in range(rows.size):
        own_keys[j] = person_id(uint64(rows[j]), identity_rows, ids)
    for j in range(rows.size):
        nest_luck[j] = draw64(own_keys[j], nest_key)
        own_keys[j] = draw64(own_keys[j], taste_key)
        # Both kinds of bits are drawn: to foresee who lives in a village takes longer.
        in_village = mix64(own_keys[j] + uint64(99)) & uint64(0xFFFF)
        in_town = bits_of_taste(present[j], own_keys[j])
        tastes[_OF_STAYING, j] = int32(in_village if present[j] == VILLAGE else in_town)
        tastes[_OF_BACK, j] = int32(mix64(own_keys[j] + uint64(98)) & uint64(0xFFFF))
    for j in range(rows.size):
        for nest in range(_OF_VILLAGE + 1):
            tastes[nest, j] = nest_taste[(nest_luck[j] >> uint64(16 * nest)) & uint64(0xFFFF)]
        tastes[_OF_STAYING, j] = taste[tastes[_OF_STAYING, j]]
        tastes[_OF_BACK, j] = taste[tastes[_OF_BACK, j]]


@inlined
def _best_with(kind, stays, here, lives, back, village, home):
    """What the better of staying and going back is worth to a type, and the part.

    stays, back: what does not depend on the type; here: (types, parts) of the part lived in.
    """
    stays, back = stays + here[kind, lives], back + village[kind, min(home >> 1, N_COUNTIES - 1)]
    return max(stays, back), uint8(home if back > stays else lives)


@inlined(_nrt=True)
def _with_villages(utility):
    """Utilities of destinations with a column more, of villages, zero.

    One by one: numba's assignment to a slice brings a text for its error, which took the compiler seconds.
    """
    wider = np.zeros((len(utility), N_ALTERNATIVES), np.int64)
    for k in range(len(utility)):
        for q in range(N_DESTINATIONS):
            wider[k, q] = utility[k, q]
    return wider


@njit(nogil=True, cache=True)
def destinations(
    lo, hi, rows, month, people, destination_utility, pair_utility, stay_utility, village, staying, home_ties,
    family_tie, home_open, nest_of, nest_taste, taste, taste_key, nest_key,
):  # fmt: skip
    """The part each decider in rows[lo:hi] lives in from now on, uint8 (ODD equations M2-M4).

    All utilities are on the grid of 2^-16, int64 but for tastes. destination_utility: (24 types, 113); pair_utility:
    (113 origins, 113); stay_utility: cost of moving saved by staying; village: (24 types, 111 counties) of going back
    to the village; staying: the same of staying in one; home_ties: (2 settings, 4 age bands) of being in the registered
    part, a village or not; family_tie: of being where the spouse lives. home_open: False where going home is no
    alternative but an event of its own.
    nest_of: (113,) nest 0 county towns, 1 cities, 2 outside. nest_taste: (65536,) int32 Cardell term by 16 random bits.
    taste: (65536,) int32 Gumbel term within a nest, scaled by its dissimilarity; both rise. Villages are a nest of
    their own, so their taste is a full Gumbel: the nest term and the scaled term added.
    Of equals the present place is chosen, then the village, then the first destination.
    """
    out = np.empty(hi - lo, np.uint8)
    # Utilities and nests with one more column, of villages, and what the part lived in is worth to a type.
    by_type, by_origin = _with_villages(destination_utility), _with_villages(pair_utility)
    nests = np.empty(N_ALTERNATIVES, np.uint8)
    nests[VILLAGE] = _OF_VILLAGE
    for q in range(N_DESTINATIONS):
        nests[q] = nest_of[q]
    here = np.empty((2 * PUPIL, N_PARTS), np.int64)
    for kind in range(2 * PUPIL):
        for part in range(N_PARTS):
            there = alternative_of(part)
            here[kind, part] = staying[kind, part >> 1] if there == VILLAGE else by_type[kind, there]
    # The most that a child at school adds to any destination.
    pupil_adds = np.zeros(PUPIL, np.int64)
    for kind in range(PUPIL):
        for q in range(N_DESTINATIONS):
            pupil_adds[kind] = max(pupil_adds[kind], by_type[kind + PUPIL, q] - by_type[kind, q])
    # Taste by its first byte: near by, where the table of all is not.
    highest = np.empty(BYTE_VALUES, np.int64)
    for byte in range(BYTE_VALUES):
        highest[byte] = taste[BYTE_VALUES * byte + BYTE]
    most = max(highest[BYTE], nest_taste[nest_taste.size - 1])
    shift = coarseness(highest_of(by_type, highest_of(by_origin, most)))
    of_type, of_origin = np.zeros((PUPIL, WIDTH), np.int16), np.zeros((N_ORIGINS, WIDTH), np.int16)
    city, outside, tops = np.zeros(WIDTH, np.int16), np.zeros(WIDTH, np.int16), np.empty(6, np.int16)
    tell_in_steps(by_type, by_origin, nest_of, highest, shift, of_type, of_origin, city, outside, tops)

    born, ages = np.empty(_PIECE, np.int16), np.empty(_PIECE, np.uint16)
    own_keys, nest_luck = np.empty(_PIECE, np.uint64), np.empty(_PIECE, np.uint64)
    schooling, homes, places, families = np.empty((4, _PIECE), np.uint8)
    kinds, origins, present, registered, with_spouse = np.empty((5, _PIECE), np.uint8)
    tastes, ties = np.empty((_OF_BACK + 1, _PIECE), np.int32), np.empty(_PIECE, np.int64)
    # The best found so far and which part it is: without a child at school, and with one.
    best, best_if = np.empty((2, _PIECE), np.int64)
    chosen, chosen_if = np.empty((2, _PIECE), np.uint8)
    words, marks_of = np.empty(BLOCKS, np.uint64), np.empty((_PIECE, WIDTH), np.uint8)
    luck, marked = words.view(np.uint8), marks_of.reshape(-1)
    hopes, hoped = np.empty(marked.size + 1, np.int32), np.empty(marked.size, np.int32)
    # Of whom a child at school decides: rows and positions.
    asked, asked_at = np.empty(_PIECE + 1, np.int32), np.empty(_PIECE + 1, np.int64)
    for first in range(lo, hi, _PIECE):
        piece = rows[first : min(first + _PIECE, hi)]
        n = piece.size
        _note(piece, people, born, schooling, homes, places, families)
        whole_years(n, int16(month), born, AGE_LIMIT, ages)
        _sort_out(
            n, ages, schooling, homes, places, families, kinds, origins, present, registered, with_spouse
        )
        _draw_tastes(
            piece, people.identity_rows, people.ids, present, taste_key, nest_key, nest_taste, taste, own_keys,
            nest_luck, tastes,
        )  # fmt: skip
        for j in range(n):
            kind, lives, home = int64(kinds[j]), int64(places[j]), int64(homes[j])
            ties[j] = home_ties[is_urban(home), kind % 4]
            stays = stay_utility + tastes[_OF_STAYING, j] + tastes[nests[present[j]], j]
            stays += by_origin[origins[j], present[j]] + (ties[j] if lives == home else int64(0))
            back = tastes[_OF_VILLAGE, j] + tastes[_OF_BACK, j] + ties[j]
            back += family_tie if families[j] == home else int64(0)
            back = back if (registered[j] == VILLAGE) & home_open & (lives != home) else int64(_NEVER)
            best[j], chosen[j] = _best_with(kind, stays, here, lives, back, village, home)
            best_if[j], chosen_if[j] = _best_with(kind + PUPIL, stays, here, lives, back, village, home)
        for j in range(n):
            if first + _PIECE + j < hi:
                _ask_for(uint64(rows[first + _PIECE + j]), people)
            kind, origin, marks = int64(kinds[j]), int64(origins[j]), marks_of[j]
            bar = min(best[j], best_if[j] - pupil_adds[kind])
            draw_first_bytes(own_keys[j], words)
            town = in_steps(tastes[COUNTY_TOWN, j], shift)
            city_less = int16(in_steps(tastes[CITY, j], shift) - town)
            outside_less = int16(in_steps(tastes[OUTSIDE_REGION, j], shift) - town)
            mark_hopeful(
                of_type[kind], of_origin[origin], town, city_less, outside_less, city, outside, luck, tops,
                bar_in_steps(bar, shift), marks,
            )  # fmt: skip
            # Places that are worth more to this decider than to others of the type and origin.
            at, home = int64(with_spouse[j]), int64(registered[j])
            worth = by_type[kind, at] + by_origin[origin, at] + tastes[nests[at], j] + family_tie
            marks[at] = worth + highest[luck[at]] > bar
            worth = by_type[kind, home] + by_origin[origin, home] + tastes[nests[home], j] + ties[j]
            worth += family_tie if at == home else int64(0)
            marks[home] = home_open & (worth + highest[luck[home]] > bar)
            marks[present[j]] = 0
            for q in range(N_DESTINATIONS, WIDTH):
                marks[q] = 0
        n_hopes = marked_rows(int64(0), n * WIDTH, marked, hopes)
        for i in range(n_hopes):
            hoped[i] = taste[bits_of_taste(hopes[i] % WIDTH, own_keys[hopes[i] // WIDTH])]
        for i in range(n_hopes):
            j, q = hopes[i] // WIDTH, hopes[i] % WIDTH
            kind, there = int64(kinds[j]), uint8(part_of_destination(q))
            worth = by_origin[origins[j], q] + tastes[nests[q], j] + hoped[i]
            worth += ties[j] if q == registered[j] else int64(0)
            worth += family_tie if q == with_spouse[j] else int64(0)
            now, now_if = worth + by_type[kind, q], worth + by_type[kind + PUPIL, q]
            chosen[j], best[j] = there if now > best[j] else chosen[j], max(now, best[j])
            chosen_if[j], best_if[j] = there if now_if > best_if[j] else chosen_if[j], max(now_if, best_if[j])
        n_asked = 0
        for j in range(n):
            out[first - lo + j] = chosen[j]
            asked[n_asked], asked_at[n_asked] = piece[j], j
            n_asked += chosen[j] != chosen_if[j]
        listed = asked[:n_asked]
        for k in range(n_asked):
            read_children(listed, k, people)
            if has_pupil(listed[k], month, people):
                out[first - lo + asked_at[k]] = chosen_if[asked_at[k]]
    return out
