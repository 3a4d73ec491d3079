"""A1-A5, A8: how long people travel. Levers change hours alone; people weigh them where they choose a place."""

from __future__ import annotations

from urbsim.calendar import month_number
from urbsim.scenario.schema import Levers
from urbsim.scenario.schema.transport import opening_months
from urbsim.state.geography import Places
from urbsim.state.journeys import Journeys


def journeys_under(places: Places, committed: Levers, added: Levers) -> Journeys:
    """Hours between places under what was committed and what is added (ODD equations J1, J3)."""
    parts = committed.transport, added.transport
    opened = opening_months(*(part.openings for part in parts))
    circles = {
        name: tuple(part.circles[name] for part in parts if name in part.circles and part.circles[name].share)
        for name in sorted({name for part in parts for name in part.circles})
    }
    return Journeys(
        places,
        {line: month_number(month) for line, month in opened.items()},
        {name: of_circle for name, of_circle in circles.items() if of_circle},
    )
