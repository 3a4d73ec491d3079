"""Residence permits and settlement: permits open services, settling changes registration (ODD equations P1-P4)."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.blocks import BLOCK, ENOUGH, marked_rows
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.identity import person_id
from urbsim.compute.lists import longer_list
from urbsim.compute.prefetch import prefetch
from urbsim.compute.randomness import draw64
from urbsim.compute.read_ahead import read_family, read_residence
from urbsim.compute.screening import end_of_block, highest_byte, luck_of_block, luck_to_the_last_bit
from urbsim.compute.words import BYTE
from urbsim.state import pending
from urbsim.state.codes import AWAY, DEAD, FIRST_OUTSIDE, IN_UNION, N_PARTS
from urbsim.state.definitions import ADULT, RESIDENT_AFTER
from urbsim.state.holdings import OTHER_TOWNSHIP, OWN_HOME, PERMIT
from urbsim.state.stocks import count_person

_LONGEST = 400  # members; longer means a broken ring
_TO_APPLY, _TO_JOIN = 1, 2  # for a permit or registration; a spouse's registration
_ROOM = BLOCK + ENOUGH  # rows held until there are enough


@inlined
def _in_town_not_at_home(risk, lives, home):
    """Living in a town of Guangxi and registered elsewhere; without a branch."""
    return (risk != DEAD) & (lives < FIRST_OUTSIDE) & ((lives & 1) == 1) & (home != lives)


@inlined
def _mark_migrants(n, risk, lives, home, marks):
    for j in range(n):
        marks[j] = _in_town_not_at_home(risk[j], lives[j], home[j])


@njit(nogil=True, cache=True)
def permits_at_base(lo, hi, month, people, city, share, key):
    """Gives a share of the migrants from other cities their permit on census night (ODD equation P0).

    city: (224,) city or county of each part; share: uint64 threshold on 2^-32.
    """
    risk, lives, home, left_home, holdings = (
        people.risk,
        people.lives,
        people.home,
        people.left_home,
        people.holdings,
    )
    identity_rows, ids = people.identity_rows, people.ids
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_migrants(stop - start, risk[start:stop], lives[start:stop], home[start:stop], marks)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            if month - left_home[row] < RESIDENT_AFTER or city[home[row]] == city[lives[row]]:
                continue
            if (draw64(person_id(row, identity_rows, ids), key) >> uint64(32)) < share:
                holdings[row] |= uint8(PERMIT)


@inlined
def _mark_whom_luck_may_help(n, luck, risk, lives, holdings, highest, marks):
    """Marks those away inside Guangxi whose byte of luck is at most the highest that matters to them: (0) in a union,
    (1) in a town with a permit, (2) in a town without.
    """
    in_union, with_permit, without = highest[0], highest[1], highest[2]
    for j in range(n):
        away = ((risk[j] & AWAY) != 0) & (risk[j] != DEAD) & (lives[j] < FIRST_OUTSIDE)
        in_town = with_permit if holdings[j] & PERMIT else without
        of_place = in_town if lives[j] & 1 else uint8(0)
        marks[j] = away & (luck[j] <= max(of_place, in_union if risk[j] & IN_UNION else uint8(0)))


@inlined
def _keep_whom_the_office_may_serve(
    rows, n, who, u, risk, lives, home, city, permit, settle, kin, aware, knows_key, asks
):  # fmt: skip
    """Of n rows keeps those in a union who are lucky enough to join a spouse's registration, and those in towns who
    know the rules and are lucky enough to apply, and writes which of it they ask for; returns how many.

    Without branches: luck is hard to foresee. Of columns only those are read that have just been compared or asked for.
    """
    kept = 0
    for k in range(n):
        row = uint64(rows[k])
        here = lives[row]
        county = int64(here) >> 1
        knows = (draw64(who[k], knows_key) >> uint64(32)) < aware[county]
        # Most who have moved live in their own city, where nobody needs a permit.
        permitted = settle if city[home[row]] == city[here] else max(permit[county], settle)
        may_apply = knows & ((here & 1) == 1) & (u[k] < permitted)
        may_join = ((risk[row] & IN_UNION) != 0) & (u[k] < kin)
        rows[kept], who[kept], u[kept] = rows[k], who[k], u[k]
        asks[kept] = (may_apply * _TO_APPLY) | (may_join * _TO_JOIN)
        kept += may_apply | may_join
    return kept


@inlined
def _ask_for(rows, n, u, asks, settle, people):
    """Asks for what the office will read of n rows: spouses and ages of those alone to whom they can matter."""
    for k in range(n):
        row, any_other = uint64(rows[k]), uint64(rows[0])
        prefetch(people.left_home, row)
        prefetch(people.spouse, row if asks[k] & _TO_JOIN else any_other)
        prefetch(people.birth_month, row if (asks[k] & _TO_APPLY) * (u[k] < settle) else any_other)


@njit(nogil=True, cache=True)
def permits_and_settlement(
    lo, hi, month, people, eights, city, permit, settle, kin, aware, willing, knew, base_month, open_since, work_months,
    insured, renting, wishing, key, fine_key, traits,
):  # fmt: skip
    """Who in [lo, hi) receives a permit and who settles this month (ODD equations P1-P3, P6, P8-P10).

    eights: of listed ids; city: (224,) city or county of each part; permit: (111,) uint64 monthly thresholds of those
    who know, by county;
    settle: uint64 monthly threshold of those who know and want; kin: of joining the registration of a spouse who is
    registered where both live; aware: (111,) uint64 thresholds of knowing the rules, by county; willing: (months,)
    uint64 threshold of wanting to settle, by months entitled before base_month, 0 for those above `knew`, the threshold
    of knowing the rules then; open_since: (111, 2) month from which everybody is entitled, and from which those with a
    home or of the same city; work_months: (111,) months of work in the town that the rule in force asks for; insured:
    (111,) uint64 threshold of having the insurance it asks for (2^32 where it asks for none); renting: (111,) of having
    no home of one's own;
    wishing: (2, 112) uint64 on 2^-16, factors on the wish to settle by county lived in and by county of registration,
    the last one for those registered outside.
    traits: (4,) uint64 keys of lasting traits: knows, wants, insured, without a home.
    Returns (new_permits, settlers, need_post): rows, and (n,) bool of the settlers, who of them settle only if they
    have a post. That is left to the caller, because posts may be given out meanwhile.
    """
    risk, lives, home, holdings = people.risk, people.lives, people.home, people.holdings
    spouse, left_home, birth_month, identity_rows, ids = (
        people.spouse,
        people.left_home,
        people.birth_month,
        people.identity_rows,
        people.ids,
    )
    new_permits, n_permits = np.empty(2 * BLOCK, np.int32), 0
    settlers, n_settlers = np.empty(2 * BLOCK, np.int32), 0
    need_post = np.empty(2 * BLOCK, np.bool_)
    luck_words = np.empty(BLOCK, np.uint64)
    luck, marks, rows = luck_words.view(np.uint8), np.empty(BLOCK, np.uint8), np.empty(_ROOM + 1, np.int64)
    who, exact, asks = np.empty(_ROOM, np.uint64), np.empty(_ROOM, np.uint64), np.empty(_ROOM, np.uint8)
    highest = np.empty(3, np.uint8)
    highest[0] = highest_byte(kin)
    highest[1] = highest_byte(settle)
    highest[2] = highest[1]
    for county in range(permit.size):  # a permit, or in one's own city no need of one
        highest[2] = max(highest[2], highest_byte(permit[county]))
    held, start = int64(0), int64(lo)
    while start < hi:
        stop = end_of_block(start, hi, identity_rows)
        n, block = stop - start, slice(start, stop)
        luck_of_block(start, stop, identity_rows, ids, eights, key, luck_words, luck)
        _mark_whom_luck_may_help(n, luck, risk[block], lives[block], holdings[block], highest, marks)
        n = marked_rows(start, n, marks, rows[held:])
        for k in range(held, held + n):
            prefetch(home, uint64(rows[k]))
        luck_to_the_last_bit(
            rows[held:], n, start, luck, identity_rows, ids, fine_key, who[held:], exact[held:]
        )
        held += _keep_whom_the_office_may_serve(
            rows[held:], n, who[held:], exact[held:], risk, lives, home, city, permit, settle, kin, aware, traits[0],
            asks[held:],
        )  # fmt: skip
        start = stop
        if held < ENOUGH and start < hi:
            continue
        if n_permits + held > new_permits.size:
            new_permits = longer_list(new_permits, n_permits)
        if n_settlers + held > settlers.size:
            settlers = longer_list(settlers, n_settlers)
            need_post = longer_list(need_post, n_settlers)
        _ask_for(rows, held, exact, asks, settle, people)
        for k in range(held):
            row, person, u = uint64(rows[k]), who[k], exact[k]
            here = lives[row]
            county = int64(here) >> 1
            if home[row] == here or month - left_home[row] < RESIDENT_AFTER:
                continue
            if asks[k] & _TO_JOIN:
                other = uint64(spouse[row])
                if home[other] == here and lives[other] == here:
                    settlers[n_settlers], need_post[n_settlers] = row, False
                    n_settlers += 1
                    continue
            if not asks[k] & _TO_APPLY:
                continue
            of_the_city = city[home[row]] == city[here]
            if not of_the_city and (holdings[row] & PERMIT) == 0:
                if u < permit[county]:
                    new_permits[n_permits] = row
                    n_permits += 1
                continue
            adult = (month - birth_month[row]) >= 12 * ADULT
            if not adult or u >= settle:
                continue
            # A home of one's own is a lawful stable residence under every rule; under the open one a rented room, too.
            owner = (holdings[row] & OWN_HOME) != 0
            stable = of_the_city or owner or (draw64(person, traits[3]) >> uint64(32)) >= renting[county]
            asked = int64(0) if stable else work_months[county]
            if not stable:
                if (
                    month - left_home[row] < asked
                    or (draw64(person, traits[2]) >> uint64(32)) >= insured[county]
                ):
                    continue
            since = max(int64(left_home[row]), open_since[county, int64(stable)])
            entitled = min(max(int64(base_month) - since, int64(0)), int64(willing.size - 1))
            if (draw64(person, traits[0]) >> uint64(32)) >= knew:
                entitled = int64(0)
            wish = (willing[entitled] * wishing[0, county]) >> uint64(16)
            wish = (wish * wishing[1, int64(home[row]) >> 1]) >> uint64(16)
            if (draw64(person, traits[1]) >> uint64(32)) < wish:
                settlers[n_settlers], need_post[n_settlers] = row, asked > 0
                n_settlers += 1
        held = int64(0)
    return new_permits[:n_permits].copy(), settlers[:n_settlers].copy(), need_post[:n_settlers].copy()


@njit(nogil=True, cache=True)
def settlers_outside(rows, month, people, share, after, key):
    """Who of the rows registers where they live outside Guangxi (ODD equation P7).

    share: uint64 threshold on 2^-32; after: months away from which somebody may. Returns rows.
    """
    out, n = np.empty(rows.size, np.int32), 0
    for k in range(rows.size):
        row = uint64(rows[k])
        # Luck comes first: it leaves few, and nothing is read for it.
        if (draw64(person_id(row, people.identity_rows, people.ids), key) >> uint64(32)) >= share:
            continue
        if people.lives[row] < FIRST_OUTSIDE or people.home[row] >= FIRST_OUTSIDE:
            continue
        adult = month - people.birth_month[row] >= 12 * ADULT
        out[n] = rows[k]
        n += adult and month - people.left_home[row] >= after
    return out[:n].copy()


@inlined
def _mark_newcomers_in_villages(n, risk, lives, home, marks):
    for j in range(n):
        in_village = (risk[j] != DEAD) & (lives[j] < FIRST_OUTSIDE) & ((lives[j] & 1) == 0)
        marks[j] = in_village & (home[j] != lives[j]) & ((home[j] >= FIRST_OUTSIDE) | ((home[j] & 1) == 1))


@njit(nogil=True, cache=True)
def newcomers_in_villages(lo, hi, month, people, admits, share, key):
    """Grown-ups in [lo, hi) who live in a village, are registered in a town or outside Guangxi, and ask the village to
    register them (ODD equation P14).

    admits: (111,) uint8, 1 where villages have places left; share: uint64 threshold on 2^-32. Returns rows.
    """
    risk, lives, home, left_home, birth_month = (
        people.risk,
        people.lives,
        people.home,
        people.left_home,
        people.birth_month,
    )
    identity_rows, ids = people.identity_rows, people.ids
    marks, rows = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64)
    out, n_out = np.empty(2 * BLOCK, np.int32), 0
    for start in range(lo, hi, BLOCK):
        stop = min(start + BLOCK, hi)
        _mark_newcomers_in_villages(
            stop - start, risk[start:stop], lives[start:stop], home[start:stop], marks
        )
        if n_out + BLOCK > out.size:
            out = longer_list(out, n_out)
        for k in range(marked_rows(start, stop - start, marks, rows)):
            row = uint64(rows[k])
            if admits[int64(lives[row]) >> 1] == 0 or month - left_home[row] < RESIDENT_AFTER:
                continue
            if month - birth_month[row] < 12 * ADULT:
                continue
            if (draw64(person_id(row, identity_rows, ids), key) >> uint64(32)) < share:
                out[n_out] = row
                n_out += 1
    return out[:n_out].copy()


@njit(nogil=True, cache=True)
def apply_permits(rows, people):
    """Hands out permits to migrants in towns who have none. Returns (224,) new holders by part lived in."""
    lives, holdings = people.lives, people.holdings
    new = np.zeros(N_PARTS, np.int64)
    for k in range(rows.size):
        row = uint64(rows[k])
        holdings[row] |= uint8(PERMIT)
        new[lives[row]] += 1
    return new


@inlined
def _settle(row, people, ledger, settled):
    lives = people.lives[row]
    count_person(row, -1, people, ledger.stocks)
    people.home[row] = lives
    people.pending[row] |= uint8(pending.ALL)
    people.left_home[row] = 0
    people.holdings[row] &= uint8(BYTE - PERMIT - OTHER_TOWNSHIP)
    count_person(row, 1, people, ledger.stocks)
    people.risk[row] &= uint8(BYTE - AWAY)
    settled[lives] += 1


@njit(nogil=True, cache=True)
def apply_settlement(rows, month, people, ledger):
    """Registers settlers where they live, with the spouse and minor children who live with them (ODD equation P4).

    Registration changes; the parts lived in and counted in do not. Returns (settled, who): (224,) persons by part,
    and their rows.
    """
    settled = np.zeros(N_PARTS, np.int64)
    who, n = np.empty(2 * rows.size + _LONGEST, np.int32), 0
    for k in range(rows.size):
        read_residence(rows, k, people)
        read_family(rows, k, people)
        row = rows[k]
        lives = people.lives[row]
        if people.home[row] == lives:
            continue
        if n + _LONGEST > who.size:
            who = longer_list(who, n)
        _settle(row, people, ledger, settled)
        who[n] = row
        n += 1
        spouse = people.spouse[row]
        member = people.ring[row]
        for _ in range(_LONGEST - 1):
            if member == row:
                break
            parent = people.parent[member]
            child = (
                parent >= 0
                and (parent == row or parent == spouse)
                and month - people.birth_month[member] < 12 * ADULT
            )
            if (
                people.risk[member] != DEAD
                and people.lives[member] == lives
                and people.counted[member] == lives
                and people.home[member] != lives
                and (member == spouse or child)
            ):
                _settle(member, people, ledger, settled)
                who[n] = member
                n += 1
            member = people.ring[member]
    return settled, who[:n].copy()
