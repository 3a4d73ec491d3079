"""Luck of a list of rows, outside the kernels that decide on the spot."""

from __future__ import annotations

import numpy as np

from urbsim.compute.compiled import njit
from urbsim.compute.identity import person_id
from urbsim.compute.randomness import draw64
from urbsim.compute.registers import in_widest_registers


@njit(nogil=True, cache=True)
def luck_of(rows, people, key):
    """64 random bits of each row under a key (ODD equation R2)."""
    identity_rows, ids = people.identity_rows, people.ids
    in_widest_registers()
    out, own_ids = np.empty(rows.size, np.uint64), True
    for k in range(rows.size):
        own_ids &= rows[k] < identity_rows
    if own_ids:  # mostly, at scale 1: then nothing is looked up, and many draws are made side by side
        for k in range(rows.size):
            out[k] = draw64(rows[k], key)
    else:
        for k in range(rows.size):
            out[k] = draw64(person_id(rows[k], identity_rows, ids), key)
    return out
