"""Plain twin of what `urbsim.state.definitions` says of school ages."""

from __future__ import annotations

import numpy as np

from urbsim.state.stages import STAGES

_STAGE_OF_AGE = np.full(STAGES[-1].end, -1)
for _place, _stage in enumerate(STAGES):
    _STAGE_OF_AGE[_stage.first : _stage.end] = _place


def school_ages(month: int, birth_month: np.ndarray) -> np.ndarray:
    """Ages in the last September; months count from 1900-01, so Septembers leave 8 when divided by 12."""
    september = max(m for m in range(month - 11, month + 1) if m % 12 == 8)
    return (september - birth_month.astype(np.int64)) // 12


def stages(month: int, birth_month: np.ndarray) -> np.ndarray:
    """Stage of the school year of `month`, its place in `STAGES`; -1 for none."""
    age = school_ages(month, birth_month)
    known = (age >= 0) & (age < _STAGE_OF_AGE.size)
    return np.where(known, _STAGE_OF_AGE[np.where(known, age, 0)], -1)
