"""What is kept up and not delivered in units of a dose, and costs money as long as it is: offices and air routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_number
from urbsim.levers.delivery import Part
from urbsim.levers.transport import flights_of
from urbsim.scenario.schema import Levers

if TYPE_CHECKING:
    from urbsim.simulation.world import World

OFFICE, AIR_ROUTES = "settlement.office", "transport.air_routes"


@dataclass(frozen=True)
class KeptUp:
    """Units at full scale that a part of a lever keeps up. units: (months, 111) float by month and county."""

    lever: str
    part: Part
    units: np.ndarray


def kept_up(world: World, months: range) -> tuple[KeptUp, ...]:
    """Offices and air routes of a run whose months are over (ODD equation F7). months: of it, counted from 1900-01."""
    office_of: Part = "additional" if world.levers.settlement.office else "committed"
    parts: dict[Part, Levers] = {"committed": world.committed, "additional": world.levers}
    found = []
    if world.registration.told:
        none = np.zeros(len(world.places.code))
        told = np.stack([world.registration.told.get(month, none) for month in months])
        found.append(KeptUp(OFFICE, office_of, told * world.weight))
    return (*found, *_routes(world, parts, months))


def _routes(world: World, parts: dict[Part, Levers], months: range) -> Iterator[KeptUp]:
    for part, levers in parts.items():
        dose = levers.transport.air_routes
        if dose is not None and dose.total > 0 and month_number(dose.from_) < months.stop:
            ((_, share),) = flights_of(world.parameters, world.places, (dose,)).routes
            yield KeptUp(AIR_ROUTES, part, np.outer([dose.due(month) for month in months], share))
