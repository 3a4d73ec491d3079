"""B1, B4, C1, C2, D1, D2, S2: rules of settlement, offices, and whom services and rights cover (ODD P1-P14)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_number
from urbsim.levers.stock import Stock, Weights
from urbsim.processes.registration.coverage import covered
from urbsim.processes.registration.equations import permit_terms
from urbsim.scenario.lever import Spread

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def set_permit_terms(world: World) -> None:
    """The month's rule and offices: what the plan adds takes the place of what was committed."""
    added, committed = world.levers.settlement, world.committed.settlement
    rules = added.rules or committed.rules
    office = added.office or committed.office
    registration = world.registration
    insured = covered(world.employment.insured, registration.migrants)
    if office is not None and world.month >= month_number(office.from_):
        more = max(office.awareness - world.parameters["awareness_before"], 0.0)
        registration.told[world.month] = more * registration.migrants
    registration.terms = permit_terms(
        world.parameters, world.places, rules, office, world.month, registration, insured
    )


def cover(what: str, world: World, units: np.ndarray) -> None:
    """More persons are covered by a service or a right (ODD equation P13)."""
    brought = getattr(world.registration.brought, what)
    brought += units


def open_villages(world: World, units: np.ndarray) -> None:
    """Villages may register so many newcomers more (ODD equation P14)."""
    world.registration.village_places += units


def _registered_villagers(world: World, stock: Stock) -> np.ndarray:
    return world.registration.villagers + 1e-3  # guard: a weight where nobody is left


WINDOWS, RECORDS = "migrants served at one window", "migrants on record"
COMMUNITIES, SHARES = "town dwellers in communities with services", "villagers with certified shares"
VILLAGE_PLACES = "registrations that villages may give"
STOCKS = {
    WINDOWS: Stock(partial(cover, "one_window")),
    RECORDS: Stock(partial(cover, "records")),
    COMMUNITIES: Stock(partial(cover, "communities")),
    SHARES: Stock(partial(cover, "village_shares")),
    VILLAGE_PLACES: Stock(open_villages),
}
SPREADS: dict[Spread, Weights] = {"registered villagers": _registered_villagers}
