"""Plain twin of `urbsim.kernels.luck`."""

from __future__ import annotations

import numpy as np

from urbsim.columns import Columns
from urbsim.reference.persons import luck


def luck_of(rows: np.ndarray, people: Columns, key: np.uint64) -> np.ndarray:
    """64 random bits of each row under a key (ODD equation R2)."""
    return luck(rows, people, key)
