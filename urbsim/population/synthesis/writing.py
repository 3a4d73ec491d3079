"""The order of households, and the packed persons of one home (ODD equations B9, B10)."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import njit
from urbsim.compute.randomness import mix64
from urbsim.compute.words import BYTE
from urbsim.population.synthesis.picking import uniform
from urbsim.state.codes import FIRST_OUTSIDE, NO_CELL

_GOLDEN = 0x9E3779B97F4A7C15


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
            school_age = min(max(np.int64(people.age[i]) - tables.school_year, 0) // 12, 29)
            chance = uniform(key0 + uint64(i) * uint64(_GOLDEN) + uint64(4321))
            attends = chance < tables.enrolled[school_age, people.school[i]] and not (
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
