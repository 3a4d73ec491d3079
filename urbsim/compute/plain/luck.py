"""Plain twin of `urbsim.compute.luck`, and what other twins ask of ids and luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.randomness import draw64_array, leading_byte_array, uniform32_array

if TYPE_CHECKING:
    from urbsim.state.columns import Columns


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


def luck_of(rows: np.ndarray, people: Columns, key: np.uint64) -> np.ndarray:
    """64 random bits of each row under a key (ODD equation R2)."""
    return draw64_array(ids_of(rows, people), key)


def high_bits(bits: np.ndarray) -> np.ndarray:
    """The upper 32 of 64 random bits, to be held against a threshold on the grid of 2^-32."""
    return bits >> np.uint64(32)


def event_luck(rows: np.ndarray, people: Columns, key: np.uint64, fine_key: np.uint64) -> np.ndarray:
    """Uniform on [0, 2^32), decides an event: the byte of the screening, then 24 finer bits (ODD equation R4)."""
    who = ids_of(rows, people)
    return uniform32_array(who, leading_byte_array(who, key), fine_key)
