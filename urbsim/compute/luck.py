"""Luck of a list of rows, outside the kernels that decide on the spot."""

from __future__ import annotations

import numpy as np

from urbsim.compute.compiled import njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import draw64


@njit(nogil=True, cache=True)
def luck_of(rows, people, key):
    """64 random bits of each row under a key (ODD equation R2)."""
    identity_rows, ids = people.identity_rows, people.ids
    out = np.empty(rows.size, np.uint64)
    for k in range(rows.size):
        out[k] = draw64(person_id(rows[k], identity_rows, ids), key)
    return out
