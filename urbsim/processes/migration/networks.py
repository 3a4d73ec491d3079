"""Networks: where the people of one's own origin already live (ODD equation N1)."""

from __future__ import annotations

import numpy as np
from numba import int64

from urbsim.compute.compiled import njit
from urbsim.compute.sums import sum_of_few
from urbsim.state.codes import N_ALTERNATIVES, N_COUNTIES, N_INSIDE, N_ORIGINS, N_PARTS, N_REGIONS, VILLAGE


@njit(nogil=True, cache=True)
def by_origin_and_alternative(persons):
    """(113, 114) persons by origin and the alternative lived in, from (224, 224) by parts: towns, outside, villages."""
    out = np.zeros((N_ORIGINS, N_ALTERNATIVES), np.int64)
    for part in range(N_PARTS):
        origin = part >> 1 if part < N_INSIDE else part - N_INSIDE + N_COUNTIES
        living, of_origin = persons[part], out[origin]
        villages = int64(0)
        for county in range(N_COUNTIES):
            villages += living[2 * county]
            of_origin[county] += living[2 * county + 1]
        of_origin[VILLAGE] += villages
        for region in range(N_REGIONS):
            of_origin[N_COUNTIES + region] += living[N_INSIDE + region]
    return out


@njit(nogil=True, cache=True)
def network_shares(base_full, base_sample, now, weight):
    """Share of each origin's migrants who live in each destination, (113, 113).

    base_full: (113, 114) persons of the full base population by origin and alternative; base_sample, now: the same in
    the sample, on census night and now; weight: full persons per sampled person. The full base carries the level and
    the sample only the change, so that a small sample does not make its own networks.
    """
    n = base_full.shape[0]
    away = np.empty((n, n))
    for origin in range(n):
        of_origin = away[origin]
        for place in range(n):
            change = now[origin, place] - base_sample[origin, place]
            of_origin[place] = max(base_full[origin, place] + change * weight, 0.0)
        of_origin[origin] = 0.0  # those living where they are registered are no migrants
        total = sum_of_few(of_origin)
        for place in range(n):
            of_origin[place] /= total if total > 0 else 1.0
    return away
