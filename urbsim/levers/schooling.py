"""C3, D4: places at school in the towns, and teachers. They reach children through the queue alone (G3, V5)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.scenario.lever import Spread
from urbsim.state.codes import PUBLIC_PLACE, SCHOOL_PLACE_KINDS
from urbsim.state.stages import STAGES

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_FEW = 1e-6  # guard, of a child: keeps a weight where nobody lacks a place


def school_places(stage: str, kind: str) -> str:
    """Name of the stock of places of a stage and kind."""
    return f"school places: {stage}, {kind}"


def add_places(stage: int, kind: int, world: World, units: np.ndarray) -> None:
    """Public places open, or places are bought in private schools (ODD equation G3)."""
    world.schooling.add_places(units, stage, kind)


def teachers(stage: str) -> str:
    """Name of the stock of posts of teachers in the towns, by stage."""
    return f"teachers in towns: {stage}"


def add_teachers(stage: int, world: World, units: np.ndarray) -> None:
    """Posts of teachers are filled: so many pupils more find a public place with each (ODD equation V5)."""
    seats = np.rint(world.parameters["pupils_per_new_teacher"] * units).astype(np.int64)
    world.schooling.add_places(seats, stage, PUBLIC_PLACE - 1)


def _children_without(world: World, stock: Stock) -> np.ndarray:
    assert stock.stage is not None
    return world.schooling.lacking(stock.stage) + _FEW


def _children_without_and_in_need(world: World, stock: Stock) -> np.ndarray:
    """So many in need weigh as much as one who lacks a place (parameter `need_as_one_lacking`)."""
    assert stock.stage is not None
    in_need = world.schooling.need[:, stock.stage]
    need = in_need[:, 0] + in_need[:, 1]
    return world.schooling.lacking(stock.stage) + need / world.parameters["need_as_one_lacking"] + _FEW


# A dose for several stages is shared by their years: of compulsory school six are primary, three junior secondary.
STOCKS = {
    school_places(stage.name, name): Stock(
        partial(add_places, k, kind), size=stage.end - stage.first, stage=k
    )
    for k, stage in enumerate(STAGES)
    for kind, name in enumerate(SCHOOL_PLACE_KINDS)
} | {
    teachers(stage.name): Stock(partial(add_teachers, k), size=stage.end - stage.first, stage=k)
    for k, stage in enumerate(STAGES)
    if stage.compulsory
}
SPREADS: dict[Spread, Weights] = {
    "children without a place": _children_without,
    "children without a place, and in need": _children_without_and_in_need,
}
