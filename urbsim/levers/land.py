"""B5, D1: land for housing, and land of villages that comes to market. Builders use it until it is used up (H9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.scenario.lever import Spread

if TYPE_CHECKING:
    from urbsim.simulation.world import World

HOUSING_LAND, COLLECTIVE_LAND = "housing land", "collective land on the market"


def release_land(world: World, units: np.ndarray) -> None:
    """Land for so many dwellings is released to builders (ODD equation G4)."""
    world.housing.release_land(units)


def bring_to_market(world: World, units: np.ndarray) -> None:
    """Villages sell or let building land; rental homes are built on a share of it (ODD equation F8)."""
    homes = units * homes_on_a_hectare(world.parameters)
    world.housing.release_land(homes / world.weight)


def homes_on_a_hectare(parameters: Mapping[str, float]) -> float:
    """Dwellings for which a hectare of collective land gives ground, at full scale (ODD equation F8)."""
    return parameters["collective_land_for_homes"] * parameters["homes_per_collective_hectare"]


def left_for_others(parameters: Mapping[str, float]) -> float:
    """Share of collective land on which no homes are built: it joins a land quota (ODD equations F6, F8)."""
    return 1.0 - parameters["collective_land_for_homes"]


def _dwellings(world: World, stock: Stock) -> np.ndarray:
    """Those that stand: new land is granted by what is built already."""
    return world.housing.dwellings.astype(float)


STOCKS = {HOUSING_LAND: Stock(release_land), COLLECTIVE_LAND: Stock(bring_to_market, whole=True)}
SPREADS: dict[Spread, Weights] = {"dwellings": _dwellings}
