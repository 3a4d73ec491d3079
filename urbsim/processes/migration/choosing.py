"""Where those who reconsider live from now on: the loop of ODD equations M2-M4.

Most stay, so a first look tells for each decider which places can be better than staying at all: a bound, computed
for all places at once without a branch. It does not ask for children at school, for that takes longer than all the
rest: whatever they could add to a place counts. Only where a place is left over is the choice made exactly, once
without a child at school and once with one, and only where the two differ are the children looked for.
"""

from __future__ import annotations

import numpy as np
from numba import int32, int64, uint64
from numba.cpython.unsafe.numbers import trailing_zeros

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import draw64, mix64
from urbsim.compute.read_ahead import read_children
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.processes.demography.kernels import age_at
from urbsim.processes.migration.choosers import chooser_type, has_pupil
from urbsim.state.codes import CITY, COUNTY_TOWN, N_DESTINATIONS, N_ORIGINS, OUTSIDE_REGION, VILLAGE
from urbsim.state.parts import alternative_of, is_urban, origin_of, part_of_destination

_PIECE = 1 << 8  # deciders looked at together: what is noted of them stays near
_BLOCKS = 16  # words of luck, a byte a destination; the last one is of nobody
_WIDTH = 8 * _BLOCKS
_OF_VILLAGE, _OF_STAYING, _OF_BACK = (
    3,
    4,
    5,
)  # rows of noted tastes, behind those of the nests of destinations
_LIMIT = 1 << 28  # a utility that a first look can take
_PUPIL = 12  # types of choosers with a child at school come so many later
# Bytes from which a taste is bounded by the next step.
_STEPS = (5 * 32, 7 * 32, 244, 252, BYTE)


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
def _bits_of_taste(destination, own_key):
    """Sixteen bits of taste for a destination: a byte of one hash, then one of another."""
    block, shift = uint64(2 * (destination >> 3)), uint64(8 * (destination & 7))
    first = (mix64(own_key + block + uint64(1)) >> shift) & uint64(BYTE)
    return (first << uint64(8)) | ((mix64(own_key + block + uint64(2)) >> shift) & uint64(BYTE))


@inlined
def _draw_tastes(
    rows, identity_rows, ids, lives, taste_key, nest_key, nest_taste, taste, own_keys, nest_luck, tastes
):  # fmt: skip
    """Writes the own keys of the rows and their tastes: for the nests, for staying and for the village of home."""
    for j in range(rows.size):
        own_keys[j] = person_id(uint64(rows[j]), identity_rows, ids)
    for j in range(rows.size):
        nest_luck[j] = draw64(own_keys[j], nest_key)
        own_keys[j] = draw64(own_keys[j], taste_key)
    for j in range(rows.size):
        for nest in range(_OF_VILLAGE + 1):
            tastes[nest, j] = nest_taste[(nest_luck[j] >> uint64(16 * nest)) & uint64(0xFFFF)]
        present, own_key = alternative_of(lives[j]), own_keys[j]
        if present == VILLAGE:
            bits = mix64(own_key + uint64(99)) & uint64(0xFFFF)
        else:
            bits = _bits_of_taste(present, own_key)
        tastes[_OF_STAYING, j] = taste[bits]
        tastes[_OF_BACK, j] = taste[mix64(own_key + uint64(98)) & uint64(0xFFFF)]


@inlined
def _mark_hopeful(of_type, of_origin, town, city_less, outside_less, city, outside, luck, tops, bar, marks):
    """Marks destinations that can be worth more than the bar, whatever the second byte of taste says.

    of_type, of_origin: (_WIDTH,) int32 utilities; town: taste for the nest of towns; city_less, outside_less: how much
    more those for the other nests are; city, outside: (_WIDTH,) int32 masks of these; tops: (6,) int32 bounds of a
    taste by steps of its first byte, in luck.
    """
    top, top1, top2, top3, top4, top5 = tops[0], tops[1], tops[2], tops[3], tops[4], tops[5]
    for q in range(_WIDTH):
        most = top1 if luck[q] >= _STEPS[0] else top
        most = top2 if luck[q] >= _STEPS[1] else most
        most = top3 if luck[q] >= _STEPS[2] else most
        most = top4 if luck[q] >= _STEPS[3] else most
        most = top5 if luck[q] >= _STEPS[4] else most
        nest = int32(town + int32((city[q] & city_less) | (outside[q] & outside_less)))
        marks[q] = int32(int32(int32(of_type[q] + of_origin[q]) + nest) + most) > bar


@inlined
def _within_limit(utility, size, out):
    """Copies the first `size` utilities of each row of `out` as int32; those of closed places become the lowest."""
    for i in range(out.shape[0]):
        for q in range(size):
            out[i, q] = max(utility[i, q], -_LIMIT)


@inlined
def _staying_put(
    kind, j, lives, at_home, tie, origin, destination_utility, pair_utility, staying, nest_of, tastes
):
    """What staying is worth, but for the cost of moving saved."""
    present = alternative_of(lives)
    here = tastes[_OF_STAYING, j] + (tie if at_home else int64(0))
    if present == VILLAGE:
        return here + staying[kind, lives >> 1] + tastes[_OF_VILLAGE, j]
    return (
        here
        + destination_utility[kind, present]
        + pair_utility[origin, present]
        + tastes[nest_of[present], j]
    )


@inlined
def _any(marks):
    """Not 0 if any mark is set."""
    words, some = marks.view(np.uint64), uint64(0)
    for block in range(_BLOCKS):
        some |= words[block]
    return some


@njit(nogil=True, cache=True)
def destinations(
    lo, hi, rows, month, people, destination_utility, pair_utility, stay_utility, village, staying, home_ties,
    family_tie, home_open, nest_of, nest_taste, taste, taste_key, nest_key,
):  # fmt: skip
    """The part each decider in rows[lo:hi] lives in from now on, uint8 (ODD equations M2-M4).

    All utilities are int64 on the grid of 2^-16, none above _LIMIT. destination_utility: (24 types, 113); pair_utility:
    (113 origins, 113); stay_utility: cost of moving saved by staying; village: (24 types, 111 counties) of going back
    to the village; staying: the same of staying in one; home_ties: (2 settings, 4 age bands) of being in the registered
    part, a village or not; family_tie: of being where the spouse lives. home_open: False where going home is no
    alternative but an event of its own.
    nest_of: (113,) nest 0 county towns, 1 cities, 2 outside. nest_taste: (65536,) Cardell term by 16 random bits.
    taste: (65536,) Gumbel term within a nest, scaled by its dissimilarity; taste[0] the lowest. Villages are a
    nest of their own, so their taste is a full Gumbel: the nest term and the scaled term added.
    Of equals the present place is chosen, then the village, then the first destination.
    """
    out = np.empty(hi - lo, np.uint8)
    of_type, of_origin = np.zeros((_PUPIL, _WIDTH), np.int32), np.zeros((N_ORIGINS, _WIDTH), np.int32)
    _within_limit(destination_utility, N_DESTINATIONS, of_type)
    _within_limit(pair_utility, N_DESTINATIONS, of_origin)
    city, outside = np.zeros(_WIDTH, np.int32), np.zeros(_WIDTH, np.int32)
    for q in range(N_DESTINATIONS):
        city[q], outside[q] = -(nest_of[q] == CITY), -(nest_of[q] == OUTSIDE_REGION)
    # The most that a child at school adds to any destination.
    pupil_adds = np.zeros(_PUPIL, np.int64)
    for kind in range(_PUPIL):
        for q in range(N_DESTINATIONS):
            more = destination_utility[kind + _PUPIL, q] - destination_utility[kind, q]
            pupil_adds[kind] = max(pupil_adds[kind], more)
    # Taste by its first byte: near by, where the table of all is not.
    highest, tops = np.empty(BYTE_VALUES, np.int64), np.empty(6, np.int32)
    for byte in range(BYTE_VALUES):
        highest[byte] = taste[BYTE_VALUES * byte + BYTE]
    for step in range(5):
        tops[step] = highest[_STEPS[step] - 1]
    tops[5] = highest[BYTE]
    born, own_keys = np.empty(_PIECE, np.int16), np.empty(_PIECE, np.uint64)
    nest_luck, tastes = np.empty(_PIECE, np.uint64), np.empty((_OF_BACK + 1, _PIECE), np.int64)
    noted = np.empty((4, _PIECE), np.uint8)
    schooling, homes, places, families = noted[0], noted[1], noted[2], noted[3]
    words, marks_of = np.empty(_BLOCKS, np.uint64), np.empty((_PIECE + 1, _WIDTH), np.uint8)
    luck, open_at = words.view(np.uint8), np.empty(_PIECE + 1, np.int64)
    # Of whom a child at school decides: rows, positions, and where they live if they have one.
    asked, asked_at = np.empty(_PIECE + 1, np.int32), np.empty(_PIECE + 1, np.int64)
    chosen_if = np.empty(_PIECE + 1, np.uint8)
    for first in range(lo, hi, _PIECE):
        piece = rows[first : min(first + _PIECE, hi)]
        _note(piece, people, born, schooling, homes, places, families)
        _draw_tastes(
            piece, people.identity_rows, people.ids, places, taste_key, nest_key, nest_taste, taste, own_keys,
            nest_luck, tastes,
        )  # fmt: skip
        n_open = 0
        for j in range(piece.size):
            if first + _PIECE + j < hi:
                _ask_for(uint64(rows[first + _PIECE + j]), people)
            lives, home, family = int64(places[j]), int64(homes[j]), int64(families[j])
            kind, origin = chooser_type(age_at(month, born[j]), schooling[j]), origin_of(home)
            tie, at_home = home_ties[is_urban(home), kind % 4], lives == home
            rules = lives, at_home, tie, origin, destination_utility, pair_utility, staying, nest_of, tastes
            stays = stay_utility + _staying_put(kind, j, *rules)
            pupil_keeps = stay_utility + _staying_put(kind + _PUPIL, j, *rules) - stays
            bar = stays - max(pupil_adds[kind] - pupil_keeps, int64(0))
            for block in range(_BLOCKS):
                words[block] = mix64(own_keys[j] + uint64(2 * block + 1))
            town, marks = tastes[COUNTY_TOWN, j], marks_of[n_open]
            _mark_hopeful(
                of_type[kind], of_origin[origin], int32(town), int32(tastes[CITY, j] - town),
                int32(tastes[OUTSIDE_REGION, j] - town), city, outside, luck, tops,
                int32(min(max(bar, -4 * _LIMIT), 4 * _LIMIT - 1)), marks,
            )  # fmt: skip
            for q in range(N_DESTINATIONS, _WIDTH):
                marks[q] = 0
            # Places that are worth more to this decider than to others of the type and origin.
            present, registered, with_spouse = (
                alternative_of(lives),
                alternative_of(home),
                alternative_of(family),
            )
            goes_back = uint64(0)
            if registered == VILLAGE and home_open and not at_home:
                back = village[kind, home >> 1] + tastes[_OF_VILLAGE, j] + tastes[_OF_BACK, j] + tie
                back += family_tie if family == home else int64(0)
                goes_back = uint64(
                    back
                    > bar
                    - max(
                        village[kind + _PUPIL, home >> 1] - village[kind, home >> 1] - pupil_keeps, int64(0)
                    )
                )
            if registered < N_DESTINATIONS:
                worth = destination_utility[kind, registered] + pair_utility[origin, registered]
                worth += tastes[nest_of[registered], j] + tie
                worth += family_tie if family == home else int64(0)
                marks[registered] = home_open and worth + highest[luck[registered]] > bar
            if with_spouse < N_DESTINATIONS and with_spouse != registered:
                worth = destination_utility[kind, with_spouse] + pair_utility[origin, with_spouse]
                worth += tastes[nest_of[with_spouse], j] + family_tie
                marks[with_spouse] = worth + highest[luck[with_spouse]] > bar
            if present < N_DESTINATIONS:
                marks[present] = 0
            out[first - lo + j] = lives
            open_at[n_open] = j
            n_open += (_any(marks) | goes_back) != 0
        n_asked = 0
        for k in range(n_open):
            j = open_at[k]
            lives, home, family = int64(places[j]), int64(homes[j]), int64(families[j])
            kind, origin = chooser_type(age_at(month, born[j]), schooling[j]), origin_of(home)
            parent = kind + _PUPIL
            tie, at_home = home_ties[is_urban(home), kind % 4], lives == home
            rules = lives, at_home, tie, origin, destination_utility, pair_utility, staying, nest_of, tastes
            best, choice = stay_utility + _staying_put(kind, j, *rules), lives
            best_if, choice_if = stay_utility + _staying_put(parent, j, *rules), lives
            registered = alternative_of(home)
            with_spouse = alternative_of(family) if family != lives else int64(VILLAGE)
            if registered == VILLAGE and home_open and not at_home:
                worth = tastes[_OF_VILLAGE, j] + tastes[_OF_BACK, j] + tie
                worth += family_tie if family == home else int64(0)
                if worth + village[kind, home >> 1] > best:
                    best, choice = worth + village[kind, home >> 1], home
                if worth + village[parent, home >> 1] > best_if:
                    best_if, choice_if = worth + village[parent, home >> 1], home
            hopeful = marks_of[k].view(np.uint64)
            for block in range(_BLOCKS):
                marked = hopeful[block]
                while marked:
                    q = 8 * block + (int64(trailing_zeros(marked)) >> 3)  # type: ignore[call-arg]
                    marked &= marked - uint64(1)
                    worth = pair_utility[origin, q] + tastes[nest_of[q], j]
                    worth += tie if q == registered else int64(0)
                    worth += family_tie if q == with_spouse else int64(0)
                    worth += taste[_bits_of_taste(q, own_keys[j])]
                    if worth + destination_utility[kind, q] > best:
                        best, choice = worth + destination_utility[kind, q], int64(part_of_destination(q))
                    if worth + destination_utility[parent, q] > best_if:
                        best_if = worth + destination_utility[parent, q]
                        choice_if = int64(part_of_destination(q))
            out[first - lo + j] = choice
            asked[n_asked], asked_at[n_asked], chosen_if[n_asked] = piece[j], first - lo + j, choice_if
            n_asked += choice != choice_if
        listed = asked[:n_asked]
        for k in range(n_asked):
            read_children(listed, k, people)
            if has_pupil(listed[k], month, people):
                out[asked_at[k]] = chosen_if[k]
    return out
