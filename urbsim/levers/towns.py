"""A6, A7, D3: village communities that are connected to a town, so that their code may turn urban (ODD equation K3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.processes.reclassification.steps import chances_of_counties, connectable
from urbsim.scenario.lever import Spread

if TYPE_CHECKING:
    from urbsim.simulation.world import World

CONNECTED = "connected villages"


def connect(world: World, units: np.ndarray) -> None:
    """Communities are joined to the built-up area by road, pipes and gas (ODD equation K3)."""
    world.reclassification.connected += units


def _near_growing_towns(world: World, stock: Stock) -> np.ndarray:
    return connectable(world) * chances_of_counties(world)


STOCKS = {CONNECTED: Stock(connect, whole=True, room=connectable)}
SPREADS: dict[Spread, Weights] = {"villages near growing towns": _near_growing_towns}
