"""Plain twin of what `urbsim.state.definitions` says of school ages."""

from __future__ import annotations

import numpy as np

_STAGE_OF_AGE = np.array([-1, -1, -1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2])


def school_ages(month: int, birth_month: np.ndarray) -> np.ndarray:
    """Ages in the last September; months count from 1900-01, so Septembers leave 8 when divided by 12."""
    september = max(m for m in range(month - 11, month + 1) if m % 12 == 8)
    return (september - birth_month.astype(np.int64)) // 12


def stages(month: int, birth_month: np.ndarray) -> np.ndarray:
    """Stage of the school year of `month`: 0 kindergarten, 1 primary, 2 junior secondary, -1 none."""
    age = school_ages(month, birth_month)
    known = (age >= 0) & (age < _STAGE_OF_AGE.size)
    return np.where(known, _STAGE_OF_AGE[np.where(known, age, 0)], -1)
