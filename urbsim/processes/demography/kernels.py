"""Births, deaths, unions and their end: exact hazards for the few whom the screening found."""

from __future__ import annotations

import numpy as np
from numba import int16, int64, uint8, uint16, uint64

from urbsim.compute.blocks import BLOCK, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import draw64, leading_byte, newborn_id, uniform32
from urbsim.compute.read_ahead import (
    read_family,
    read_household,
    read_mother,
    read_residence,
    read_single,
    read_vitals,
)
from urbsim.compute.rings import join_ring, leave_ring
from urbsim.compute.words import BYTE
from urbsim.processes.moving.kernels import relocate_all
from urbsim.state import pending
from urbsim.state.codes import (
    AWAY,
    DEAD,
    FEMALE,
    FIRST_OUTSIDE,
    IDLE,
    IN_UNION,
    MALE,
    N_SETTINGS,
    NO_PLACE,
    NOWHERE,
    UNSCHOOLED,
    WOMAN,
)
from urbsim.state.definitions import ADULT, RESIDENT_AFTER
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.ledger import N_BIRTH_MONTHS
from urbsim.state.parts import is_urban, setting_of
from urbsim.state.risk import AGE_LIMIT, risk_class, sex_of
from urbsim.state.stocks import count_person, count_woman


@njit(inline="always")
def age_at(month, birth_month):
    """Completed years, at most AGE_LIMIT."""
    return min((month - birth_month) // 12, AGE_LIMIT)


@njit(nogil=True, cache=True)
def deaths(rows, month, people, threshold, key, fine_key):
    """Rows of those who die this month (ODD equation D1).

    threshold: (AGE_LIMIT + 1, 2 sex, 2 urban) uint64 on the grid of 2^-32.
    """
    out = np.empty(rows.size, np.int32)
    n = 0
    for k in range(rows.size):
        read_vitals(rows, k, people)
        row = rows[k]
        person = person_id(row, people.identity_rows, people.ids)
        u = uniform32(person, leading_byte(person, key), fine_key)
        age = age_at(month, people.birth_month[row])
        if u < threshold[age, sex_of(people.risk[row]), is_urban(people.lives[row])]:
            out[n] = row
            n += 1
    return out[:n].copy()


@inlined
def _hand_children_over(row, other, people):
    """The other parent becomes the one whom the model knows, for the children of `row` in the household."""
    child = people.ring[row]
    for _ in range(400):
        if child == row:
            break
        if people.parent[child] == row:
            people.parent[child] = other
        child = people.ring[child]


@njit(nogil=True, cache=True)
def apply_deaths(rows, people, ledger):
    """Takes the dead out of the accounts and widows their spouses."""
    for k in range(rows.size):
        read_residence(rows, k, people)
        read_family(rows, k, people)
        row = rows[k]
        ledger.deaths[people.counted[row]] += 1
        ledger.deaths_present[people.lives[row]] += 1
        count_person(row, -1, people, ledger.stocks)
        count_woman(row, -1, people, ledger.stocks)
        people.risk[row] = DEAD
        people.pending[row] |= uint8(pending.ALL)
        people.home[row] = NOWHERE
        people.lives[row] = NOWHERE
        people.counted[row] = NOWHERE
        other = people.spouse[row]
        if other >= 0:
            _hand_children_over(row, other, people)
            people.spouse[row] = -1
            people.spouse[other] = -1
            _end_union(other, people, ledger)


@inlined
def _end_union(row, people, ledger):
    count_woman(row, -1, people, ledger.stocks)
    people.risk[row] &= uint8(BYTE - IN_UNION)
    count_woman(row, 1, people, ledger.stocks)


@inlined
def _mark_born_since(n, first, born, marks):
    for j in range(n):
        marks[j] = born[j] >= first


@njit(nogil=True, cache=True)
def births_since(lo, hi, first, last, people):
    """Women in a union whose children are in [lo, hi), by month of that birth, from `first` to `last`: (months, months
    of birth of the woman, 3 settings) int64 (ODD equation D2).
    """
    birth_month, parent, sex, spouse, lives = (
        people.birth_month,
        people.parent,
        people.sex,
        people.spouse,
        people.lives,
    )
    out = np.zeros((last - first + 1, N_BIRTH_MONTHS, N_SETTINGS), np.int64)
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_born_since(stop - start, int16(first), birth_month[start:stop], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            if parent[row] < 0:
                continue
            she = uint64(parent[row])
            if sex[she] == FEMALE and spouse[she] >= 0:
                out[birth_month[row] - first, birth_month[she], setting_of(lives[she])] += 1
    return out


@inlined
def _bore_lately(row, month, spacing, people):
    """Whether a child of `row` in the household was born less than `spacing` months ago."""
    member = people.ring[row]
    for _ in range(400):
        if member == row:
            break
        if people.parent[member] == row and month - people.birth_month[member] < spacing:
            return True
        member = people.ring[member]
    return False


@njit(nogil=True, cache=True)
def mothers(rows, month, people, threshold, spacing, key, fine_key):
    """Rows of women who give birth this month (ODD equation D2).

    threshold: (AGE_LIMIT + 1, 3 settings) uint64 on the grid of 2^-32, for women in a union; spacing: months after a
    birth in which there is no other.
    """
    out = np.empty(rows.size + 1, np.int32)
    n = 0
    for k in range(rows.size):
        read_vitals(rows, k, people)
        row = rows[k]
        risk = people.risk[row]
        if risk == DEAD or not risk & WOMAN or not risk & IN_UNION:
            continue
        person = person_id(row, people.identity_rows, people.ids)
        u = uniform32(person, leading_byte(person, key), fine_key)
        below = threshold[age_at(month, people.birth_month[row]), setting_of(people.lives[row])]
        out[n] = row
        n += u < below
    chosen, n = out[:n], 0
    for k in range(chosen.size):
        read_household(chosen, k, people)
        row = chosen[k]
        if not _bore_lately(row, month, spacing, people):
            out[n] = row
            n += 1
    return out[:n].copy()


@inlined
def _grown_up_at_home(parent, mother, month, people):
    """Whether a grown-up of the mother's household lives in the village or town where `parent` is registered."""
    if people.home[parent] >= FIRST_OUTSIDE:
        return False
    member = people.ring[mother]
    for _ in range(400):
        if member == mother:
            break
        at_home = people.risk[member] != DEAD and people.lives[member] == people.home[parent]
        if at_home and month - people.birth_month[member] >= 12 * ADULT:
            return True
        member = people.ring[member]
    return False


@inlined
def _parent_with_home(mother, month, people):
    """The parent whose registered place in Guangxi a newborn can live at, the mother first; -1 for neither."""
    if _grown_up_at_home(mother, mother, month, people):
        return int64(mother)
    father = people.spouse[mother]
    if father >= 0 and _grown_up_at_home(father, mother, month, people):
        return int64(father)
    return int64(-1)


@njit(nogil=True, cache=True)
def apply_births(rows, n_people, month, people, ledger, boys, brought_home, key):
    """Appends a newborn for each mother and counts it where she counts (ODD equations D3, C2).

    n_people: rows in use. boys: uint64 threshold on 2^-32 of a boy; brought_home: threshold that the child of a mother
    outside lives and is registered at the home of a parent, if a grown-up of the household lives there. Returns
    (n_people, absences): the new number of rows in use, and the newborns whose mothers are away less than six months.
    """
    absences = np.empty(rows.size, np.int32)
    n_absent = 0
    for k in range(rows.size):
        read_mother(rows, k, people)
        mother = rows[k]
        row = n_people
        n_people += 1
        people.births[mother] += 1
        person = newborn_id(person_id(mother, people.identity_rows, people.ids), int64(people.births[mother]))
        people.ids[row - people.identity_rows] = person
        luck = draw64(person, key)
        sex = uint8(MALE) if (luck >> uint64(32)) < boys else uint8(FEMALE)
        people.birth_month[row] = month
        people.sex[row] = sex
        people.schooling[row] = UNSCHOOLED
        people.enrolled[row] = 0
        people.home[row] = people.home[mother]
        people.lives[row] = people.lives[mother]
        people.counted[row] = people.counted[mother]
        people.left_home[row] = people.left_home[mother]
        people.cell[row] = people.cell[mother]
        people.spouse[row] = -1
        people.parent[row] = mother
        people.births[row] = 0
        people.work[row] = IDLE
        people.work_county[row] = 0
        people.holdings[row] = people.holdings[mother] & uint8(OTHER_TOWNSHIP)
        people.school[row] = NO_PLACE
        people.pending[row] = 0
        if people.lives[mother] >= FIRST_OUTSIDE and (luck & uint64(0xFFFFFFFF)) < brought_home:
            parent = _parent_with_home(mother, month, people)
            if parent >= 0:
                people.home[row] = people.lives[row] = people.counted[row] = people.home[parent]
                people.cell[row] = people.cell[parent]
                people.holdings[row] = 0
                people.left_home[row] = month
        away = people.home[row] != people.lives[row]
        people.risk[row] = risk_class(0, sex, 0, away)
        people.ring[row] = row
        join_ring(row, mother, people.ring)
        ledger.births[people.counted[row]] += 1
        ledger.births_present[people.lives[row]] += 1
        count_person(row, 1, people, ledger.stocks)
        count_woman(row, 1, people, ledger.stocks)
        if away and month - people.left_home[row] < RESIDENT_AFTER:
            absences[n_absent] = row
            n_absent += 1
    return n_people, absences[:n_absent].copy()


@njit(nogil=True, cache=True)
def unions(rows, month, people, formation, dissolution, key, fine_key):
    """Who starts to look for a partner and whose union ends this month (ODD equations D4, D6).

    formation: (AGE_LIMIT + 1, 2 sex, 2 urban) uint64 thresholds of the single.
    dissolution: (AGE_LIMIT + 1) uint64 thresholds of women in a union.
    Returns (seekers, leavers).
    """
    seekers = np.empty(rows.size, np.int32)
    leavers = np.empty(rows.size, np.int32)
    n_seekers = 0
    n_leavers = 0
    for k in range(rows.size):
        read_vitals(rows, k, people)
        row = rows[k]
        risk = people.risk[row]
        if risk == DEAD:
            continue
        person = person_id(row, people.identity_rows, people.ids)
        u = uniform32(person, leading_byte(person, key), fine_key)
        age = age_at(month, people.birth_month[row])
        if not risk & IN_UNION:
            if u < formation[age, sex_of(risk), is_urban(people.lives[row])]:
                seekers[n_seekers] = row
                n_seekers += 1
        elif risk & WOMAN and u < dissolution[age]:
            leavers[n_leavers] = row
            n_leavers += 1
    return seekers[:n_seekers].copy(), leavers[:n_leavers].copy()


@njit(nogil=True, cache=True)
def free_seekers(rows, born_after, pools, people, key):
    """Of those who look for a partner who may go on looking, and what decides over them (ODD equation D5).

    born_after: month of birth after which nobody is too old; pools: (224,) int64 marriage market by part lived in; key:
    stream key of the luck. Returns (rows, pool, sex, birth month, luck): (n,) int32, int64, uint8, int16, uint64.
    """
    risk, lives, births = people.risk, people.lives, people.birth_month
    identity_rows, ids = people.identity_rows, people.ids
    free, pool, sex = (
        np.empty(rows.size, np.int32),
        np.empty(rows.size, np.int64),
        np.empty(rows.size, np.uint8),
    )
    born, luck = np.empty(rows.size, np.int16), np.empty(rows.size, np.uint64)
    n = 0
    for k in range(rows.size):
        row = uint64(rows[k])
        # Written for everybody and kept for some: nothing that is read waits for whether somebody is free.
        free[n], sex[n], born[n] = row, sex_of(risk[row]), births[row]
        pool[n] = pools[min(lives[row], uint8(pools.size - 1))]  # the dead live nowhere
        luck[n] = draw64(person_id(row, identity_rows, ids), key)
        n += (risk[row] != DEAD) & (risk[row] & IN_UNION == 0) & (births[row] > born_after)
    return free[:n].copy(), pool[:n].copy(), sex[:n].copy(), born[:n].copy(), luck[:n].copy()


@inlined
def _take_children(row, to, month, people):
    """Moves the minor children of `row` from its old household (walked from `to`, a member) into its new one."""
    child = people.ring[to]
    for _ in range(400):
        if child == to:
            break
        following = people.ring[child]
        if people.parent[child] == row and (month - people.birth_month[child]) < 12 * ADULT:
            leave_ring(child, people.ring)
            join_ring(child, row, people.ring)
        child = following


@njit(nogil=True, cache=True)
def apply_unions(women, men, month, people, ledger, to_him, own_household, key):
    """Joins pairs: spouses, one household, one part lived in (ODD equation D5).

    women, men: rows, pair by pair. to_him: uint64 threshold that she moves to where he lives when they live apart,
    else he moves to her. own_household: threshold that the two form a household of their own if he lives at home, else
    she joins his.
    Returns (log, absences) as `apply_moves`.
    """
    movers, to = np.empty(women.size, np.int32), np.empty(women.size, np.uint8)
    n = 0
    for k in range(women.size):
        read_household(women, k, people)
        read_household(men, k, people)
        read_single(women, k, people)
        read_single(men, k, people)
        she = women[k]
        he = men[k]
        luck = draw64(person_id(he, people.identity_rows, people.ids), key)
        people.spouse[she] = he
        people.spouse[he] = she
        count_woman(she, -1, people, ledger.stocks)
        people.risk[she] |= uint8(IN_UNION)
        people.risk[he] |= uint8(IN_UNION)
        count_woman(she, 1, people, ledger.stocks)
        at_home = not people.risk[he] & AWAY
        if at_home and (luck & uint64(0xFFFFFFFF)) < own_household:
            _leave_with_children(he, month, people)
        _leave_with_children(she, month, people)
        _merge(she, he, people.ring)
        if people.lives[she] != people.lives[he]:
            mover, stayer = (she, he) if (luck >> uint64(32)) < to_him else (he, she)
            movers[n], to[n] = mover, people.lives[stayer]
            n += 1
    return relocate_all(movers[:n], to[:n], month, people, ledger)


@inlined
def _leave_with_children(row, month, people):
    """`row` and its minor children leave their household and form one of their own."""
    neighbour = people.ring[row]
    if neighbour == row:
        return
    leave_ring(row, people.ring)
    _take_children(row, neighbour, month, people)
    # The member walked from is itself never visited by the walk.
    if people.parent[neighbour] == row and (month - people.birth_month[neighbour]) < 12 * ADULT:
        leave_ring(neighbour, people.ring)
        join_ring(neighbour, row, people.ring)


@inlined
def _merge(one, other, ring):
    """Makes one closed ring of two by exchanging successors."""
    following = ring[one]
    ring[one] = ring[other]
    ring[other] = following


@njit(nogil=True, cache=True)
def apply_separations(women, month, people, ledger, with_mother, key):
    """Ends unions: she leaves the household, the minor children with her by luck (ODD equation D6).

    with_mother: uint64 threshold on 2^-32 that the children go with her.
    """
    for k in range(women.size):
        read_family(women, k, people)
        she = women[k]
        he = people.spouse[she]
        if he < 0:
            continue
        people.spouse[she] = -1
        people.spouse[he] = -1
        _end_union(she, people, ledger)
        people.risk[he] &= uint8(BYTE - IN_UNION)
        luck = draw64(person_id(she, people.identity_rows, people.ids), key) >> uint64(32)
        if luck < with_mother:
            _leave_with_children(she, month, people)
        else:
            _hand_children_over(she, he, people)
            leave_ring(she, people.ring)


@njit(nogil=True, cache=True, _nrt=False)
def reclassify(lo, hi, month, risk, birth_month):
    """Writes the age of every living person in [lo, hi) into the risk class (ODD: Ageing).

    Sex, union and being away are in it already: events change the class with them.
    """
    for i in range(uint64(lo), uint64(hi)):
        age, state = uint16(month - birth_month[i]) // uint16(12), risk[i] & uint8(WOMAN | IN_UNION | AWAY)
        new = risk_class(age, 0, 0, 0) | state
        risk[i] = risk[i] if risk[i] == DEAD else new  # without a branch, so that the loop becomes wide
