"""C4, A5, B2: posts of projects and subsidised training. They reach people through vacancies and matching alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.scenario.lever import Spread
from urbsim.state.codes import SECTORS

if TYPE_CHECKING:
    from urbsim.simulation.world import World

COURSES = "training courses of the month"


def posts(sector: str) -> str:
    """Name of the stock of posts of projects in a sector."""
    return f"posts: {sector}"


def add_posts(sector: int, world: World, units: np.ndarray) -> None:
    """Posts open and join the posts of the towns (ODD equation G2)."""
    world.employment.project_posts[:, sector] += units


def close_posts(sector: int, world: World, units: np.ndarray) -> None:
    """Posts close, as those of a building site that is finished (ODD equation G2)."""
    world.employment.project_posts[:, sector] -= units


def person_times(world: World, units: np.ndarray) -> None:
    """Person-times of training on offer this month; what is not taken up lapses (ODD equation G2)."""
    world.employment.training_offered += units


def _town_dwellers(world: World, stock: Stock) -> np.ndarray:
    """Of census night."""
    return world.places.urban_residents.astype(float)


def _seekers(world: World, stock: Stock) -> np.ndarray:
    return world.employment.seekers + 1.0  # guard: a weight where nobody looks for work


STOCKS = {
    posts(name): Stock(partial(add_posts, sector), partial(close_posts, sector))
    for sector, name in enumerate(SECTORS)
} | {COURSES: Stock(person_times)}
SPREADS: dict[Spread, Weights] = {"town dwellers": _town_dwellers, "seekers": _seekers}
