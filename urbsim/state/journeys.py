"""Hours between places under a scenario: with the railway lines that it opens (ODD equation J1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from urbsim.state import travel
from urbsim.state.geography import Places


@dataclass(frozen=True, repr=False)
class Journeys:
    """How long people travel.

    places: seats and the hours that hold for all journeys; lines: month, since 1900-01, in which each line opens.
    """

    places: Places
    lines: Mapping[str, int]

    def __repr__(self) -> str:
        """How many lines open."""
        return f"Journeys({len(self.lines)} lines)"

    def hours_in(self, month: int) -> np.ndarray:
        """Travel hours (113, 113) between county seats and outside in a month (ODD equations M3, J1)."""
        return travel.hours_between(
            self.places.seats, self.places.prefecture_index, month, *self.places.journey, self.lines
        )

    @property
    def changes(self) -> frozenset[int]:
        """Months in which hours, or districts, change."""
        return self.places.changes | set(self.lines.values())
