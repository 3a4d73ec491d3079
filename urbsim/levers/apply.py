"""Step 1 of a month: levers change places, capacities and rules. Committed and additional parts alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.profiling import step_of_month
from urbsim.levers import employment, housing, land, renewal, schooling, services, settlement, towns
from urbsim.levers.areas import inside
from urbsim.levers.delivery import Delivery, Part
from urbsim.levers.dose import (
    in_force,
    number_released,
    units_released,
    whole_number_released,
    whole_units_released,
)
from urbsim.levers.settlement import set_permit_terms
from urbsim.levers.stock import Stock
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.lever import Lever
from urbsim.scenario.schema import Dose, Levers

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_GROUPS = (schooling, employment, housing, services, settlement, towns, land, renewal)
STOCKS: dict[str, Stock] = {name: stock for group in _GROUPS for name, stock in group.STOCKS.items()}
SPREADS = {name: weights for group in _GROUPS for name, weights in group.SPREADS.items()}


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
            for stock, units in _due(world, lever, dose, part):
                STOCKS[stock].add(world, units)
                whole = STOCKS[stock].whole
                _take_down(world, Delivery(lever.key, part, stock, world.month, units, whole))
        elif lever.ends and in_force(dose, world.month - 1):
            _end(world, lever, part)


def _due(world: World, lever: Lever, dose: Dose, part: Part) -> Iterator[tuple[str, np.ndarray]]:
    """Stocks of the lever and the units, (111,), that are due to each this month, where there are any."""
    assert lever.spread is not None
    weights = SPREADS[lever.spread]
    whole = sum(STOCKS[name].size for name in lever.stocks)
    for name in lever.stocks:
        stock, share = STOCKS[name], STOCKS[name].size / whole
        before = brought(world, lever.key, part, name)
        number = (
            whole_number_released(dose, world.month, before, share)
            if stock.whole
            else number_released(dose, world.month, world.weight, share)
        )
        if number <= 0:  # most months of a sample: by what units would go need not be worked out
            continue
        spread = weights(world, stock)
        if not dose.places:
            spread = spread * inside(lever.area, world.places.code)
        if stock.whole:
            room = None if stock.room is None else stock.room(world)
            units = whole_units_released(dose, world.places, spread, world.month, before, room, share)
        else:
            units = units_released(dose, world.places, spread, world.month, world.weight, share)
        if units.any():
            yield name, units


def _take_down(world: World, delivery: Delivery) -> None:
    world.deliveries.take_down(delivery)
    if delivery.part == "additional":
        world.attribution.deliver(delivery.lever, delivery.units, STOCKS[delivery.stock].stage)


def brought(world: World, lever: str, part: Part, stock: str) -> np.ndarray:
    """(111,) int64 units that a part of the lever has brought to a stock so far."""
    units = world.deliveries.brought(lever, part, stock)
    return np.zeros(len(world.places.code), np.int64) if units is None else units


def _end(world: World, lever: Lever, part: Part) -> None:
    """Takes back what this part of the lever has brought."""
    for name in lever.stocks:
        units = brought(world, lever.key, part, name)
        if not units.any():
            continue
        stock = STOCKS[name]
        assert stock.take_back is not None, f"units of {name} cannot leave"
        stock.take_back(world, units)
        if part == "additional":
            world.attribution.deliver(lever.key, -units, stock.stage)
