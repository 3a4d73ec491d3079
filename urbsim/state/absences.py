"""Who left the registered part and does not yet count where they live: rows, by the month of leaving.

Each cohort is looked at once, when its six months are over. People who came back meanwhile are then skipped; people who
left again are also in the later cohort.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from urbsim.state.definitions import RESIDENT_AFTER


class Absences:
    """Cohorts of first-time leavers, int32 rows in the order in which they came."""

    def __init__(self) -> None:
        self.cohorts: dict[int, list[np.ndarray]] = {}

    def leave(self, rows: np.ndarray, month: int) -> None:
        """Takes up rows that left in this month."""
        if rows.size:
            self.cohorts.setdefault(month, []).append(rows)

    def leave_since(self, rows: np.ndarray, left_home: np.ndarray) -> None:
        """Takes up rows that left in these months, one each."""
        for month in np.flatnonzero(np.bincount(left_home)).tolist():
            self.leave(rows[left_home == month], month)

    def arrive(self, month: int) -> np.ndarray:
        """Takes out those who left at least six months before this month."""
        due = sorted(left for left in self.cohorts if month - left >= RESIDENT_AFTER)
        cohorts: Iterable[np.ndarray] = (rows for left in due for rows in self.cohorts.pop(left))
        return np.concatenate([*cohorts, np.empty(0, np.int32)])
