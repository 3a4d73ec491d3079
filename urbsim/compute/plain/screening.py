"""Plain twin of `urbsim.compute.screening`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.eights import Eights
from urbsim.compute.plain.luck import ids as ids_of_rows
from urbsim.compute.randomness import leading_byte_array, uniform32_array


def candidates(
    lo: int,
    hi: int,
    risk: np.ndarray,
    identity_rows: int,
    ids: np.ndarray,
    eights: Eights,
    bounds: np.ndarray,
    looks: np.ndarray,
    keys: np.ndarray,
    fine_keys: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose luck is below their class's bound, process after process (ODD equation R3); needs no first look."""
    rows = np.arange(lo, hi)
    who = ids_of_rows(rows, identity_rows, ids)
    found = [
        rows[uniform32_array(who, leading_byte_array(who, key), fine) < bound[risk[lo:hi]]]
        for bound, key, fine in zip(bounds, keys, fine_keys, strict=True)
    ]
    starts = np.concatenate([[0], np.cumsum([rows.size for rows in found])])
    return np.concatenate(found).astype(np.int32), starts.astype(np.int64)
