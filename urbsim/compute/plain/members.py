"""Plain twin of `urbsim.compute.members`."""

from __future__ import annotations

import numpy as np


def households(rows: np.ndarray, ring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Everybody in the rings of these rows: (members, position of the row each belongs to), the rows first; int64."""
    who, of = [rows.astype(np.int64)], [np.arange(rows.size)]
    at, group = ring[rows].astype(np.int64), np.arange(rows.size)
    while True:
        open_ = at != rows[group]
        at, group = at[open_], group[open_]
        if at.size == 0:
            return np.concatenate(who), np.concatenate(of)
        who.append(at)
        of.append(group)
        at = ring[at].astype(np.int64)


def first_members(rows: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """The lowest row of each row's household, which tells it from others; (n,) int32."""
    who, of = households(rows, ring)
    first = rows.astype(np.int32)
    np.minimum.at(first, of, who.astype(np.int32))
    return first


def pairs_that_meet(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether another pair has a household of each pair, (n,) bool; one, other: (n,) int32 first members."""
    _, number, times = np.unique(np.concatenate([one, other]), return_inverse=True, return_counts=True)
    meets = times[number] > 1
    return meets[: one.size] | meets[one.size :]
