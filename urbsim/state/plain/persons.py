"""Who somebody is and where: ids, ages, parts and alternatives, as arrays."""

from __future__ import annotations

import numpy as np

from urbsim.state.columns import Columns
from urbsim.state.risk import AGE_LIMIT

FIRST_OUTSIDE = 222
VILLAGE = 113  # the alternative of staying in the village one lives in
AWAY = np.uint8(0x01)  # bits of the risk class (urbsim.state.risk)
PAIRED = np.uint8(0x02)


def months_old(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Completed months of age, int64."""
    return month - people.birth_month[rows].astype(np.int64)


def years_old(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Completed years of age, int64, at most AGE_LIMIT."""
    return np.minimum(months_old(rows, month, people) // 12, AGE_LIMIT)


def alive(rows: np.ndarray, people: Columns) -> np.ndarray:
    """True for the living."""
    return people.risk[rows] != 255


def has_town_schedule(part: np.ndarray | int) -> np.ndarray:
    """1 where the hazards of towns apply: urban parts, and everywhere outside; else 0."""
    part = np.asarray(part, dtype=np.int64)
    return np.where(part >= FIRST_OUTSIDE, 1, part % 2)


def setting(part: np.ndarray | int) -> np.ndarray:
    """0 in a village, 1 in a town of Guangxi, 2 outside."""
    part = np.asarray(part, dtype=np.int64)
    return np.where(part >= FIRST_OUTSIDE, 2, part % 2)


def origin(part: np.ndarray | int) -> np.ndarray:
    """Origin of a registered part: its county 0..110, or an outside region 111, 112."""
    part = np.asarray(part, dtype=np.int64)
    return np.where(part >= FIRST_OUTSIDE, part - FIRST_OUTSIDE + 111, part // 2)


def alternative(part: np.ndarray | int) -> np.ndarray:
    """Alternative of a part lived in: the town of a county 0..110, outside 111, 112, any village 113."""
    part = np.asarray(part, dtype=np.int64)
    inside = np.where(part % 2 == 1, part // 2, VILLAGE)
    return np.where(part >= FIRST_OUTSIDE, part - FIRST_OUTSIDE + 111, inside)


def part_of_place(place: np.ndarray) -> np.ndarray:
    """Part that a place 0..112 stands for: the urban part of a county, or an outside region."""
    place = np.asarray(place, dtype=np.int64)
    return np.where(place < 111, 2 * place + 1, FIRST_OUTSIDE + place - 111)
