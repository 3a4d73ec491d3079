"""Persons of one home, group by group (ODD equations B6, B7)."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import njit
from urbsim.compute.randomness import mix64
from urbsim.population.synthesis.picking import uniform
from urbsim.state.codes import FIRST_OUTSIDE, FIRST_REGION

_GOLDEN = 0x9E3779B97F4A7C15


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
            offset, turn = uniform(key), uniform(key + uint64(1))
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
