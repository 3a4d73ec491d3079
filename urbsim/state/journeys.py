"""Hours between places under a scenario: with the lines that it opens and its circles (ODD equations J1, J3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from urbsim.calendar import month_number
from urbsim.scenario.schema.transport import Circle
from urbsim.state import travel
from urbsim.state.circles import planned_circles
from urbsim.state.geography import Places


@dataclass(frozen=True, repr=False)
class Journeys:
    """How long people travel.

    places: seats and the hours that hold for all journeys; lines: month, since 1900-01, in which each line opens;
    circles: by name, what was committed of it and what is added.
    """

    places: Places
    lines: Mapping[str, int]
    circles: Mapping[str, tuple[Circle, ...]]

    def __repr__(self) -> str:
        """How many lines open, and how many circles are in force."""
        return f"Journeys({len(self.lines)} lines, {len(self.circles)} circles)"

    def hours_in(self, month: int) -> np.ndarray:
        """Travel hours (113, 113) between county seats and outside in a month (ODD equations M3, J1, J3)."""
        today = travel.hours_between(
            self.places.seats, self.places.prefecture_index, month, *self.places.journey, self.lines
        )
        hours, (_, access, _) = today.copy(), self.places.journey
        for name, parts in self.circles.items():
            circle, closed = planned_circles()[name], closed_share(parts, month)
            now = today[circle.ones, circle.others]
            shorter = now - closed * np.maximum(now - (circle.hours + access), 0.0)
            # A journey of several circles takes as long as in the one that makes it shortest.
            np.minimum.at(hours, (circle.ones, circle.others), shorter)
            np.minimum.at(hours, (circle.others, circle.ones), shorter)
        return hours

    @property
    def changes(self) -> frozenset[int]:
        """Months in which hours, or districts, change."""
        of_circles = {
            month
            for parts in self.circles.values()
            for part in parts
            for month in range(month_number(part.from_), month_number(part.to) + 1)
        }
        return self.places.changes | set(self.lines.values()) | of_circles


def closed_share(parts: tuple[Circle, ...], month: int) -> float:
    """Share of the gap of one circle that is closed in a month (ODD equation J3).

    Each part closes its share of the gap that the others leave. A rate of delivery belongs here: as a factor of
    `closed`.
    """
    return 1 - float(np.prod([1 - part.closed(month) for part in parts]))
