"""Families of one registered part: dwellings in all places, and the ties between them (Families)."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.randomness import mix64
from urbsim.population.synthesis.dwellings import house, marry
from urbsim.population.synthesis.picking import could_be_parent, relative, uniform
from urbsim.population.synthesis.records import PARENTS_ABSENT, SPOUSE_ABSENT
from urbsim.state.codes import FIRST_OUTSIDE

_GOLDEN = 0x9E3779B97F4A7C15
_MOST_GUESTS = 4  # dwellings elsewhere tied to one at home, so that row offsets fit a signed byte


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def form_families(part, flows, rates, tables, people, bounds, dwellings, home, away, scratch):
    """Couples and dwellings of every group of a home; the cores at home stay in `home`."""
    key0 = mix64(uint64(part) + uint64(0x5EED2020))
    n_groups = len(flows.dest)
    for g in range(n_groups):
        key = mix64(key0 + uint64(g) * uint64(_GOLDEN) + uint64(7))
        married = tables.married[tables.part_kind[flows.dest[g]]]
        at_home = flows.kind[g] == 0 and part < FIRST_OUTSIDE
        settled = flows.kind[g] <= 1 or part >= FIRST_OUTSIDE
        keep, tolerance = (1.0, 72) if settled else (rates.keep_couples, 120)
        couples = marry(g, key, married, keep, tolerance, rates.age_gap, people, bounds, scratch)
        house(
            g,
            key,
            at_home,
            np.int64(flows.dwellings[g]),
            np.int64(flows.alone[g]),
            couples,
            tables.sharing[flows.dest[g], 0 if settled else 1],
            rates,
            tables,
            people,
            bounds,
            dwellings,
            home if at_home else away,
            scratch,
        )
        # collective dwellings: a person each
        at = dwellings.first[g + 1]
        for s in range(2):
            running = uniform(key + uint64(s + 11))
            for i in range(bounds.family_end[g], bounds.first[g + 1]):
                if people.sex[i] == s:
                    running += married[s, min(people.age[i] // 12, 110)]
                    if running >= 1.0:
                        running -= 1.0
                        people.state[i] = SPOUSE_ABSENT
                    people.dwelling[i] = at
                    dwellings.group[at] = g
                    at += 1
        dwellings.first[g + 1] = at


@inlined(error_model="numpy")
def _attach(x, y, flows, dwellings, host, guest, following):
    """Makes dwelling y a guest of the household of x; False where that cannot be.

    No two dwellings of a household may lie in the same part: its members there share one.
    """
    if x == y or host[x] >= 0 or host[y] >= 0 or guest[y] >= 0:
        return False
    dest = flows.dest[dwellings.group[y]]
    if dest == flows.dest[dwellings.group[x]]:
        return False
    guests = 0
    z = guest[x]
    while z >= 0:
        guests += 1
        if dest == flows.dest[dwellings.group[z]]:
            return False
        z = following[z]
    if guests >= _MOST_GUESTS:
        return False
    host[y] = x
    following[y] = guest[x]
    guest[x] = y
    return True


@njit(inline="always", error_model="numpy")
def _await(part, flows, people, bounds, dwellings, queues):
    """Queues by age of people away: men and women with an absent spouse, wives of childless couples."""
    start, used, waiting = queues.start, queues.used, queues.waiting
    for fill in range(2):
        for g in range(len(flows.dest)):
            if flows.dest[g] == part:
                continue
            for i in range(bounds.first[g], bounds.first[g + 1]):
                if people.state[i] == SPOUSE_ABSENT and people.spouse[i] < 0:
                    queue = np.int64(people.sex[i])
                elif i < bounds.family_end[g] and dwellings.couple[people.dwelling[i]] == i:
                    queue = np.int64(2)
                else:
                    continue
                years = min(people.age[i] // 12, 119)
                if fill == 0:
                    start[queue, years + 1] += 1
                else:
                    waiting[queue, start[queue, years] + used[queue, years]] = i
                    used[queue, years] += 1
        if fill == 0:
            for queue in range(3):
                for a in range(121):
                    start[queue, a + 1] += start[queue, a]
    used[:] = 0


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def tie_families(part, flows, rates, tables, people, bounds, dwellings, home, ties, queues):
    """Ties across parts: spouses, parents of children left behind, parents of the grown children and
    couples away.
    """
    key0 = mix64(uint64(part) + uint64(0x5EED2020))
    age, spouse, parent = people.age, people.spouse, people.parent
    host, guest, following = ties.host, ties.guest, ties.following
    start, used, waiting = queues.start, queues.used, queues.waiting
    _await(part, flows, people, bounds, dwellings, queues)
    for i in range(len(age)):
        orphan = people.state[i] == PARENTS_ABSENT
        x = people.dwelling[i]
        if not orphan and not (people.state[i] == SPOUSE_ABSENT and spouse[i] < 0 and host[x] < 0):
            continue
        if flows.dest[dwellings.group[x]] == part and flows.kind[dwellings.group[x]] == 1:
            continue  # families in another township of the same part are whole
        at_home = flows.dest[dwellings.group[x]] == part
        if not at_home and people.sex[i] == 0:
            continue  # of two who are both away, she looks for him
        years = np.int64(age[i]) // 12
        if orphan:
            y = guest[x]
            while y >= 0:  # a brother's or sister's mother, if one has been found
                mother = dwellings.couple[y]
                if mother >= 0 and 204 <= age[mother] - age[i] <= 540:
                    parent[i] = mother
                y = following[y]
            if parent[i] >= 0:
                continue
        queue = 2 if orphan else 1 - np.int64(people.sex[i])
        middle = years + 26 if orphan else years + 2 if people.sex[i] == 1 else years - 2
        found = -1
        for step in range(18 if orphan else 15 if at_home else 7):
            a = middle + (step + 1) // 2 if step & 1 else middle - step // 2
            if a < 16 or a > 118:
                continue
            last = start[queue, a + 1] - start[queue, a]
            for k in range(used[queue, a], min(last, used[queue, a] + (6 if at_home else 2))):
                other = waiting[queue, start[queue, a] + k]
                if (orphan or spouse[other] < 0) and _attach(
                    x, people.dwelling[other], flows, dwellings, host, guest, following
                ):
                    found = other
                elif host[people.dwelling[other]] < 0 and k > used[queue, a]:
                    continue
                elif host[people.dwelling[other]] < 0 and found < 0:
                    continue
                # found, or no longer free: leaves the queue
                first = start[queue, a] + used[queue, a]
                waiting[queue, start[queue, a] + k] = waiting[queue, first]
                waiting[queue, first] = other
                used[queue, a] += 1
                if found >= 0:
                    break
            if found >= 0:
                break
        if found >= 0 and orphan:
            parent[i] = found
        elif found >= 0:
            spouse[i], spouse[found] = found, i
    if part >= FIRST_OUTSIDE or flows.kind[0] != 0:
        return
    for i in range(bounds.first[1], len(age)):
        y = people.dwelling[i]
        if flows.dest[dwellings.group[y]] == part:
            continue
        years = np.int64(age[i] // 12)
        couple = spouse[i] >= 0
        if (
            host[y] >= 0
            or parent[i] >= 0
            or years > (55 if couple else 36)
            or (couple and people.sex[i] == 1)
        ):
            continue
        word = mix64(key0 + uint64(i) * uint64(0xD1342543DE82EF95) + uint64(123))
        chance = np.float64(word & uint64(0xFFFFF)) / 1048576.0
        if chance >= (rates.couple_linked if couple else rates.adult_child_linked):
            continue
        pick = relative(home, tables.gap_weight, years, True, word)
        if pick < 0 or not could_be_parent(people, np.int64(home.person[pick]), np.int64(i)):
            continue
        x = people.dwelling[home.person[pick]]
        if _attach(x, y, flows, dwellings, host, guest, following):
            parent[i] = home.person[pick]
