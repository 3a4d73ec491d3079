"""A1, A2, A4, A8: how long people travel. Levers change hours alone; people weigh them where they choose a place."""

from __future__ import annotations

from urbsim.calendar import month_number
from urbsim.scenario.schema import Levers
from urbsim.scenario.schema.transport import opening_months
from urbsim.state.geography import Places
from urbsim.state.journeys import Journeys


def journeys_under(places: Places, committed: Levers, added: Levers) -> Journeys:
    """Hours between places under what was committed and what is added (ODD equation J1)."""
    opened = opening_months(committed.transport.openings, added.transport.openings)
    return Journeys(places, {line: month_number(month) for line, month in opened.items()})
