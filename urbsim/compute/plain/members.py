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


def stretch_of_households(
    rows: np.ndarray, ends: np.ndarray, first_later: int, ring: np.ndarray
) -> np.ndarray:
    """In which stretch of the rows everybody of each row's household lies, ends.size + 1 for none; (n,) int64."""
    who, of = households(rows, ring)
    says = who < first_later
    stretches, of = np.searchsorted(ends, who[says], side="right"), of[says]
    first, last = np.full(rows.size, ends.size + 1), np.full(rows.size, -1)
    np.minimum.at(first, of, stretches)
    np.maximum.at(last, of, stretches)
    return np.where(first == last, first, ends.size + 1)
