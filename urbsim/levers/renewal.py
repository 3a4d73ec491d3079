"""B3, C7: shantytowns are rebuilt, old communities renewed. Dwellings are lost first and come back later (H7, H8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.processes.housing.renewal import renew_homes
from urbsim.scenario.lever import Spread

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_FEW = 1e-3  # guard, of a household: keeps a weight where no old community is left


def condemn(world: World, units: np.ndarray) -> None:
    """Dwellings are to be pulled down when sites are next cleared (ODD equation G4)."""
    world.renewal.condemned = world.renewal.condemned + units


def renew(world: World, units: np.ndarray) -> None:
    """Works in old communities are finished (ODD equation G4)."""
    renew_homes(world.renewal, world.housing, world.parameters, units)


def _old_communities(world: World, stock: Stock) -> np.ndarray:
    return world.renewal.left() + _FEW


STOCKS = {"condemned dwellings": Stock(condemn), "renewed homes": Stock(renew)}
SPREADS: dict[Spread, Weights] = {"old communities": _old_communities}
