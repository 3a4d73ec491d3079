"""Compiled loops of the synthesis: controlled rounding, and families and dwellings of one registered part.

Everybody registered in one part is made together, wherever they live: persons group by group (`make_persons`),
dwellings inside each group (`marry`, `house`), ties between dwellings of one family in different parts
(`tie_families`), the order of households (`arrange`), and the packed persons (`write_home`). All depend on their
arguments alone, so parts may be built in any order and on any number of threads. They allocate nothing: what they fill
and the room they need is handed in, and without the counting of references they compile in three quarters of the time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.randomness import mix64
from urbsim.compute.words import BYTE
from urbsim.state.codes import FIRST_OUTSIDE, FIRST_REGION, NO_CELL

_EPSILON = 1e-6

# States of a person while families are formed.
_PLAIN, _SPOUSE_ABSENT, _PARENTS_ABSENT, _LONE_HEAD = 0, 1, 2, 3
_FULL_DWELLING = 9  # persons from whom on a dwelling takes others only where all are full
_GOLDEN = 0x9E3779B97F4A7C15
_MOST_GUESTS = 4  # dwellings elsewhere tied to one at home, so that row offsets fit a signed byte


class Flows(NamedTuple):
    """The groups of one home: dest, kind, counts, dwellings, alone (rows of `synthesis_tables.Groups`)."""

    dest: np.ndarray
    kind: np.ndarray
    counts: np.ndarray
    dwellings: np.ndarray
    alone: np.ndarray


class Tables(NamedTuple):
    """What the kernels look up; see `synthesis._kernel_tables`."""

    slopes: np.ndarray
    married: np.ndarray
    part_kind: np.ndarray
    schooling: np.ndarray
    enrolled: np.ndarray
    alone_weight: np.ndarray
    gap_weight: np.ndarray
    cells: np.ndarray
    sharing: np.ndarray
    under_way_outside: int


class Rates(NamedTuple):
    """Assumed shares: children left with grandparents, couples kept together, ties; age gap in months."""

    left_behind: float
    keep_couples: float
    adult_child_linked: float
    couple_linked: float
    age_gap: float


class People(NamedTuple):
    """Columns of the persons of one home while families are formed; links are rows, -1 without."""

    age: np.ndarray
    sex: np.ndarray
    school: np.ndarray
    state: np.ndarray
    dwelling: np.ndarray
    spouse: np.ndarray
    parent: np.ndarray


class Bounds(NamedTuple):
    """First row of each group, end of its men and of its family members (collective dwellers follow)."""

    first: np.ndarray
    men_end: np.ndarray
    family_end: np.ndarray


class Dwellings(NamedTuple):
    """Dwellings of one home: group, members so far, wife of a childless couple (or -1); each group's first."""

    group: np.ndarray
    size: np.ndarray
    couple: np.ndarray
    first: np.ndarray


class Cores(NamedTuple):
    """Couples and lone heads of one group: reference person, age, dwelling, children; index sorted by age."""

    person: np.ndarray
    age: np.ndarray
    dwelling: np.ndarray
    children: np.ndarray
    index: np.ndarray
    start: np.ndarray


class Ties(NamedTuple):
    """Dwellings of one household, -1 without: whose guest each is, its first guest, the guest after it."""

    host: np.ndarray
    guest: np.ndarray
    following: np.ndarray


class Queues(NamedTuple):
    """People away who wait for family at home, in three queues by age: (3, ...).

    start, used: (3, 122) first position of each year of age and how many have left it since, all 0 before; waiting:
    their rows.
    """

    start: np.ndarray
    used: np.ndarray
    waiting: np.ndarray


class Scratch(NamedTuple):
    """Room for the members of one group: its couples, its singles, and who of them is selected by which weight.

    have: (2, 23) who is to be married by sex and age group, an empty group on either side.
    """

    wives: np.ndarray
    husbands: np.ndarray
    single: np.ndarray
    weight: np.ndarray
    taken: np.ndarray
    have: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def round_table(x, row_at, column_at, path_row, path_column):
    """Makes a table integers within one of what it was, keeping its (integer) row and column sums (ODD equation B8).

    x: the table; row_at, column_at: room for a number a row and a column; path_row, path_column: room for a walk.
    Shifts fractions around closed walks through fractional cells; each walk settles at least one cell.
    Rounding by walks exists for every two-way table with integer sums (Causey, Cox and Ernst 1985).
    """
    n_rows, n_columns = x.shape
    for start_row in range(n_rows):
        for start_column in range(n_columns):
            while abs(x[start_row, start_column] - np.rint(x[start_row, start_column])) > _EPSILON:
                row_at[:] = -1
                column_at[:] = -1
                r, c, n = start_row, start_column, 0
                begin = -1
                along_row = True
                while True:
                    path_row[n], path_column[n] = r, c
                    found = -1
                    if along_row:  # the next cell lies in the same row
                        if row_at[r] >= 0:
                            begin = row_at[r]
                            break
                        row_at[r] = n
                        for k in range(n_columns):
                            if k != c and abs(x[r, k] - np.rint(x[r, k])) > _EPSILON:
                                found = k
                                if column_at[k] >= 0:
                                    break
                        if found < 0:
                            break
                        c = found
                    else:
                        if column_at[c] >= 0:
                            begin = column_at[c]
                            break
                        column_at[c] = n
                        for k in range(n_rows):
                            if k != r and abs(x[k, c] - np.rint(x[k, c])) > _EPSILON:
                                found = k
                                if row_at[k] >= 0:
                                    break
                        if found < 0:
                            break
                        r = found
                    along_row = not along_row
                    n += 1
                if begin < 0:  # a lone fraction: the remainder of floating arithmetic
                    x[r, c] = np.rint(x[r, c])
                    continue
                # cells begin + 1 .. n form the cycle: the last lies in the line that led to the first
                up, down = 1.0, 1.0
                for k in range(begin + 1, n + 1):
                    value = x[path_row[k], path_column[k]]
                    below = value - np.floor(value)
                    if (k - begin) % 2 == 0:
                        up, down = min(up, 1.0 - below), min(down, below)
                    else:
                        up, down = min(up, below), min(down, 1.0 - below)
                shift = up if up <= down else -down
                for k in range(begin + 1, n + 1):
                    sign = 1.0 if (k - begin) % 2 == 0 else -1.0
                    value = x[path_row[k], path_column[k]] + sign * shift
                    if abs(value - np.rint(value)) <= _EPSILON:
                        value = np.rint(value)
                    x[path_row[k], path_column[k]] = value


@inlined(error_model="numpy")
def _uniform(key):
    """A number in [0, 1) from one key."""
    return np.float64(mix64(key) >> uint64(11)) * (1.0 / 9007199254740992.0)


@inlined(error_model="numpy", forceinline=False)
def _select(n, wanted, weight, taken, key):
    """Marks exactly min(wanted, n) of the first n in `taken`, systematically in proportion to weight."""
    taken[:n] = 0
    chosen = 0
    for sweep in range(4):  # where weights are capped at certainty, the rest is selected from those left
        total = 0.0
        for k in range(n):
            if taken[k] == 0:
                total += weight[k]
        missing = wanted - chosen
        if missing <= 0 or total <= 0.0:
            break
        running = _uniform(key + uint64(sweep))
        for k in range(n):
            if taken[k] == 0:
                running += min(1.0, missing * weight[k] / total)
                if running >= 1.0 and chosen < wanted:
                    taken[k] = 1
                    chosen += 1
                    running -= 1.0
    for k in range(n):
        if chosen >= wanted:
            break
        if taken[k] == 0:
            taken[k] = 1
            chosen += 1


@inlined(error_model="numpy")
def _relative(cores, gap_weight, age, older, key):
    """A core a generation older than a person of `age`, or younger, likelier at usual gaps; -1 if none."""
    low, high = (age + 18, age + 46) if older else (age - 45, age - 17)
    first, last = cores.start[min(max(low, 0), 120)], cores.start[min(max(high, 0), 120)]
    if first >= last:
        return -1
    pick = -1
    for trial in range(8):
        word = mix64(key + uint64(trial))
        pick = np.int64(cores.index[first + np.int64((word >> uint64(33)) % uint64(last - first))])
        gap = cores.age[pick] - age if older else age - cores.age[pick]
        if np.float64(word & uint64(0xFFFF)) < gap_weight[gap] * 65536.0:
            return pick
    return pick


@inlined(error_model="numpy")
def _could_be_parent(people, parent, child):
    """Whether the ages fit: 15 to 50 years."""
    months = np.int64(people.age[parent]) - np.int64(people.age[child])
    return 180 <= months <= 600


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def make_persons(part, flows, tables, people, bounds):
    """Persons of one home: ages smooth within the census group, schooling drawn systematically."""
    key0 = mix64(uint64(part) + uint64(0x5EED2020))
    at = 0
    for g in range(len(flows.dest)):
        dest = flows.dest[g]
        county = dest // 2 if dest < FIRST_OUTSIDE else dest - FIRST_OUTSIDE + FIRST_REGION
        census_class = 3 if part >= FIRST_OUTSIDE else min(1, flows.kind[g]) if flows.kind[g] < 3 else 2
        bounds.first[g] = at
        for cell in range(76):
            dwelling, s, a = cell // 38, (cell // 19) % 2, cell % 19
            if cell == 19:
                bounds.men_end[g] = at
            if cell == 38:
                bounds.family_end[g] = at
            many = flows.counts[g, dwelling, s, a]
            key = key0 + uint64(g * 76 + cell) * uint64(_GOLDEN)
            offset, turn = _uniform(key), _uniform(key + uint64(1))
            slope = tables.slopes[county, s, a]
            low, width = (a - 1) * 60.0, 60.0
            if a == 0:
                low, width = 0.0, 12.0
            elif a == 1:
                low, width = 12.0, 48.0
            for k in range(many):
                u = (k + offset) / many
                t = u
                if a == 18:
                    t = -np.log(1.0 - 0.985 * u) * 0.9
                elif abs(slope) > 1e-3:
                    t = ((slope - 1.0) + np.sqrt((1.0 - slope) ** 2 + 4.0 * slope * u)) / (2.0 * slope)
                months = np.int64(low + t * width)
                if a < 18:
                    months = min(months, np.int64(low + width) - 1)
                people.age[at] = months
                people.sex[at] = s
                turn += 0.6180339887498949
                if turn >= 1.0:
                    turn -= 1.0
                # at school age it is the older who are further
                v = u if a < 4 or (a == 4 and (k & 1) == 0) else turn
                level = 0
                while level < 5 and v >= tables.schooling[dest, census_class, dwelling, s, a, level]:
                    level += 1
                people.school[at] = level
                at += 1
    bounds.first[len(flows.dest)] = at


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
        running = _uniform(key + uint64(s + 1))
        for i in range(b if s == 0 else m, m if s == 0 else e):
            running += married[s, min(age[i] // 12, 110)]
            if running >= 1.0:
                running -= 1.0
                state[i] = _SPOUSE_ABSENT
                have[s, 1 + min(age[i] // 60, 20)] += 1.0
    n_wives, n_husbands = 0, 0
    for s in range(2):
        running = _uniform(key + uint64(s + 3))
        for i in range(b if s == 0 else m, m if s == 0 else e):
            if state[i] != _SPOUSE_ABSENT:
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
    _select(np.int64(singles), np.int64(one), weight, taken, key + uint64(100))
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
        if state[i] == _SPOUSE_ABSENT and people.sex[i] == 1:
            weight[k] *= 3.0  # a wife whose husband is away
    _select(np.int64(rest), np.int64(heads), weight, taken, key + uint64(110))

    n_cores = couples
    others = 0
    for k in range(couples):
        cores.person[k] = wives[k]
    for k in range(rest):
        if taken[k]:
            cores.person[n_cores] = single[k]
            n_cores += 1
            if state[single[k]] == _PLAIN:
                state[single[k]] = _LONE_HEAD
        else:
            single[others] = single[k]
            others += 1
    _index_by_age(n_cores, people, cores)

    for k in range(couples):
        years = cores.age[k]
        weight[k] = 1.0 if 20 <= years < 35 else 0.6 if years < 45 else 0.1 if years < 60 else 1e-6
    _select(np.int64(couples), np.int64(sharing), weight, taken, key + uint64(120))
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
            root = _relative(cores, tables.gap_weight, np.int64(cores.age[k]), True, word)
            if root < 0 or (not (root < couples and taken[root] == 1) and cores.children[root] == 0):
                break
        if root >= 0 and not (root < couples and taken[root] == 1):
            cores.children[root] = 1  # at most one young couple in a house, while there is choice
            if _could_be_parent(people, np.int64(cores.person[root]), np.int64(husbands[k])):
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
            people.state[i] = _PARENTS_ABSENT
    elif years < 46 or (years < 56 and chance < 0.5):
        fewest = np.int64(0)
        for trial in range(
            2 if years < 15 else 1
        ):  # of two possible parents one who would stay alone, or has fewer
            other = _relative(cores, gap_weight, years, True, word + uint64(trial * 8))
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
        if pick >= 0 and _could_be_parent(people, np.int64(cores.person[pick]), i):
            people.parent[i] = cores.person[pick]
            cores.children[pick] += 1
        elif years < 15 and at_home:
            people.state[i] = _PARENTS_ABSENT
    else:
        pick = _relative(cores, gap_weight, years, False, word)
        if pick >= 0 and dwellings.size[cores.dwelling[pick]] < _FULL_DWELLING:
            child = np.int64(cores.person[pick])
            if people.spouse[child] >= 0 and people.parent[people.spouse[child]] < 0:
                child = np.int64(people.spouse[child])
            if people.parent[child] < 0 and _could_be_parent(people, i, child):
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
            if dwellings.size[old] < 4 or people.spouse[i] >= 0 or people.state[i] != _PLAIN:
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
            running = _uniform(key + uint64(s + 11))
            for i in range(bounds.family_end[g], bounds.first[g + 1]):
                if people.sex[i] == s:
                    running += married[s, min(people.age[i] // 12, 110)]
                    if running >= 1.0:
                        running -= 1.0
                        people.state[i] = _SPOUSE_ABSENT
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
                if people.state[i] == _SPOUSE_ABSENT and people.spouse[i] < 0:
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
        orphan = people.state[i] == _PARENTS_ABSENT
        x = people.dwelling[i]
        if not orphan and not (people.state[i] == _SPOUSE_ABSENT and spouse[i] < 0 and host[x] < 0):
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
        pick = _relative(home, tables.gap_weight, years, True, word)
        if pick < 0 or not _could_be_parent(people, np.int64(home.person[pick]), np.int64(i)):
            continue
        x = people.dwelling[home.person[pick]]
        if _attach(x, y, flows, dwellings, host, guest, following):
            parent[i] = home.person[pick]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def arrange(
    part, flows, tables, people, dwellings, ties, order, first, member, row_of, cell_of, sizes, strata
):
    """Order of persons in the output, household by household; returns the number of households.

    order, first, member: room for a shuffled list of dwellings, for the first row of each and one more, all 0, and for
    the persons by dwelling. Households at home come first, shuffled so that a village holds all ages. Cells are
    stretches of them if the registered part is rural; else households in a rural part are spread over its cells.
    """
    key0 = mix64(uint64(part) + uint64(0x5EED2020))
    n, n_dwellings = len(people.age), dwellings.first[len(flows.dest)]
    at_home = dwellings.first[1] if part < FIRST_OUTSIDE and flows.kind[0] == 0 else 0
    host, guest, following = ties.host, ties.guest, ties.following
    for d in range(n_dwellings):
        order[d] = d
    for k in range(at_home - 1, 0, -1):
        j = np.int64((mix64(key0 + uint64(k) + uint64(1 << 40)) >> uint64(33)) % uint64(k + 1))
        order[k], order[j] = order[j], order[k]
    for i in range(n):
        first[people.dwelling[i] + 1] += 1
    for d in range(n_dwellings):
        first[d + 1] += first[d]
    for i in range(n):
        member[first[people.dwelling[i]]] = i
        first[people.dwelling[i]] += 1
    households, at, people_home = 0, 0, 0
    for k in range(n_dwellings):
        root = order[k]
        if host[root] >= 0:
            continue
        begin = at
        y = root
        while y >= 0:
            for m in range(first[y - 1] if y > 0 else 0, first[y]):
                row_of[member[m]] = at
                at += 1
            y = guest[y] if y == root else following[y]
        if k < at_home:
            people_home = at
        dest = np.int64(flows.dest[dwellings.group[root]])
        cell = NO_CELL
        if part >= FIRST_OUTSIDE or part % 2 == 1:
            if dest < FIRST_OUTSIDE and dest % 2 == 0:
                spread = mix64(key0 + uint64(households) + uint64(1 << 41)) >> uint64(33)
                cell = np.int64(spread % uint64(tables.cells[dest]))
        sizes[households] = min(at - begin, BYTE)
        strata[households] = dest
        cell_of[begin:at] = cell
        households += 1
    if part < FIRST_OUTSIDE and part % 2 == 0:
        at = 0
        for h in range(households):
            if at < people_home:
                cell = at * tables.cells[part] // people_home
            else:
                cell = (at - people_home) * tables.cells[part] // max(1, n - people_home)
            cell_of[at : at + sizes[h]] = cell
            at += np.int64(sizes[h])
    return households


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def write_home(part, flows, tables, under_way_share, people, bounds, pull, row_of, cell_of, words):
    """Packs the persons of a home into words (layout in `columns`); some workers there are under way.

    pull: (groups,) room for how much of them each part draws, all 0.
    """
    key0 = mix64(uint64(part) + uint64(0x5EED2020))
    n_groups = len(flows.dest)
    # People under way go where people of the part live, outside Guangxi less often (in thousandths of a person).
    away = np.int64(0)
    for g in range(n_groups):
        if flows.dest[g] != part:
            weight = tables.under_way_outside if flows.dest[g] >= FIRST_OUTSIDE else 1000
            pull[g] = weight * (bounds.first[g + 1] - bounds.first[g])
            away += pull[g]
    for g in range(n_groups):
        for i in range(bounds.first[g], bounds.first[g + 1]):
            years = np.int64(people.age[i]) // 12
            row = np.int64(row_of[i])
            collective = i >= bounds.family_end[g]
            lives = np.int64(flows.dest[g])
            absences = False
            if (
                g == 0
                and part < FIRST_OUTSIDE
                and flows.kind[0] == 0
                and not collective
                and 16 <= years < 65
                and away > 0
            ):
                word = mix64(key0 + uint64(i) * uint64(_GOLDEN) + uint64(321))
                if (
                    np.float64(word & uint64(0xFFFFFF))
                    < under_way_share[min(years // 5 + 1, 18)] * 16777216.0
                ):
                    absences = True
                    aim = np.int64((mix64(word) >> uint64(20)) % uint64(away))
                    for f in range(n_groups):
                        aim -= pull[f]
                        if aim < 0:
                            lives = np.int64(flows.dest[f])
                            break
            chance = _uniform(key0 + uint64(i) * uint64(_GOLDEN) + uint64(4321))
            attends = chance < tables.enrolled[min(years, 29), people.school[i]] and not (
                absences and years >= 18
            )
            to_spouse = np.int64(0) if people.spouse[i] < 0 else np.int64(row_of[people.spouse[i]]) - row
            to_parent = np.int64(0) if people.parent[i] < 0 else np.int64(row_of[people.parent[i]]) - row
            word = uint64(people.age[i]) | (uint64(people.sex[i]) << uint64(11))
            word |= (uint64(people.school[i]) << uint64(12)) | (uint64(attends) << uint64(15))
            word |= (uint64(part) << uint64(16)) | (uint64(lives) << uint64(24))
            word |= (uint64(absences) << uint64(32)) | (uint64(flows.kind[g] == 1) << uint64(33))
            word |= (uint64(collective) << uint64(34)) | (uint64(to_spouse & BYTE) << uint64(35))
            words[row] = (
                word | (uint64(to_parent & BYTE) << uint64(43)) | (uint64(cell_of[row]) << uint64(51))
            )
