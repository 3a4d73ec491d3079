"""C7, A4: dwellings, subsidies and loans for migrants. They join stocks that can run out (G4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.scenario.lever import Spread

if TYPE_CHECKING:
    from urbsim.simulation.world import World

PUBLIC_DWELLINGS, SUBSIDIES, DWELLINGS = "public rental dwellings", "rent subsidies", "dwellings"
GUARANTEED_DWELLINGS, LOANS = "guaranteed rental dwellings", "home loans"
_FEW = 1e-3  # guard, of a household: keeps a weight where nobody waits yet


def add_public_dwellings(world: World, units: np.ndarray) -> None:
    """Public rental dwellings are finished; they are let to the queue (ODD equation G4)."""
    world.housing.add_public_units(units)


def add_subsidies(world: World, units: np.ndarray) -> None:
    """More households may draw a rent subsidy (ODD equation G4)."""
    world.housing.add_subsidies(units)


def add_guaranteed_dwellings(world: World, units: np.ndarray) -> None:
    """Guaranteed rental dwellings are finished; they are let to migrant households (ODD equation G4)."""
    world.housing.add_guaranteed_units(units)


def add_loans(world: World, units: np.ndarray) -> None:
    """More migrant households may have a loan for a home (ODD equation G4)."""
    world.housing.add_loans(units)


def add_dwellings(world: World, units: np.ndarray) -> None:
    """Dwellings are finished beyond normal building (ODD equation G4)."""
    world.housing.add_dwellings(units)


def _households_in_the_queue(world: World, stock: Stock) -> np.ndarray:
    return world.housing.queue() + _FEW


def _migrants(world: World, stock: Stock) -> np.ndarray:
    return world.registration.migrants + _FEW


STOCKS = {
    PUBLIC_DWELLINGS: Stock(add_public_dwellings),
    SUBSIDIES: Stock(add_subsidies),
    DWELLINGS: Stock(add_dwellings),
    GUARANTEED_DWELLINGS: Stock(add_guaranteed_dwellings),
    LOANS: Stock(add_loans),
}
SPREADS: dict[Spread, Weights] = {
    "households in the queue": _households_in_the_queue,
    "migrants": _migrants,
}
