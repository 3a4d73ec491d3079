"""A1-A5, A8: how long people travel. Levers change hours alone; people weigh them where they choose a place."""

from __future__ import annotations

import numpy as np

from urbsim.calendar import month_number
from urbsim.facts.parameters import Parameters
from urbsim.levers.dose import weights_of
from urbsim.scenario.schema import AirRoutes, Levers
from urbsim.scenario.schema.transport import opening_months
from urbsim.state.flights import Flights, airport_of_county, near_airports
from urbsim.state.geography import Places
from urbsim.state.journeys import Journeys


def journeys_under(parameters: Parameters, places: Places, committed: Levers, added: Levers) -> Journeys:
    """Hours between places under what was committed and what is added (ODD equations J1, J3, J5)."""
    parts = committed.transport, added.transport
    opened = opening_months(*(part.openings for part in parts))
    circles = {
        name: tuple(part.circles[name] for part in parts if name in part.circles and part.circles[name].share)
        for name in sorted({name for part in parts for name in part.circles})
    }
    routes = tuple(part.air_routes for part in parts if part.air_routes and part.air_routes.total)
    return Journeys(
        places,
        {line: month_number(month) for line, month in opened.items()},
        {name: of_circle for name, of_circle in circles.items() if of_circle},
        flights_of(parameters, places, routes) if routes else None,
    )


def flights_of(parameters: Parameters, places: Places, routes: tuple[AirRoutes, ...]) -> Flights:
    """The routes, each by the airports that get them: where it names no places, by the townspeople in reach (J5)."""
    p = parameters
    near = near_airports(places, p["airport_reach_hours"])
    spread = places.urban_residents @ near
    by_airport = []
    for dose in routes:
        weights = weights_of(dose, places, spread) * airport_of_county(places)
        by_airport.append((dose, weights / np.sum(weights)))
    return Flights(tuple(by_airport), near, p["hours_per_air_route"], p["hours_by_air"])
