"""Moves: persons and their families change the part they live in, and the six-month rule says where they count."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.blocks import BLOCK, ENOUGH, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.lists import longer_list
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import PHI, draw64, mix64
from urbsim.compute.read_ahead import AHEAD, read_counting, read_family, read_household, read_residence
from urbsim.compute.words import BYTE
from urbsim.state import pending
from urbsim.state.codes import AWAY, DEAD, FIRST_OUTSIDE, IDLE, NO_PLACE
from urbsim.state.definitions import ADULT, PRIMARY_AGE, RESIDENT_AFTER
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP, PERMIT
from urbsim.state.risk import risk_class
from urbsim.state.stocks import count_person, count_woman

_LARGEST = 400  # guard: no household has so many members, and no walk around one ends later


@inlined
def relocate(row, to, month, people, ledger, log, n_log, absences, n_absent):
    """Moves one person to part `to` and keeps the accounts (ODD equations C1-C3).

    A first-time leaver counts at the registered part until month six; an onward mover and a returner change at once.
    log: (capacity, 3) int32, rows `person, from, to` of changes of the counted part; absences: (capacity,) rows of
    those not yet six months away. Returns the new lengths of both.
    """
    origin_part = people.lives[row]
    home = people.home[row]
    counted = people.counted[row]
    count_person(row, -1, people, ledger.stocks)
    count_woman(row, -1, people, ledger.stocks)
    people.lives[row] = to
    people.holdings[row] &= uint8(BYTE - PERMIT - DORMITORY)  # a residence permit is the town's that gave it
    count_person(row, 1, people, ledger.stocks)
    count_woman(row, 1, people, ledger.stocks)
    people.pending[row] |= uint8(pending.ALL)
    ledger.moves[origin_part, to] += 1
    new_counted = counted
    if to == home:
        new_counted = home
        people.left_home[row] = month  # of coming back, while at home
        people.holdings[row] &= uint8(BYTE - OTHER_TOWNSHIP)
        people.risk[row] &= uint8(BYTE - AWAY)
        ledger.returned[home] += 1
    else:
        people.risk[row] |= uint8(AWAY)
        if origin_part == home:
            people.left_home[row] = month
            if people.holdings[row] & OTHER_TOWNSHIP:
                people.holdings[row] &= uint8(BYTE - OTHER_TOWNSHIP)
                people.left_home[row] = month - RESIDENT_AFTER
                new_counted = to
            else:
                absences[n_absent] = row
                n_absent += 1
        elif month - people.left_home[row] >= RESIDENT_AFTER:
            new_counted = to
    if new_counted != counted:
        people.counted[row] = new_counted
        ledger.counted_moves[counted, new_counted] += 1
        log[n_log, 0] = row
        log[n_log, 1] = counted
        log[n_log, 2] = new_counted
        n_log += 1
    return n_log, n_absent


@inlined
def _move_family(head, to, come_along, month, people, ledger, key, log, n_log, absences, n_absent):
    """Moves one decider, and by luck the spouse and the children. Returns the new lengths of both lists."""
    origin_part = people.lives[head]
    if people.risk[head] == DEAD or origin_part == to:
        return n_log, n_absent
    spouse = people.spouse[head]
    together = spouse >= 0 and people.lives[spouse] == origin_part
    luck = draw64(person_id(head, people.identity_rows, people.ids), key)
    spouse_comes = together and (luck >> uint64(32)) < come_along[0, to, 0]
    n_log, n_absent = relocate(head, to, month, people, ledger, log, n_log, absences, n_absent)
    if spouse_comes:
        n_log, n_absent = relocate(spouse, to, month, people, ledger, log, n_log, absences, n_absent)
    if together and not spouse_comes:
        return n_log, n_absent  # a parent stays, and the children with the one who stays
    # Children of the mover who live where the move began: they follow their mother and father, not a roof.
    child = people.ring[head]
    for _ in range(_LARGEST):
        if child == head:
            break
        parent = people.parent[child]
        if (
            parent >= 0
            and (parent == head or parent == spouse)
            and people.risk[child] != DEAD
            and people.lives[child] == origin_part
            and (month - people.birth_month[child]) < 12 * ADULT
        ):
            school_age = (month - people.birth_month[child]) >= 12 * PRIMARY_AGE
            child_luck = draw64(person_id(child, people.identity_rows, people.ids), key) >> uint64(32)
            elsewhere = 1 if (people.home[child] >> 1) != (to >> 1) else 0
            if child_luck < come_along[2 if school_age else 1, to, elsewhere]:
                n_log, n_absent = relocate(child, to, month, people, ledger, log, n_log, absences, n_absent)
        child = people.ring[child]
    return n_log, n_absent


@njit(inline="always")
def relocate_all(rows, to, month, people, ledger):
    """Moves each of `rows` to its part unless it lives there. Returns (log, absences) as `apply_moves`."""
    log = np.empty((rows.size, 3), np.int32)
    absences = np.empty(rows.size, np.int32)
    n_log = 0
    n_absent = 0
    for k in range(rows.size):
        read_residence(rows, k, people)
        if people.lives[rows[k]] != to[k]:
            n_log, n_absent = relocate(rows[k], to[k], month, people, ledger, log, n_log, absences, n_absent)
    return log[:n_log].copy(), absences[:n_absent].copy()


@njit(nogil=True, cache=True)
def apply_moves(rows, to, come_along, month, people, ledger, key):
    """Carries out decided moves in the order of `rows`, families together (ODD equations M6, M7).

    rows, to: deciders and the parts they go to; who was moved by the family this month still follows the own decision.
    come_along: (3, 224 parts, 2) uint64 thresholds on 2^-32: 0 the spouse comes, read at the first column; where
        no parent stays behind, a child comes if its own luck is below 1 before school age, 2 from school age, by
        whether it is registered in the county it goes to (0) or elsewhere (1).
    Returns (log, absences): rows `person, from, to` of changed counting, and rows of first-time leavers.
    """
    capacity = rows.size * 12 + 16
    log = np.empty((capacity, 3), np.int32)
    absences = np.empty(capacity, np.int32)
    n_log = 0
    n_absent = 0
    for k in range(rows.size):
        read_residence(rows, k, people)
        read_family(rows, k, people)
        if n_log + 64 > capacity or n_absent + 64 > capacity:
            log = _longer(log, capacity)
            absences = longer_list(absences, n_absent)
            capacity *= 2
        n_log, n_absent = _move_family(
            rows[k], to[k], come_along, month, people, ledger, key, log, n_log, absences, n_absent
        )
    return log[:n_log].copy(), absences[:n_absent].copy()


# Copied one by one: an assignment to a slice takes the compiler seconds.
@inlined(_nrt=True)
def _longer(log, capacity):
    longer = np.empty((capacity * 2, 3), np.int32)
    for k in range(log.shape[0]):
        for j in range(3):
            longer[k, j] = log[k, j]
    return longer


@njit(nogil=True, cache=True)
def children_who_join(rows, month, people, threshold, key):
    """Left-behind children of the parents in `rows` who join them now (ODD equation M8).

    rows: persons who reconsidered this month and live away from their registered part.
    threshold: (2, 224 parts, 2) uint64 on 2^-32, that a child below 18 left at home joins: before or from school
    age, by whether it is registered in the county it goes to (0) or elsewhere (1).
    Returns (children, parts).
    """
    # Minors are gathered before more is read of them, lest each is waited for alone.
    minors, parents = np.empty((2, ENOUGH + _LARGEST), np.int32)
    joining, to = np.empty(rows.size + minors.size, np.int32), np.empty(rows.size + minors.size, np.uint8)
    n, n_minors = 0, 0
    for k in range(rows.size):
        read_household(rows, k, people)
        if k + AHEAD < rows.size:
            prefetch(people.spouse, uint64(rows[k + AHEAD]))
        row, child = rows[k], people.ring[rows[k]]
        for _ in range(_LARGEST):
            if child == row:
                break
            parent = people.parent[child]
            if parent >= 0 and (parent == row or parent == people.spouse[row]):
                minors[n_minors], parents[n_minors] = child, row
                if month - people.birth_month[child] < 12 * ADULT:
                    n_minors += 1
                    prefetch(people.lives, uint64(child))
                    prefetch(people.home, uint64(child))
                    prefetch(people.risk, uint64(child))
            child = people.ring[child]
        if n_minors >= ENOUGH or k + 1 == rows.size:
            if n + n_minors > joining.size:
                joining, to = longer_list(joining, n), longer_list(to, n)
            n = _note_who_joins(n_minors, minors, parents, month, people, threshold, key, joining, to, n)
            n_minors = 0
    return joining[:n].copy(), to[:n].copy()


@inlined
def _note_who_joins(n_minors, minors, parents, month, people, threshold, key, joining, to, n):
    """Writes who of the children joins the parent beside it, and where. Returns the new length of both lists."""
    for i in range(n_minors):
        child, row = uint64(minors[i]), uint64(parents[i])
        at, lives, other = people.lives[child], people.lives[row], people.spouse[row]
        if at == lives or at != people.home[child] or (other >= 0 and people.lives[other] == at):
            continue
        if lives == people.home[row] or people.risk[row] == DEAD or people.risk[child] == DEAD:
            continue
        school_age = 1 if month - people.birth_month[child] >= 12 * PRIMARY_AGE else 0
        elsewhere = 1 if (at >> 1) != (lives >> 1) else 0
        luck = draw64(person_id(child, people.identity_rows, people.ids), key) >> uint64(32)
        if luck < threshold[school_age, lives, elsewhere]:
            joining[n], to[n] = minors[i], lives
            n += 1
    return n


@njit(nogil=True, cache=True)
def spouses_who_join(rows, people, threshold, key):
    """Spouses who live elsewhere and join those in `rows` now (ODD equation M6).

    rows: persons who reconsidered this month and stay where they are; only those away from their registered part are
    joined. threshold: uint64 on 2^-32 of the probability. Pupils and students stay. Returns (spouses, parts).
    """
    spouses, to = np.empty(rows.size, np.int32), np.empty(rows.size, np.uint8)
    n = 0
    for k in range(rows.size):
        if k + AHEAD < rows.size:
            prefetch(people.spouse, uint64(rows[k + AHEAD]))
            prefetch(people.lives, uint64(rows[k + AHEAD]))
        row = uint64(rows[k])
        lives, other = people.lives[row], people.spouse[row]
        if other < 0 or people.lives[other] == lives:  # nearly all: nothing more is read of them
            continue
        if people.risk[row] == DEAD or lives == people.home[row] or people.enrolled[other]:
            continue
        if draw64(person_id(other, people.identity_rows, people.ids), key) >> uint64(32) < threshold:
            spouses[n], to[n] = other, lives
            n += 1
    return spouses[:n].copy(), to[:n].copy()


@njit(nogil=True, cache=True)
def apply_children(children, to, month, people, ledger):
    """Moves each child to its parent unless it lives there already. Returns (log, absences) as `apply_moves`."""
    return relocate_all(children, to, month, people, ledger)


@njit(nogil=True, cache=True)
def move_to_sites(rows, places, month, people, ledger):
    """Households of poor villages move to sites in the town of their county (ODD equation M14).

    rows: adults in villages, by county, in the order in which their households are called; places: (111,) free places
    at sites, in sampled persons; what a household takes is taken off. The first household that finds too few places
    waits, and those behind it. With the household go all who live in its house; who is registered there is registered
    at the site from then on, wherever they live. Returns (log, households): rows `person, from, to` of changed
    counting, and (111,) how many households moved.
    """
    log = np.empty((rows.size * 4 + 64, 3), np.int32)
    n_log = 0
    moved = np.zeros(places.size, np.int64)
    waits = np.zeros(places.size, np.uint8)
    for first in rows:
        village = people.home[first]
        if village & 1 or waits[village >> 1]:
            continue  # moved with somebody before them, or has to wait
        county = village >> 1
        members = 0
        member = first
        for _ in range(_LARGEST):
            members += _of_the_house(member, village, people)
            member = people.ring[member]
            if member == first:
                break
        if members > places[county]:
            waits[county] = 1
            continue
        places[county] -= members
        moved[county] += 1
        member = first
        for _ in range(_LARGEST):
            if n_log + 1 > log.shape[0]:
                log = _longer(log, log.shape[0])
            if _of_the_house(member, village, people):
                n_log = _to_site(member, village, people, ledger, log, n_log)
            member = people.ring[member]
            if member == first:
                break
    return log[:n_log].copy(), moved


@inlined
def _of_the_house(row, village, people):
    """Whether somebody is alive, and registered or living in the village."""
    return (people.risk[row] != DEAD) & ((people.home[row] == village) | (people.lives[row] == village))


@inlined
def _to_site(row, village, people, ledger, log, n_log):
    """One person, registered or living in the village, is from now on so in the town. Returns the new length of log."""
    town = uint8(village + 1)
    count_person(row, -1, people, ledger.stocks)
    count_woman(row, -1, people, ledger.stocks)
    if people.lives[row] == village:
        people.lives[row] = town
        people.holdings[row] &= uint8(BYTE - DORMITORY)
        ledger.moves[village, town] += 1
    if people.home[row] == village:
        people.home[row] = town
        if people.lives[row] == town:
            people.holdings[row] |= uint8(OTHER_TOWNSHIP)  # the register of the old township may keep them
    if people.counted[row] == village:
        people.counted[row] = town
        ledger.counted_moves[village, town] += 1
        log[n_log, 0], log[n_log, 1], log[n_log, 2] = row, village, town
        n_log += 1
    people.risk[row] = (people.risk[row] & (BYTE - AWAY)) | (people.home[row] != people.lives[row])
    people.pending[row] |= uint8(pending.ALL)
    count_person(row, 1, people, ledger.stocks)
    count_woman(row, 1, people, ledger.stocks)
    return n_log


@inlined
def _luck_of(row, people, key):
    """The upper 32 bits of luck of one row."""
    return draw64(person_id(uint64(row), people.identity_rows, people.ids), key) >> uint64(32)


@inlined
def _mark_lucky(first, n, people, key, most, marks):
    """Marks rows whose luck is below the most that matters."""
    identity_rows, word = people.identity_rows, uint64(first) * uint64(PHI) + key
    if first + n <= identity_rows:
        for j in range(n):
            marks[j] = (mix64(word) >> uint64(32)) < most
            word += uint64(PHI)  # a sum takes less time than a product
    elif first >= identity_rows:
        ids = people.ids[first - identity_rows :]
        for j in range(n):
            marks[j] = (draw64(ids[j], key) >> uint64(32)) < most
    else:
        for j in range(n):
            marks[j] = _luck_of(first + j, people, key) < most


@inlined
def _is_minor(row, people, youngest_adult):
    """Whether somebody has the luck of a parent."""
    return (people.parent[row] >= 0) & (people.birth_month[row] > youngest_adult)


@inlined
def _move_house(row, luck, people, thresholds):
    """Whoever lives and counts where they are registered is registered in another township, if luck says so."""
    home = people.home[row]
    at_home = (home == people.lives[row]) & (home == people.counted[row]) & (home < FIRST_OUTSIDE)
    moves = at_home & (people.risk[row] != DEAD) & (luck < thresholds[home & 1])
    people.holdings[row] |= uint8(OTHER_TOWNSHIP * moves)


@inlined
def _mark_minors(n, parent, born, youngest_adult, marks):
    for j in range(n):
        marks[j] = (parent[j] >= 0) & (born[j] > youngest_adult)


@inlined
def _draw_luck_of_parents(n, minors, people, key, heads, luck):
    """Writes the upper 32 bits of luck of a parent of each minor; of a couple the lower row's counts."""
    last = np.int32(0)
    for k in range(n):
        parent = people.parent[uint64(minors[k])]
        other = people.spouse[uint64(parent)]
        heads[k] = other if (other >= 0) & (other < parent) else parent
    for k in range(n):
        last = max(last, heads[k])
    if last < people.identity_rows:
        for k in range(n):
            luck[k] = draw64(uint64(heads[k]), key) >> uint64(32)
    else:
        for k in range(n):
            luck[k] = _luck_of(heads[k], people, key)


@njit(nogil=True, cache=True)
def change_township(lo, hi, month, people, thresholds, key):
    """Who lives in another township of the same part from now on, still registered in the old one (ODD equation M11).

    thresholds: (2,) uint64 of the year, villages and towns. Couples share the luck of the lower row, minor children a
    parent's. Nobody changes part: only what the registers call registered elsewhere in the county grows. Few have the
    luck, so it is drawn before anything is read; only minors have to be asked whose it is. A spouse whose row lies
    beyond [lo, hi) moves with who lies in it.
    """
    youngest_adult, most = np.int16(month - 12 * ADULT), max(thresholds[0], thresholds[1])
    marks, luck = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint64)
    rows, heads = np.empty(BLOCK + 1, np.int32), np.empty(BLOCK, np.int32)
    for start in range(lo, hi, BLOCK):
        n = min(start + BLOCK, hi) - start
        block = slice(start, start + n)
        _mark_lucky(start, n, people, key, most, marks)
        for k in range(marked_rows(start, n, marks, rows)):
            row, own = uint64(rows[k]), _luck_of(rows[k], people, key)
            other = int64(people.spouse[row])
            if _is_minor(row, people, youngest_adult) or (other >= 0 and other < rows[k]):
                continue
            _move_house(row, own, people, thresholds)
            if other >= 0 and not _is_minor(other, people, youngest_adult):
                _move_house(other, own, people, thresholds)
        _mark_minors(n, people.parent[block], people.birth_month[block], youngest_adult, marks)
        n_minors = marked_rows(start, n, marks, rows)
        _draw_luck_of_parents(n_minors, rows, people, key, heads, luck)
        for k in range(n_minors):
            if luck[k] < most:
                _move_house(uint64(rows[k]), luck[k], people, thresholds)


@njit(nogil=True, cache=True)
def six_months(rows, month, people, ledger):
    """Counts where they live those who have been away six months (ODD equation C2).

    rows: who may have been; who came back, or left anew, is passed over. Returns the log of changes.
    """
    log = np.empty((rows.size, 3), np.int32)
    n_log = 0
    for k in range(rows.size):
        read_counting(rows, k, people)
        row = rows[k]
        if people.risk[row] == DEAD or people.lives[row] == people.home[row]:
            continue
        counted = people.counted[row]
        lives = people.lives[row]
        if counted != lives and month - people.left_home[row] >= RESIDENT_AFTER:
            people.counted[row] = lives
            ledger.counted_moves[counted, lives] += 1
            log[n_log, 0] = row
            log[n_log, 1] = counted
            log[n_log, 2] = lives
            n_log += 1
    return log[:n_log].copy()


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
        people.left_home[row] = month - RESIDENT_AFTER
        people.cell[row] = people.cell[donor]
        people.spouse[row] = -1
        people.parent[row] = -1
        people.births[row] = 0
        people.work[row] = IDLE
        people.work_county[row] = 0
        people.holdings[row] = 0
        people.school[row] = NO_PLACE
        people.pending[row] = pending.ALL
        people.ring[row] = row
        people.risk[row] = risk_class((month - people.birth_month[row]) // 12, people.sex[row], 0, 1)
        ledger.entered[home] += 1
        ledger.moves[home, to[k]] += 1
        ledger.counted_moves[home, to[k]] += 1
        count_person(row, 1, people, ledger.stocks)
        count_woman(row, 1, people, ledger.stocks)
    return n_people
