"""Who somebody is and where: ids, ages, parts and alternatives, as arrays."""

from __future__ import annotations

import numpy as np

from urbsim.state.codes import DEAD, FIRST_OUTSIDE, FIRST_REGION, IN_REGION, VILLAGE
from urbsim.state.columns import Columns
from urbsim.state.risk import AGE_LIMIT


def months_old(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Completed months of age, int64."""
    return month - people.birth_month[rows].astype(np.int64)


def years_old(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Completed years of age, int64, at most AGE_LIMIT."""
    return np.minimum(months_old(rows, month, people) // 12, AGE_LIMIT)


def alive(rows: np.ndarray, people: Columns) -> np.ndarray:
    """True for the living."""
    return people.risk[rows] != DEAD


def has_town_schedule(part: np.ndarray | int) -> np.ndarray:
    """1 where the hazards of towns apply: urban parts, and everywhere outside; else 0."""
    part = np.asarray(part, dtype=np.int64)
    return np.where(part >= FIRST_OUTSIDE, 1, part % 2)


def setting(part: np.ndarray | int) -> np.ndarray:
    """0 in a village, 1 in a town of Guangxi, 2 outside."""
    part = np.asarray(part, dtype=np.int64)
    return np.where(part >= FIRST_OUTSIDE, IN_REGION, part % 2)


def origin(part: np.ndarray | int) -> np.ndarray:
    """Origin of a registered part: its county 0..110, or an outside region 111, 112."""
    part = np.asarray(part, dtype=np.int64)
    return np.where(part >= FIRST_OUTSIDE, part - FIRST_OUTSIDE + FIRST_REGION, part // 2)


def alternative(part: np.ndarray | int) -> np.ndarray:
    """Alternative of a part lived in: the town of a county 0..110, outside 111, 112, any village 113."""
    part = np.asarray(part, dtype=np.int64)
    inside = np.where(part % 2 == 1, part // 2, VILLAGE)
    return np.where(part >= FIRST_OUTSIDE, part - FIRST_OUTSIDE + FIRST_REGION, inside)


def part_of_destination(destination: np.ndarray) -> np.ndarray:
    """Part that a destination stands for: the urban part of a county, or a region outside."""
    destination = np.asarray(destination, dtype=np.int64)
    return np.where(
        destination < FIRST_REGION, 2 * destination + 1, FIRST_OUTSIDE + destination - FIRST_REGION
    )
