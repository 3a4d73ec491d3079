"""B5: land for housing. Builders use it where rents have risen, and until it is used up (H9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.scenario.lever import Spread

if TYPE_CHECKING:
    from urbsim.simulation.world import World

HOUSING_LAND = "housing land"


def release_land(world: World, units: np.ndarray) -> None:
    """Land for so many dwellings is released to builders (ODD equation G4)."""
    world.housing.release_land(units)


def _dwellings(world: World, stock: Stock) -> np.ndarray:
    """Those that stand: new land is granted by what is built already."""
    return world.housing.dwellings.astype(float)


STOCKS = {HOUSING_LAND: Stock(release_land)}
SPREADS: dict[Spread, Weights] = {"dwellings": _dwellings}
