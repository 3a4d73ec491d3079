"""A1-A5, A8, B2, C4, D2: posts of projects, and training. They reach people through vacancies and matching alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.stock import Stock, Weights
from urbsim.scenario.lever import Spread
from urbsim.state.codes import N_COUNTIES, N_INSIDE, SECTORS

if TYPE_CHECKING:
    from urbsim.simulation.world import World

COURSES = "training courses of the month"
NEWS, INSURED = "villagers told of vacancies", "insured migrant workers"


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


def tell_of_vacancies(world: World, units: np.ndarray) -> None:
    """More villagers have a service that tells of vacancies (ODD equation P13)."""
    world.employment.news += units


def insure(world: World, units: np.ndarray) -> None:
    """More migrant workers are insured against losing work (ODD equation P13)."""
    world.employment.insured += units


def _people_in_villages(world: World, stock: Stock) -> np.ndarray:
    return world.registration.in_villages + 1e-3  # guard: a weight where nobody lives


def _town_dwellers(world: World, stock: Stock) -> np.ndarray:
    """Of census night."""
    return world.places.urban_residents.astype(float)


def _dwellers_of_county_towns(world: World, stock: Stock) -> np.ndarray:
    """Of census night; the districts of cities have none."""
    return np.where(world.places.city_in(world.month) == 1, 0.0, _town_dwellers(world, stock))


def _people_away_from_home(world: World, stock: Stock) -> np.ndarray:
    """The registered who live in another county, or outside."""
    persons = world.ledger.stocks.persons[:N_INSIDE]
    registered = persons.sum(axis=1).reshape(N_COUNTIES, 2).sum(axis=1)
    by_county = persons[:, :N_INSIDE].reshape(N_COUNTIES, 2, N_COUNTIES, 2)
    at_home = by_county.diagonal(axis1=0, axis2=2).sum(axis=(0, 1))
    return registered - at_home + 1.0  # guard: a weight where nobody is away


def _seekers(world: World, stock: Stock) -> np.ndarray:
    return world.employment.seekers + 1.0  # guard: a weight where nobody looks for work


STOCKS = {
    posts(name): Stock(partial(add_posts, sector), partial(close_posts, sector))
    for sector, name in enumerate(SECTORS)
} | {COURSES: Stock(person_times), NEWS: Stock(tell_of_vacancies), INSURED: Stock(insure)}
SPREADS: dict[Spread, Weights] = {
    "town dwellers": _town_dwellers,
    "dwellers of county towns": _dwellers_of_county_towns,
    "people away from home": _people_away_from_home,
    "people in villages": _people_in_villages,
    "seekers": _seekers,
}
