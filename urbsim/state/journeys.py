"""Hours between places under a scenario: with its lines, circles and air routes (ODD equations J1, J3, J5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from urbsim.calendar import month_number
from urbsim.scenario.schema.dose import Dose
from urbsim.scenario.schema.transport import Circle
from urbsim.state import travel
from urbsim.state.circles import planned_circles
from urbsim.state.codes import N_COUNTIES, N_DESTINATIONS
from urbsim.state.flights import Flights
from urbsim.state.geography import Places


@dataclass(frozen=True, repr=False)
class Journeys:
    """How long people travel.

    places: seats and the hours that hold for all journeys; lines: month, since 1900-01, in which each line opens;
    circles: by name, what was committed of it and what is added; flights: None without air routes.
    """

    places: Places
    lines: Mapping[str, int]
    circles: Mapping[str, tuple[Circle, ...]]
    flights: Flights | None = None
    _known: dict[int, np.ndarray] = field(default_factory=dict, compare=False)
    _commuting: dict[int, np.ndarray | None] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        """How many lines open, and how many circles are in force."""
        return f"Journeys({len(self.lines)} lines, {len(self.circles)} circles)"

    def hours_in(self, month: int) -> np.ndarray:
        """Travel hours (113, 113) between county seats and outside in a month (ODD equations M3, J1, J3, J5)."""
        hours = self._known.get(month)
        if hours is None:
            hours = self._worked_out(month)
            hours.flags.writeable = False
            self._known.clear()  # several steps of a month ask, and none for an earlier one
            self._known[month] = hours
        return hours

    def _worked_out(self, month: int) -> np.ndarray:
        places, (to_the_rest, access, station) = self.places, self.places.journey
        rest = np.full(N_DESTINATIONS, to_the_rest, dtype=float)  # a parameter may be a whole number
        if self.flights is not None:
            rest[:N_COUNTIES] = self.flights.hours_to_the_rest(to_the_rest, month)
        today = travel.hours_between(
            places.seats, places.prefecture_index, month, rest, access, station, self.lines
        )
        hours = today.copy()
        for name, parts in self.circles.items():
            circle, closed = planned_circles()[name], closed_share(parts, month)
            now = today[circle.ones, circle.others]
            shorter = now - closed * np.maximum(now - (circle.hours + access), 0.0)
            # A journey of several circles takes as long as in the one that makes it shortest.
            np.minimum.at(hours, (circle.ones, circle.others), shorter)
            np.minimum.at(hours, (circle.others, circle.ones), shorter)
        return hours

    def commuting_in(self, month: int) -> np.ndarray | None:
        """(111, 111) how far journeys to work have come between counties within a circle (ODD equation J7).

        The share of the gap that the circle has closed, for journeys within its hours, 0 elsewhere; None where no
        circle has begun. Months between which nothing changes share one array, not to be written to.
        """
        since = max((change for change in self.changes if change <= month), default=month)
        if since not in self._commuting:
            self._commuting.clear()
            self._commuting[since] = self._commuting_since(since)
        return self._commuting[since]

    def _commuting_since(self, month: int) -> np.ndarray | None:
        access, out, hours = self.places.journey[1], None, None
        for name, parts in self.circles.items():
            circle, closed = planned_circles()[name], closed_share(parts, month)
            if not circle.commuting or closed == 0:
                continue
            hours = self.hours_in(month) if hours is None else hours
            out = np.zeros((N_COUNTIES, N_COUNTIES)) if out is None else out
            inside = hours[circle.ones, circle.others] <= circle.hours + access + 1e-9  # guard: rounding
            for ends in ((circle.ones, circle.others), (circle.others, circle.ones)):
                np.maximum.at(out, (ends[0][inside], ends[1][inside]), closed)
        return out

    @cached_property
    def changes(self) -> frozenset[int]:
        """Months in which hours, or districts, change."""
        gradual: list[Circle | Dose] = [part for parts in self.circles.values() for part in parts]
        if self.flights is not None:
            gradual += [dose for dose, _ in self.flights.routes]
        each = (range(month_number(part.from_), month_number(part.to) + 1) for part in gradual)
        return self.places.changes.union(self.lines.values(), *each)


def closed_share(parts: tuple[Circle, ...], month: int) -> float:
    """Share of the gap of one circle that is closed in a month (ODD equation J3).

    Each part closes its share of what the others leave. A rate of delivery has already lowered the shares
    (`urbsim.levers.fulfilment`).
    """
    return 1 - prod(1 - part.closed(month) for part in parts)
