"""Who somebody is and where: ids, ages, parts and alternatives, as arrays."""

from __future__ import annotations

import numpy as np

from urbsim.columns import Columns
from urbsim.draws import draw64_array, leading_byte_array, uniform32_array
from urbsim.risk import AGE_LIMIT

FIRST_OUTSIDE = 222
VILLAGE = 113  # the alternative of staying in the village one lives in
AWAY = np.uint8(0x01)  # bits of the risk class (urbsim.risk)
PAIRED = np.uint8(0x02)


def ids(rows: np.ndarray, identity_rows: int, later_ids: np.ndarray) -> np.ndarray:
    """Stable ids of rows, uint64: the row itself before identity_rows, the column of ids from there on."""
    rows = np.asarray(rows, dtype=np.int64)
    out = rows.astype(np.uint64)
    later = rows >= identity_rows
    out[later] = later_ids[rows[later] - identity_rows]
    return out


def ids_of(rows: np.ndarray, people: Columns) -> np.ndarray:
    """Stable ids of rows, uint64."""
    return ids(rows, people.identity_rows, people.ids)


def luck(rows: np.ndarray, people: Columns, key: np.uint64) -> np.ndarray:
    """64 random bits of each row under a key (ODD equation R2)."""
    return draw64_array(ids_of(rows, people), key)


def high_bits(bits: np.ndarray) -> np.ndarray:
    """The upper 32 of 64 random bits, to be held against a threshold on the grid of 2^-32."""
    return bits >> np.uint64(32)


def event_luck(rows: np.ndarray, people: Columns, key: np.uint64, fine_key: np.uint64) -> np.ndarray:
    """Uniform on [0, 2^32), decides an event: the gate's byte, then 24 finer bits (ODD equation R4)."""
    who = ids_of(rows, people)
    return uniform32_array(who, leading_byte_array(who, key), fine_key)


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
