"""Arithmetic on part numbers: 2 x county + urban for 111 counties, then 222 Pearl River Delta, 223 rest of China.

An *origin* is where somebody is registered: a county (0..110) or one of the two outside regions (111, 112).
An *alternative* is a place somebody can choose: the urban part of a county (0..110), outside (111, 112), or the rural
option (113): to stay in the village they live in.
"""

from __future__ import annotations

from numba import int64

from urbsim.compute.compiled import njit

OUTSIDE = 222
RURAL_OPTION = 113


@njit(inline="always")
def is_urban(part):
    """1 for an urban part of a county and for outside (where schedules of the towns apply), else 0."""
    part = int64(part)
    return part & 1 if part < OUTSIDE else 1


@njit(inline="always")
def setting_of(part):
    """0 in a village, 1 in a town of Guangxi, 2 outside."""
    part = int64(part)
    return part & 1 if part < OUTSIDE else 2


@njit(inline="always")
def origin_of(part):
    """Origin index of a registered part."""
    part = int64(part)
    return part >> 1 if part < OUTSIDE else part - 111


@njit(inline="always")
def alternative_of(part):
    """Alternative index of a part lived in."""
    part = int64(part)
    if part >= OUTSIDE:
        return part - 111
    return part >> 1 if part & 1 else RURAL_OPTION


@njit(inline="always")
def part_of_alternative(alternative):
    """Part that a place to move to stands for (0..112: an urban part or outside)."""
    return 2 * alternative + 1 if alternative < 111 else alternative + 111
