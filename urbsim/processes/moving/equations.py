"""What the moves of a month leave behind: changes of counting, and who is away for less than six months."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from urbsim.state.absences import Absences
from urbsim.state.codes import N_COUNTIES


@dataclass
class Moving:
    """The state of moving.

    absences: who is away less than six months; logs: changes of the counted part this month, each (n, 3) int32
    `row, from, to`; donors: (n,) int32 rows of those whom newcomers are like; donor_home: (n,) their registered parts;
    site_places: (111,) places, sampled, at relocation sites in the town of each county that stand empty; relocated:
    persons counted in villages who were brought to such sites this month.
    """

    absences: Absences = field(default_factory=Absences)
    logs: list[np.ndarray] = field(default_factory=list)
    donors: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    donor_home: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))
    site_places: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    relocated: int = 0

    def begin_month(self) -> None:
        """Nobody has moved this month."""
        self.logs.clear()
        self.relocated = 0

    def note(self, month: int, log_and_leavers: tuple[np.ndarray, np.ndarray]) -> None:
        """Takes up what a moving kernel returns: changes of counting, and first-time leavers of the month."""
        log, leavers = log_and_leavers
        if log.size:
            self.logs.append(log)
        self.absences.leave(leavers, month)
