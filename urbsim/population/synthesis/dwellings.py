"""Couples and dwellings inside one group (ODD equation B5, Families)."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import inlined
from urbsim.compute.randomness import mix64
from urbsim.population.synthesis.picking import could_be_parent, relative, select, uniform
from urbsim.population.synthesis.records import LONE_HEAD, PARENTS_ABSENT, PLAIN, SPOUSE_ABSENT

_FULL_DWELLING = 9  # persons from whom on a dwelling takes others only where all are full


@inlined(error_model="numpy", forceinline=False)
def marry(g, key, married, keep, tolerance, age_gap, people, bounds, scratch):
    """Marks who is married and pairs those who live together; returns the number of couples, wives by age.

    Whoever finds no spouse of a fitting age in the group keeps the mark: the spouse is looked for elsewhere.
    """
    age, state = people.age, people.state
    wives, husbands, have = scratch.wives, scratch.husbands, scratch.have
    have[:] = 0.0
    b, m, e = bounds.first[g], bounds.men_end[g], bounds.family_end[g]
    for s in range(2):
        running = uniform(key + uint64(s + 1))
        for i in range(b if s == 0 else m, m if s == 0 else e):
            running += married[s, min(age[i] // 12, 110)]
            if running >= 1.0:
                running -= 1.0
                state[i] = SPOUSE_ABSENT
                have[s, 1 + min(age[i] // 60, 20)] += 1.0
    n_wives, n_husbands = 0, 0
    for s in range(2):
        running = uniform(key + uint64(s + 3))
        for i in range(b if s == 0 else m, m if s == 0 else e):
            if state[i] != SPOUSE_ABSENT:
                continue
            a = 1 + min(age[i] // 60, 20)
            # husbands are about two years older: two in five wives have theirs in the next group
            partners = (
                0.6 * have[1, a] + 0.4 * have[1, a - 1] if s == 0 else 0.6 * have[0, a] + 0.4 * have[0, a + 1]
            )
            running += min(1.0, partners / have[s, a]) * keep
            if running >= 1.0:
                running -= 1.0
                if s == 0:
                    husbands[n_husbands] = i
                    n_husbands += 1
                else:
                    wives[n_wives] = i
                    n_wives += 1
    i, j, couples = 0, 0, 0
    while i < n_wives and j < n_husbands:
        difference = age[husbands[j]] - age[wives[i]] - age_gap
        if difference < -tolerance:
            j += 1
        elif difference > tolerance:
            i += 1
        else:
            wives[couples], husbands[couples] = wives[i], husbands[j]
            couples += 1
            i += 1
            j += 1
    for k in range(couples):  # scatter the age gaps: exchange husbands of about the same age
        other = k + np.int64((mix64(key + uint64(k + 1000)) >> uint64(32)) % uint64(1 + couples // 12))
        if other < couples and abs(age[husbands[k]] - age[husbands[other]]) < 36:
            husbands[k], husbands[other] = husbands[other], husbands[k]
    for k in range(couples):
        people.spouse[wives[k]], people.spouse[husbands[k]] = husbands[k], wives[k]
    return couples


@inlined(error_model="numpy", forceinline=False)
def house(
    g,
    key,
    at_home,
    wanted,
    alone,
    couples,
    sharing_share,
    rates,
    tables,
    people,
    bounds,
    dwellings,
    cores,
    scratch,
):
    """Puts the family members of a group into exactly `wanted` dwellings, about `alone` with one person.

    Couples and lone heads are cores. Some couples share a dwelling with a core a generation older; everybody
    else joins a core as a child, an old parent, a grandchild left behind, or otherwise.
    """
    wives, husbands, single = scratch.wives, scratch.husbands, scratch.single
    weight, taken = scratch.weight, scratch.taken
    age, spouse, state = people.age, people.spouse, people.state
    b, e = bounds.first[g], bounds.family_end[g]
    n_dwellings = dwellings.first[g]

    adult = 180
    grown = couples
    for i in range(b, e):
        grown += age[i] >= adult and spouse[i] < 0
    if grown == 0:
        adult, grown = 0, e - b
    while grown < wanted and couples > 0:  # fewer units than dwellings: couples part
        couples -= 1
        spouse[wives[couples]], spouse[husbands[couples]] = -1, -1
        grown += 1
    singles = 0
    for i in range(b, e):
        if age[i] >= adult and spouse[i] < 0:
            single[singles] = i
            singles += 1
    minors = (e - b) - 2 * couples - singles

    # dwellings = alone + (couples + lone heads - couples who share)
    one = min(alone, singles, wanted)
    if one == wanted and one < e - b:
        one -= 1
    least = max(0, wanted - one - couples)
    heads = wanted - one - couples + np.int64(sharing_share * (wanted - one) + 0.5)
    heads = min(max(least, min(heads, (3 * (singles - one)) // 4)), wanted - one)
    while heads > least and heads > minors + singles - one - heads:
        heads -= 1
    sharing = couples + heads - (wanted - one)

    for k in range(singles):
        i = single[k]
        weight[k] = tables.alone_weight[people.sex[i], min(age[i] // 60 + 1, 18)] + 1e-9
    select(np.int64(singles), np.int64(one), weight, taken, key + uint64(100))
    rest = 0
    for k in range(singles):
        if taken[k]:
            people.dwelling[single[k]] = n_dwellings
            dwellings.group[n_dwellings] = g
            n_dwellings += 1
        else:
            single[rest] = single[k]
            rest += 1
    for k in range(rest):
        i = single[k]
        years = np.int64(age[i]) // 12
        weight[k] = 1e-6 if years < 20 else 1.0 if years < 28 else 1.5
        if state[i] == SPOUSE_ABSENT and people.sex[i] == 1:
            weight[k] *= 3.0  # a wife whose husband is away
    select(np.int64(rest), np.int64(heads), weight, taken, key + uint64(110))

    n_cores = couples
    others = 0
    for k in range(couples):
        cores.person[k] = wives[k]
    for k in range(rest):
        if taken[k]:
            cores.person[n_cores] = single[k]
            n_cores += 1
            if state[single[k]] == PLAIN:
                state[single[k]] = LONE_HEAD
        else:
            single[others] = single[k]
            others += 1
    _index_by_age(n_cores, people, cores)

    for k in range(couples):
        years = cores.age[k]
        weight[k] = 1.0 if 20 <= years < 35 else 0.6 if years < 45 else 0.1 if years < 60 else 1e-6
    select(np.int64(couples), np.int64(sharing), weight, taken, key + uint64(120))
    for k in range(n_cores):
        cores.children[k] = 0
        if k >= couples or taken[k] == 0:
            cores.dwelling[k] = n_dwellings
            dwellings.group[n_dwellings] = g
            n_dwellings += 1
    next_root = np.int64(n_cores - 1)
    while next_root > 0 and next_root < couples and taken[next_root] == 1:
        next_root -= 1
    for k in range(couples):
        if taken[k] == 0:
            continue
        root = np.int64(-1)
        for trial in range(6):
            word = mix64(key + uint64(k * 64 + trial + 20))
            root = relative(cores, tables.gap_weight, np.int64(cores.age[k]), True, word)
            if root < 0 or (not (root < couples and taken[root] == 1) and cores.children[root] == 0):
                break
        if root >= 0 and not (root < couples and taken[root] == 1):
            cores.children[root] = 1  # at most one young couple in a house, while there is choice
            if could_be_parent(people, np.int64(cores.person[root]), np.int64(husbands[k])):
                people.parent[husbands[k]] = cores.person[root]
        else:  # nobody a generation older: share with any other core that has a dwelling
            root = np.int64(-1)
            trial = 0
            while root < 0 or (root < couples and taken[root] == 1):
                root = np.int64((mix64(key + uint64(k * 64 + trial + 40)) >> uint64(33)) % uint64(n_cores))
                trial += 1
                if trial > 200:  # nearly all share
                    root = next_root
                    break
        cores.dwelling[k] = cores.dwelling[root]
    for k in range(n_cores):
        d = cores.dwelling[k]
        cores.children[k] = 0
        people.dwelling[cores.person[k]] = d
        dwellings.size[d] += 1
        if spouse[cores.person[k]] >= 0:
            people.dwelling[spouse[cores.person[k]]] = d
            dwellings.size[d] += 1

    for k in range(others + e - b):  # one loop for both: `_join` is compiled into it
        i = np.int64(single[k] if k < others else b + k - others)
        if people.dwelling[i] < 0:
            _join(i, key, at_home, rates.left_behind, n_cores, tables.gap_weight, people, dwellings, cores)
    _keep_company(b, e, couples, n_cores, people, dwellings, cores)
    if not at_home:
        for k in range(couples):
            if cores.children[k] == 0:
                dwellings.couple[cores.dwelling[k]] = wives[k]
    dwellings.first[g + 1] = n_dwellings


@inlined(error_model="numpy", forceinline=False)
def _index_by_age(n, people, cores):
    """Sorts the first n cores by age into `index`, with the first of each age in `start`."""
    start = cores.start
    start[:] = 0
    for k in range(n):
        cores.age[k] = min(people.age[cores.person[k]] // 12, 119)
        start[cores.age[k] + 1] += 1
    for a in range(121):
        start[a + 1] += start[a]
    for k in range(n):
        cores.index[start[cores.age[k]]] = k
        start[cores.age[k]] += 1
    for a in range(121, 0, -1):
        start[a] = start[a - 1]
    start[0] = 0


@inlined(error_model="numpy")
def _join(i, key, at_home, left_behind, n_cores, gap_weight, people, dwellings, cores):
    """One person joins a core: as a child, a grandchild left behind, an old parent, or otherwise."""
    years = np.int64(people.age[i]) // 12
    word = mix64(key + uint64(i) * uint64(0xD1342543DE82EF95) + uint64(99))
    chance = np.float64(word & uint64(0xFFFFF)) / 1048576.0
    pick = np.int64(-1)
    if years < 15 and at_home and chance < left_behind:
        first, last = cores.start[min(years + 46, 120)], cores.start[min(years + 69, 120)]
        if first < last:  # grandparents
            pick = np.int64(cores.index[first + np.int64((mix64(word) >> uint64(33)) % uint64(last - first))])
            people.state[i] = PARENTS_ABSENT
    elif years < 46 or (years < 56 and chance < 0.5):
        fewest = np.int64(0)
        for trial in range(
            2 if years < 15 else 1
        ):  # of two possible parents one who would stay alone, or has fewer
            other = relative(cores, gap_weight, years, True, word + uint64(trial * 8))
            if other < 0:
                break
            rank = (
                np.int64(-1)
                if dwellings.size[cores.dwelling[other]] == 1
                else np.int64(cores.children[other])
            )
            if pick < 0 or rank < fewest:
                pick, fewest = other, rank
        if pick >= 0 and dwellings.size[cores.dwelling[pick]] >= _FULL_DWELLING:
            pick = np.int64(-1)
        if pick >= 0 and could_be_parent(people, np.int64(cores.person[pick]), i):
            people.parent[i] = cores.person[pick]
            cores.children[pick] += 1
        elif years < 15 and at_home:
            people.state[i] = PARENTS_ABSENT
    else:
        pick = relative(cores, gap_weight, years, False, word)
        if pick >= 0 and dwellings.size[cores.dwelling[pick]] < _FULL_DWELLING:
            child = np.int64(cores.person[pick])
            if people.spouse[child] >= 0 and people.parent[people.spouse[child]] < 0:
                child = np.int64(people.spouse[child])
            if people.parent[child] < 0 and could_be_parent(people, i, child):
                people.parent[child] = i
    trial = 0
    while pick < 0 or (trial < 9 and dwellings.size[cores.dwelling[pick]] >= _FULL_DWELLING):
        pick = np.int64((mix64(word + uint64(300 + trial)) >> uint64(33)) % uint64(n_cores))
        trial += 1
    people.dwelling[i] = cores.dwelling[pick]
    dwellings.size[cores.dwelling[pick]] += 1


@inlined(error_model="numpy", forceinline=False)
def _keep_company(b, e, couples, n_cores, people, dwellings, cores):
    """Lone heads whom nobody joined get a child of fitting age from a dwelling of four or more, if one is
    found soon.
    """
    i = b
    for k in range(couples, n_cores):
        d = cores.dwelling[k]
        if dwellings.size[d] > 1:
            continue
        head = cores.person[k]
        for _ in range(min(400, e - b)):
            i = i + 1 if i + 1 < e else b
            old = people.dwelling[i]
            if dwellings.size[old] < 4 or people.spouse[i] >= 0 or people.state[i] != PLAIN:
                continue
            if people.age[head] - people.age[i] < 180 or people.age[head] - people.age[i] > 600:
                continue
            if people.parent[i] < 0:
                continue
            dwellings.size[old] -= 1
            dwellings.size[d] += 1
            people.dwelling[i] = d
            people.parent[i] = head
            cores.children[k] += 1
            break
