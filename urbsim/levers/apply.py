"""Step 1 of a month: levers change places, capacities and rules. Committed and additional parts alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.profiling import step_of_month
from urbsim.levers import employment, housing, schooling
from urbsim.levers.areas import inside
from urbsim.levers.delivery import Delivery, Part
from urbsim.levers.dose import in_force, units_released
from urbsim.levers.settlement import set_permit_terms
from urbsim.levers.stock import Stock
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.lever import Lever
from urbsim.scenario.schema import Dose, Levers

if TYPE_CHECKING:
    from urbsim.simulation.world import World

STOCKS: dict[str, Stock] = schooling.STOCKS | employment.STOCKS | housing.STOCKS
SPREADS = schooling.SPREADS | employment.SPREADS | housing.SPREADS


@step_of_month
def apply_levers(world: World) -> None:
    """Everything that government delivers and rules this month."""
    deliver(world, "committed", world.committed)
    deliver(world, "additional", world.levers)
    set_permit_terms(world)


def deliver(world: World, part: Part, levers: Levers) -> None:
    """Units that are due join their stocks; of levers that end with their dose, all leave the month after (G1-G4)."""
    for lever in DOSES:
        dose = setting(levers, lever.key)
        if in_force(dose, world.month):
            for stock, units in _due(world, lever, dose):
                STOCKS[stock].add(world, units)
                _take_down(world, Delivery(lever.key, part, stock, world.month, units))
        elif lever.ends and in_force(dose, world.month - 1):
            _end(world, lever, part)


def _due(world: World, lever: Lever, dose: Dose) -> Iterator[tuple[str, np.ndarray]]:
    """Stocks of the lever and the units, (111,), that are due to each this month, where there are any."""
    assert lever.spread is not None
    weights = SPREADS[lever.spread]
    whole = sum(STOCKS[name].size for name in lever.stocks)
    for name in lever.stocks:
        stock = STOCKS[name]
        spread = weights(world, stock)
        if not dose.places:
            spread = spread * inside(lever.area, world.places.code)
        units = units_released(dose, world.places, spread, world.month, world.weight, stock.size / whole)
        if units.any():
            yield name, units


def _take_down(world: World, delivery: Delivery) -> None:
    world.deliveries.append(delivery)
    if delivery.part == "additional":
        world.attribution.deliver(delivery.lever, delivery.units, STOCKS[delivery.stock].stage)


def _end(world: World, lever: Lever, part: Part) -> None:
    """Takes back what this part of the lever has brought."""
    for name in lever.stocks:
        brought = [
            past.units
            for past in world.deliveries
            if (past.lever, past.part, past.stock) == (lever.key, part, name)
        ]
        if not brought:
            continue
        stock, units = STOCKS[name], np.sum(brought, axis=0)
        assert stock.take_back is not None, f"units of {name} cannot leave"
        stock.take_back(world, units)
        if part == "additional":
            world.attribution.deliver(lever.key, -units, stock.stage)
