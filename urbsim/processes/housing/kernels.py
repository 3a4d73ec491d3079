"""Households in public rental dwellings and with rent subsidies: who may apply, who waits, who keeps a unit.

A household here is those members of a ring who live in the same town and not in a dormitory.
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.blocks import BLOCK, ENOUGH, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id, write_ids
from urbsim.compute.lists import longer_list
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import draw64
from urbsim.compute.read_ahead import read_dwelling
from urbsim.compute.registers import in_widest_registers
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.state.codes import AWAY, COLLEGE, DEAD, FIRST_OUTSIDE, N_COUNTIES
from urbsim.state.definitions import ADULT
from urbsim.state.holdings import (
    DORMITORY,
    GUARANTEED_RENTAL,
    OWN_HOME,
    PERMIT,
    PUBLIC_RENTAL,
    RENT_SUBSIDY,
    SUPPORTED,
)

_LONGEST = 400  # members; longer means a broken ring
_FEW_TOWNS = 8  # that are looked at one by one
_TEENS = 3  # five-year age group 15-19, in which people grow up
_BIN_BITS = 6  # of luck in the queue, to look at the lowest first
_BINS = 1 << _BIN_BITS
_ENDS = (1 << 16) - 1  # bits of a row by which nearly all are told from those who were served
_SPARE = 8  # who wait are looked at beside two for each unit that is free
COUNTY_BITS, MONTH_BITS, LUCK_BITS = 7, 10, 47  # of a rank in the queue


# Helpers take single columns: handing over the whole tuple counts references of every column at every call, which
# costs a pass over everybody a hundred nanoseconds a person.


@inlined
def _dwells(row, part, lives, holdings):
    """Lives in a family dwelling of this part. The dead live nowhere."""
    return lives[row] == part and (holdings[row] & DORMITORY) == 0


@inlined
def _first_adult(row, part, month, ring, birth_month, lives, holdings):
    """Lowest row among the adults of this ring who dwell in the part; -1 for none."""
    lowest = int64(-1)
    member = int64(row)
    for _ in range(_LONGEST):
        if _dwells(member, part, lives, holdings) and (month - birth_month[member]) >= 12 * ADULT:
            if lowest < 0 or member < lowest:
                lowest = member
        member = int64(ring[member])
        if member == row:
            break
    return lowest


@inlined
def _is_first_adult(row, part, month, ring, birth_month, lives, holdings):
    """Whether this adult, who dwells in the part, is the lowest row of `_first_adult`."""
    first = int64(row)
    member = int64(ring[first])
    for _ in range(_LONGEST - 1):
        if member == first:
            break
        if (
            member < first
            and _dwells(member, part, lives, holdings)
            and (month - birth_month[member]) >= 12 * ADULT
        ):
            return False
        member = int64(ring[member])
    return True


@inlined(_nrt=True)
def _towns_of_renters(renting):
    """Parts of the towns in which anybody may be without a home of their own."""
    towns, n = np.empty(N_COUNTIES, np.uint8), 0
    for county in range(N_COUNTIES):
        towns[n] = 2 * county + 1
        n += (renting[county, 0] > 0) | (renting[county, 1] > 0)
    return towns[:n]


@inlined
def _mark_dwellers(n, towns, lives, marks):
    """Marks who lives in one of a few towns; of many, in any town, for each of them takes a look."""
    if towns.size > _FEW_TOWNS:
        for j in range(n):
            marks[j] = (lives[j] < FIRST_OUTSIDE) & ((lives[j] & 1) == 1)
        return
    for j in range(n):
        marks[j] = 0
    for k in range(towns.size):
        town = towns[k]
        for j in range(n):
            marks[j] |= lives[j] == town


@inlined
def _unmark_served(n, anybody, risk, holdings, marks):
    """Leaves marked those of fifteen and over in family dwellings who hold no unit; anybody: False for migrants alone.

    The class tells what the months of birth and the registered parts of all would have to be read for.
    """
    for j in range(n):
        concerned = (risk[j] >= 8 * _TEENS) & (anybody | ((risk[j] & AWAY) != 0))
        marks[j] &= concerned & ((holdings[j] & (SUPPORTED | DORMITORY)) == 0)


@inlined
def _keep_who_applies(rows, n, identity_rows, ids, applied, key, who, marks, at):
    """Of n rows, which rise, keeps those whose luck is below `applied`, with their ids in `who`; returns how many.

    Without branches, and one thing at a time: hashes are computed side by side.
    """
    in_widest_registers()
    write_ids(n, rows, identity_rows, ids, who)
    for k in range(n):
        marks[k] = (draw64(who[k], key) >> uint64(32)) < applied
    kept = marked_rows(0, n, marks, at)
    for k in range(kept):
        rows[k], who[k] = rows[at[k]], who[at[k]]
    return kept


@njit(nogil=True, cache=True)
def eligible(
    lo, hi, month, people, city, renting, low_income, needs_permit, residence, applied, tenure_key, income_key,
    application_key,
):  # fmt: skip
    """Household heads in [lo, hi) who are eligible and apply, and whether they are migrants (ODD equation H4).

    The head is the lowest row of the adults. city: (224,) city or county of each part: inside one nobody needs one.
    renting: (111, 2) uint64 thresholds on 2^-32 of having no home of one's own, for those registered in the town and
    for migrants; low_income: uint64 threshold of those registered there; needs_permit: 1 if migrants from other cities
    need a residence permit; residence: months migrants must have been away; applied: uint64 threshold of applying where
    one may, 2^32 to find all who may.
    Returns (rows, migrant): int32 and uint8. Households that are served already are left out.
    """
    risk, lives, home = people.risk, people.lives, people.home
    birth_month, left_home, holdings, ring = (
        people.birth_month,
        people.left_home,
        people.holdings,
        people.ring,
    )
    identity_rows, ids = people.identity_rows, people.ids
    anybody, towns = low_income > 0, _towns_of_renters(renting)
    out = np.empty(hi - lo, np.int32)
    migrants = np.empty(hi - lo, np.uint8)
    n = 0
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + ENOUGH + 1, np.int64)
    who, at, held = np.empty(BLOCK + ENOUGH, np.uint64), np.empty(BLOCK + 1, np.int64), int64(0)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_dwellers(stop - start, towns, lives[start:stop], marks)
        _unmark_served(
            stop - start, anybody, risk[start:stop], holdings[start:stop], marks
        )  # fmt: skip
        marked = marked_rows(start, stop - start, marks, rows[held:])
        held += _keep_who_applies(
            rows[held:], marked, identity_rows, ids, applied, application_key, who[held:], marks, at
        )
        if held < ENOUGH and stop < hi:
            continue
        for k in range(held):
            row = uint64(rows[k])
            prefetch(birth_month, row)
            prefetch(home, row)
            prefetch(left_home, row)
            prefetch(ring, row)
        applicants, held = held, int64(0)
        for k in range(applicants):
            row, person = uint64(rows[k]), who[k]
            if month - birth_month[row] < 12 * ADULT:
                continue
            part = int64(lives[row])
            migrant = 1 if home[row] != part else 0
            if needs_permit and city[home[row]] != city[part] and (holdings[row] & PERMIT) == 0:
                continue
            if migrant and month - left_home[row] < residence:
                continue
            if (draw64(person, tenure_key) >> uint64(32)) >= renting[part >> 1, migrant]:
                continue
            if not migrant and (draw64(person, income_key) >> uint64(32)) >= low_income:
                continue
            if _is_first_adult(row, part, month, ring, birth_month, lives, holdings):
                out[n] = row
                migrants[n] = migrant
                n += 1
    return out[:n].copy(), migrants[:n].copy()


@njit(nogil=True, cache=True)
def residence_months(rows, month, people):
    """Months since each came to live where they live: since leaving home or coming back, else since birth."""
    left_home, birth_month = people.left_home, people.birth_month
    out = np.empty(rows.size, np.int64)
    for k in range(rows.size):
        row = uint64(rows[k])
        # Both are read: a branch would wait for the one.
        left, born = int64(left_home[row]), int64(birth_month[row])
        out[k] = max(month - (left + (left == 0) * born), 0)
    return out


@inlined
def _mark_waiting(n, rows, counties, lives, holdings, marks):
    for j in range(n):
        row = uint64(rows[j])
        there = lives[row] == 2 * counties[j] + 1
        marks[j] = there & ((holdings[row] & (SUPPORTED | DORMITORY)) == 0)


@inlined
def _mark_not_served(n, rows, like_served, holdings, marks):
    """Leaves unmarked who holds something now, of those whose rows end in bits like those of somebody served."""
    for j in range(n):
        marks[j] = like_served[rows[j] & _ENDS] == 0
    for j in range(n):
        if not marks[j]:
            marks[j] = (holdings[uint64(rows[j])] & SUPPORTED) == 0


@njit(nogil=True, cache=True)
def still_waiting(rows, counties, people, moved, served):
    """Who of the queue still waits: they live in that town and hold nothing (ODD equation H5).

    moved: whether anybody can have moved or died since all of them waited; if not, `served` are the rows of all who
    were given something since, and of few others is anything read.
    Returns (rows, counties, left): of those who do, in order; (256,) int64 how many do not, by county.
    """
    kept, where = np.empty(rows.size, np.int32), np.empty(rows.size, np.uint8)
    left = np.zeros(BYTE_VALUES, np.int64)
    marks, found = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    like_served, n = np.zeros(_ENDS + 1, np.uint8), 0
    for row in served:
        like_served[row & _ENDS] = 1
    for start in range(0, rows.size, BLOCK):
        block = slice(start, min(start + BLOCK, rows.size))
        who, county = rows[block], counties[block]
        if moved:
            _mark_waiting(who.size, who, county, people.lives, people.holdings, marks)
        else:
            _mark_not_served(who.size, who, like_served, people.holdings, marks)
        for j in range(who.size):
            left[county[j]] += 1 - marks[j]
        for k in range(marked_rows(0, who.size, marks, found)):
            kept[n], where[n] = who[found[k]], county[found[k]]
            n += 1
    return kept[:n].copy(), where[:n].copy(), left


@njit(nogil=True, cache=True)
def ranks_in_queue(rows, counties, month, people, counted, key):
    """Ranks of those who wait: uint64 that sort by county, the longest residence, the lowest luck (ODD equation H5).

    counted: months of residence that count at most.
    """
    identity_rows, ids = people.identity_rows, people.ids
    ranks = np.empty(rows.size, np.uint64)
    months = residence_months(rows, month, people)
    for k in range(rows.size):
        luck = draw64(person_id(rows[k], identity_rows, ids), key)
        behind = uint64(counted - min(months[k], counted))
        ranks[k] = (uint64(counties[k]) << uint64(MONTH_BITS + LUCK_BITS)) | (behind << uint64(LUCK_BITS))
        ranks[k] |= luck >> uint64(64 - LUCK_BITS)
    return ranks


@njit(nogil=True, cache=True)
def front_of_queue(rows, counties, free, month, people, counted, key):
    """Who can be among the first of their county, as many as units are free: positions, rising, and ranks (H5).

    free: (111,) int64; nobody of a county without any is found. Most who wait have lived there for all the months that
    count, and luck decides. So the lowest luck is looked at first, and where enough of those have all months, nobody
    of higher luck comes before them. Elsewhere everybody is looked at.
    """
    identity_rows, ids = people.identity_rows, people.ids
    hopeful, some = np.empty(rows.size + 1, np.int64), int64(0)
    for k in range(rows.size):
        hopeful[some] = k
        some += free[counties[k]] > 0
    bins, found = np.empty(some, np.uint8), np.zeros((N_COUNTIES, _BINS), np.int32)
    for j in range(some):
        bins[j] = draw64(person_id(rows[hopeful[j]], identity_rows, ids), key) >> uint64(64 - _BIN_BITS)
        found[counties[hopeful[j]], bins[j]] += 1
    last = np.full(N_COUNTIES, -1, np.int64)  # bin that is looked at
    for county in range(N_COUNTIES):
        asked = 2 * free[county] + _SPARE if free[county] > 0 else int64(0)
        while asked > 0 and last[county] < _BINS - 1:
            last[county] += 1
            asked -= found[county, last[county]]
    at, unsure = np.empty(some + 1, np.int64), True
    while unsure:
        n, unsure = int64(0), False
        for j in range(some):
            at[n] = hopeful[j]
            n += bins[j] <= last[counties[hopeful[j]]]
        ranks = ranks_in_queue(rows[at[:n]], counties[at[:n]], month, people, counted, key)
        with_all_months = np.zeros(N_COUNTIES, np.int64)
        for k in range(n):
            behind = (ranks[k] << uint64(COUNTY_BITS)) >> uint64(64 - MONTH_BITS)
            with_all_months[counties[at[k]]] += behind == 0
        for county in range(N_COUNTIES):
            if with_all_months[county] < free[county] and last[county] < _BINS - 1:
                last[county], unsure = _BINS - 1, True
    return at[:n].copy(), ranks


@njit(nogil=True, cache=True, _nrt=False)
def give_back(bearers, people):
    """Takes the marks of housing support from all who bear one; `renew` sets them anew."""
    holdings = people.holdings
    for k in range(bearers.size):
        holdings[uint64(bearers[k])] &= uint8(BYTE - SUPPORTED)


@njit(nogil=True, cache=True)
def renew(tenants, counties, mark, month, people):
    """Which tenancies go on, under whom, and who lives in them (ODD equation H6).

    A tenant who died or moved hands over to the lowest row of the adults who stay behind; where none is left, or the
    household holds a unit already, the tenancy ends. mark: bit of `holdings` set for everybody in the dwelling.
    Returns (tenants, counties, bearers) of the tenancies that go on, in order.
    """
    lives, holdings, ring = people.lives, people.holdings, people.ring
    kept = np.empty(tenants.size, np.int32)
    where = np.empty(tenants.size, np.uint8)
    capacity = 4 * tenants.size + _LONGEST
    bearers = np.empty(capacity, np.int32)
    n, n_bearers = 0, 0
    for k in range(tenants.size):
        read_dwelling(tenants, k, people)
        part = 2 * int64(counties[k]) + 1
        tenant = int64(tenants[k])
        if not _dwells(tenant, part, lives, holdings):
            tenant = _first_adult(tenant, part, month, ring, people.birth_month, lives, holdings)
        if tenant < 0 or holdings[tenant] & SUPPORTED:
            continue
        kept[n] = tenant
        where[n] = counties[k]
        n += 1
        if n_bearers + _LONGEST > capacity:
            bearers = longer_list(bearers, n_bearers)
            capacity = bearers.size
        member = first = uint64(tenant)
        for _ in range(_LONGEST):
            if _dwells(member, part, lives, holdings) and (holdings[member] & SUPPORTED) == 0:
                holdings[member] |= uint8(mark)
                bearers[n_bearers] = member
                n_bearers += 1
            member = uint64(ring[member])
            if member == first:
                break
    return kept[:n].copy(), where[:n].copy(), bearers[:n_bearers].copy()


@inlined
def _follows(row, part, people, share, border_open, key):
    """Lives elsewhere, is free to come and has no such dwelling there, and comes by luck."""
    lives = people.lives[row]
    if (
        people.risk[row] == DEAD
        or lives == part
        or (people.enrolled[row] and people.schooling[row] >= COLLEGE)
    ):
        return False
    if people.holdings[row] & SUPPORTED or (lives >= FIRST_OUTSIDE and not border_open):
        return False
    return (draw64(person_id(row, people.identity_rows, people.ids), key) >> uint64(32)) < share


@njit(nogil=True, cache=True)
def followers(tenants, month, people, share, border_open, key):
    """Spouses and minor children who join a household that was given a dwelling (ODD equation H6).

    share: uint64 threshold on 2^-32; border_open: False keeps those outside the province there. A child stays with a
    parent who stays. Returns (rows, parts) for `urbsim.processes.moving.kernels.apply_children`.
    """
    lives, holdings = people.lives, people.holdings
    capacity = 4 * tenants.size + 16
    rows = np.empty(capacity, np.int32)
    to = np.empty(capacity, np.uint8)
    n = 0
    for tenant in tenants:
        part = people.lives[tenant]
        member = int64(tenant)
        for _ in range(_LONGEST):
            comes = False
            if not _dwells(member, part, lives, holdings) and people.risk[member] != DEAD:
                spouse = people.spouse[member]
                if spouse >= 0 and _dwells(spouse, part, lives, holdings):
                    comes = _follows(member, part, people, share, border_open, key)
                elif (month - people.birth_month[member]) < 12 * ADULT and people.parent[member] >= 0:
                    parent = people.parent[member]
                    other = people.spouse[parent]
                    here = _dwells(parent, part, lives, holdings) or (
                        other >= 0 and _dwells(other, part, lives, holdings)
                    )
                    held = _holds_back(parent, member, part, people, share, border_open, key)
                    if other >= 0:
                        held = held or _holds_back(other, member, part, people, share, border_open, key)
                    comes = here and not held and _follows(member, part, people, share, border_open, key)
            if comes:
                if n == capacity:
                    rows, to = longer_list(rows, n), longer_list(to, n)
                    capacity *= 2
                rows[n] = member
                to[n] = part
                n += 1
            member = int64(people.ring[member])
            if member == tenant:
                break
    return rows[:n].copy(), to[:n].copy()


@inlined
def _holds_back(parent, child, part, people, share, border_open, key):
    """The parent lives where the child does and does not come."""
    return (
        people.risk[parent] != DEAD
        and people.lives[parent] == people.lives[child]
        and not _follows(parent, part, people, share, border_open, key)
    )


@njit(nogil=True, cache=True)
def supported(lo, hi, people):
    """Recount of persons by county of living, (5, 111) int64.

    In public rental, with a subsidy, in dormitories, in guaranteed rental, in homes bought with a loan.
    """
    out = np.zeros((5, N_COUNTIES), np.int64)
    for row in range(lo, hi):
        lives = int64(people.lives[row])
        if people.risk[row] == DEAD or lives >= FIRST_OUTSIDE or (lives & 1) == 0:
            continue
        if people.holdings[row] & PUBLIC_RENTAL:
            out[0, lives >> 1] += 1
        if people.holdings[row] & RENT_SUBSIDY:
            out[1, lives >> 1] += 1
        if people.holdings[row] & DORMITORY:
            out[2, lives >> 1] += 1
        if people.holdings[row] & GUARANTEED_RENTAL:
            out[3, lives >> 1] += 1
        if people.holdings[row] & OWN_HOME:
            out[4, lives >> 1] += 1
    return out
