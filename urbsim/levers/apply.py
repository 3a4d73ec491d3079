"""Step 1 of a month: levers change places, capacities and rules. Committed and additional parts alike."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from urbsim.calendar import month_number
from urbsim.compute.profiling import step_of_month
from urbsim.levers import (
    employment,
    housing,
    land,
    relocation,
    renewal,
    schooling,
    services,
    settlement,
    towns,
)
from urbsim.levers.areas import where_it_may_go
from urbsim.levers.delivery import Delivery, Part
from urbsim.levers.dose import (
    bound_shared_out,
    numbers_released,
    shared_out,
    whole_number_due,
    whole_shared_out,
)
from urbsim.levers.fulfilment import CutDose
from urbsim.levers.settlement import set_permit_terms
from urbsim.levers.stock import Stock
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.lever import Lever
from urbsim.scenario.schema import Dose, Levers

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_GROUPS = (schooling, employment, housing, services, settlement, towns, relocation, land, renewal)
STOCKS: dict[str, Stock] = {name: stock for group in _GROUPS for name, stock in group.STOCKS.items()}
SPREADS = {name: weights for group in _GROUPS for name, weights in group.SPREADS.items()}


class _Given(NamedTuple):
    """A dose of some units.

    first, last: months since 1900-01 in which they may arrive; shares: of the stocks that they join.
    """

    lever: Lever
    dose: Dose
    first: int
    last: int
    shares: tuple[_Share, ...]


class _Share(NamedTuple):
    """What a stock has of a dose. numbers: from the first month to the last, sampled units that arrive in each, or
    units at full scale that are due by its end where the stock is whole.
    """

    name: str
    stock: Stock
    numbers: tuple[int, ...]


class _Same:
    """Levers of a scenario, equal to themselves alone: to compare what they say would take longer than it saves."""

    def __init__(self, levers: Levers) -> None:
        self.levers = levers

    def __hash__(self) -> int:
        return id(self.levers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.levers is other.levers


def _numbers(dose: Dose, first: int, last: int, stock: Stock, share: float, weight: float) -> tuple[int, ...]:
    """`_Share.numbers` of a share of a dose (ODD equations G1, G5)."""
    months = range(first, last + 1)
    if stock.whole:
        return tuple(whole_number_due(dose, month, share) for month in months)
    return numbers_released(dose, months, weight, share)


@lru_cache(maxsize=64)
def _given(same: _Same, weight: float) -> tuple[_Given, ...]:
    """The doses that these levers say anything of, in the order of the catalogue; weight: as of `World`."""
    found = []
    for lever in DOSES:
        dose: Dose | None = setting(same.levers, lever.key)
        if dose is None or dose.total == 0:
            continue
        first, last = month_number(dose.from_), month_number(dose.to)
        whole = sum(STOCKS[name].size for name in lever.stocks)
        shares = [
            _Share(
                name,
                STOCKS[name],
                _numbers(dose, first, last, STOCKS[name], STOCKS[name].size / whole, weight),
            )
            for name in lever.stocks
        ]
        found.append(_Given(lever, dose, first, last, tuple(shares)))
    return tuple(found)


@step_of_month
def apply_levers(world: World) -> None:
    """Everything that government delivers and rules this month."""
    deliver(world, "committed", world.committed)
    deliver(world, "additional", world.levers)
    set_permit_terms(world)


def deliver(world: World, part: Part, levers: Levers) -> None:
    """Units that are due join their stocks; of levers that end with their dose, all leave the month after (G1-G4)."""
    month = world.month
    for given in _given(_Same(levers), world.weight):
        lever = given.lever
        if given.first <= month <= given.last:
            for name, stock, numbers in given.shares:
                # In most months of a sample none: by what units would go need not be worked out.
                if (number := numbers[month - given.first]) <= 0:
                    continue
                if (units := _due(world, given, part, name, stock, number)) is not None:
                    stock.add(world, units)
                    _take_down(world, Delivery(lever.key, part, name, month, units, stock.whole), stock)
        elif lever.ends and month == given.last + 1:
            _end(world, lever, part)


def _due(world: World, given: _Given, part: Part, name: str, stock: Stock, number: int) -> np.ndarray | None:
    """(111,) units of the lever that are due to a stock this month, None where there are none; number: of `_Share`."""
    lever, dose = given.lever, given.dose
    bound = dose.of_counties if isinstance(dose, CutDose) else None
    if stock.whole:
        number -= world.deliveries.number(lever.key, part, name)
        if number <= 0:
            return None
    if bound is None:
        assert lever.spread is not None
        weights = SPREADS[lever.spread](world, stock)
        spread = where_it_may_go(weights, lever, dose, world.places.code)
        if not stock.whole:
            return shared_out(dose, world.places, spread, number)
    room = None if stock.room is None else stock.room(world)
    before = brought(world, lever.key, part, name)
    units = (
        whole_shared_out(dose, world.places, spread, number, before, room)
        if bound is None
        else bound_shared_out(bound.until(world.month), number, before, room)
    )
    return units if units.any() else None


def _take_down(world: World, delivery: Delivery, stock: Stock) -> None:
    world.deliveries.take_down(delivery)
    if delivery.part == "additional":
        world.attribution.deliver(delivery.lever, delivery.units, stock.stage)


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
