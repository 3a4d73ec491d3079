"""Air routes: which counties are near an airport, and how near the rest of China comes to them (ODD equation J5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbsim.facts.gazetteer import airports
from urbsim.scenario.schema.dose import Dose
from urbsim.state import travel
from urbsim.state.geography import Places


@dataclass(frozen=True, repr=False)
class Flights:
    """Routes that levers add.

    routes: each dose with (111,) the share of it that the airport of each county gets; near: (111, 111) 1 where people
    of the first county use the airport of the second; gain: hours that the first route saves; least: hours that
    remain however many routes there are.
    """

    routes: tuple[tuple[Dose, np.ndarray], ...]
    near: np.ndarray
    gain: float
    least: float

    def hours_to_the_rest(self, hours: float, month: int) -> np.ndarray:
        """(111,) hours from each county to the rest of China in a month; hours: without the routes added."""
        added = np.sum([dose.due(month) * share for dose, share in self.routes], axis=0)
        gap = max(hours - self.least, 0.0)
        if gap == 0:
            return np.full(len(self.near), hours)
        return hours - gap * -np.expm1(-self.gain * (self.near @ added) / gap)


def airport_of_county(places: Places) -> np.ndarray:
    """(111,) 1 for a county with an airport, else 0."""
    return np.array([code in airports() for code in places.code], dtype=float)


def near_airports(places: Places, reach: float) -> np.ndarray:
    """(111, 111) 1 where the second county has an airport and the first lies within `reach` hours by road, else 0."""
    road = travel.great_circle_km(places.seats, places.seats) / travel.road_km_per_hour()
    return (road <= reach) * airport_of_county(places)
