"""Arithmetic on parts, origins, destinations and alternatives, as `urbsim.state.codes` numbers them."""

from __future__ import annotations

from numba import int64

from urbsim.compute.compiled import njit
from urbsim.state.codes import FIRST_OUTSIDE, FIRST_REGION, IN_REGION, VILLAGE

_OUTSIDE_TO_REGION = FIRST_OUTSIDE - FIRST_REGION


@njit(inline="always")
def is_urban(part):
    """1 for an urban part of a county and for outside (where schedules of the towns apply), else 0."""
    part = int64(part)
    return part & 1 if part < FIRST_OUTSIDE else 1


@njit(inline="always")
def setting_of(part):
    """0 in a village, 1 in a town of Guangxi, 2 outside."""
    part = int64(part)
    return part & 1 if part < FIRST_OUTSIDE else IN_REGION


@njit(inline="always")
def origin_of(part):
    """Origin index of a registered part."""
    part = int64(part)
    return part >> 1 if part < FIRST_OUTSIDE else part - _OUTSIDE_TO_REGION


@njit(inline="always")
def alternative_of(part):
    """Alternative index of a part lived in."""
    part = int64(part)
    if part >= FIRST_OUTSIDE:
        return part - _OUTSIDE_TO_REGION
    return part >> 1 if part & 1 else VILLAGE


@njit(inline="always")
def part_of_destination(destination):
    """Part that a destination stands for: an urban part, or a region outside."""
    return 2 * destination + 1 if destination < FIRST_REGION else destination + _OUTSIDE_TO_REGION
