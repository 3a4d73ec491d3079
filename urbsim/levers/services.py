"""A6-A8, B1, C5, C6, D3-D5: units of services that join what the residents of a place share (ODD equations G5, V3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.randomness import draw64_array
from urbsim.levers.stock import Stock, Weights
from urbsim.processes.services.equations import INDEX, INFRASTRUCTURE, SERVICES
from urbsim.processes.services.steps import residents_by_setting
from urbsim.scenario.lever import Spread
from urbsim.state.codes import IN_TOWN, IN_VILLAGE
from urbsim.state.geography import members, town_communities

if TYPE_CHECKING:
    from urbsim.simulation.world import World

TOWN_PACKAGES, PILOT_PACKAGES = "packages of services: towns", "packages of services: pilot zone"
BORDER_SUBSIDIES = "border subsidies"
_IN_A_TOWN = {
    "primary-care beds: towns": "package_care_beds",
    "nursing beds: towns": "package_nursing_beds",
    "childcare places: towns": "package_childcare_places",
    "community facilities: towns": "package_facilities",
}
_IN_VILLAGES = {
    "villages with full infrastructure": "pilot_package_villages",
    "community facilities: villages": "pilot_package_facilities",
    "teachers: villages": "pilot_package_teachers",
}
"""What a package holds: stock -> parameter of its units."""
_FEW = 1e-6  # guard, of a person: keeps a weight where nobody lives


def add_units(service: int, world: World, units: np.ndarray) -> None:
    """Units of a service open (ODD equation V1). Of infrastructure no more than there are villages."""
    added = world.services.added[service]
    added += units
    if service == INFRASTRUCTURE:
        np.minimum(added, _unserved(world), out=added)


def add_packages(bundle: dict[str, str], world: World, units: np.ndarray) -> None:
    """Packages open: so many units of every service that they hold (ODD equation V3)."""
    for name, holds in bundle.items():
        add_units(INDEX[name], world, world.parameters[holds] * units)


def add_subsidies(world: World, units: np.ndarray) -> None:
    """More villagers may draw the border subsidy (ODD equation V4)."""
    world.services.subsidised += units


def end_subsidies(world: World, units: np.ndarray) -> None:
    """The subsidy ends with its dose (ODD equation V4)."""
    world.services.subsidised -= units


def _unserved(world: World) -> np.ndarray:
    """(111,) villages without full infrastructure on census night."""
    return (1 - world.parameters["villages_served_base"]) * world.services.villages


def villages_left(world: World) -> np.ndarray:
    """(111,) int64 villages that can still be given full infrastructure."""
    left = _unserved(world) - world.services.added[INFRASTRUCTURE]
    return np.floor(np.maximum(left, 0.0)).astype(np.int64)


def _residents(setting: int, world: World, stock: Stock) -> np.ndarray:
    return residents_by_setting(world)[:, setting] + _FEW


def _villages(world: World, stock: Stock) -> np.ndarray:
    return _unserved(world) + _FEW


def demonstration_counties(world: World) -> np.ndarray:
    """(111,) bool county towns of the plan (ODD equation V3): those it names, and the regional ones, drawn by the seed.

    No source names the regional ones, so they are drawn from the counties and county-level cities that are left. They
    are the same in every scenario.
    """
    named = members("growth_county_town") | members("national_demo_county_town")
    others = np.flatnonzero((world.places.is_city == 0) & ~named)
    luck = draw64_array(others.astype(np.uint64), world.lasting_key("demonstration county towns"))
    many = int(world.parameters["regional_demonstration_counties"])
    named[others[np.argsort(luck, kind="stable")[:many]]] = True
    return named


def pilot_counties(world: World) -> np.ndarray:
    """(111,) bool counties of the pilot zone (ODD equation V3): those of one prefecture, drawn by the seed."""
    prefecture = world.places.prefecture_index
    outside_cities = world.places.is_city == 0
    possible = np.unique(prefecture[outside_cities])
    luck = draw64_array(possible.astype(np.uint64), world.lasting_key("pilot zone"))
    return outside_cities & (prefecture == possible[np.argmin(luck)])


def _demonstration(world: World, stock: Stock) -> np.ndarray:
    return _residents(IN_TOWN, world, stock) * demonstration_counties(world)


def _small_towns(world: World, stock: Stock) -> np.ndarray:
    return town_communities().astype(float)


def _border_towns(world: World, stock: Stock) -> np.ndarray:
    return _residents(IN_TOWN, world, stock) * members("border_key_town")


def _border_villages(world: World, stock: Stock) -> np.ndarray:
    return _residents(IN_VILLAGE, world, stock) * members("border_key_town")


def _pilot_zone(world: World, stock: Stock) -> np.ndarray:
    return residents_by_setting(world).sum(axis=1) * pilot_counties(world)


STOCKS = {
    service.name: Stock(
        partial(add_units, k), whole=True, room=villages_left if k == INFRASTRUCTURE else None
    )
    for k, service in enumerate(SERVICES)
} | {
    TOWN_PACKAGES: Stock(partial(add_packages, _IN_A_TOWN), whole=True),
    PILOT_PACKAGES: Stock(partial(add_packages, _IN_A_TOWN | _IN_VILLAGES), whole=True),
    BORDER_SUBSIDIES: Stock(add_subsidies, end_subsidies, whole=True),
}
SPREADS: dict[Spread, Weights] = {
    "residents of towns": partial(_residents, IN_TOWN),
    "residents of villages": partial(_residents, IN_VILLAGE),
    "villages without infrastructure": _villages,
    "county towns of the plan": _demonstration,
    "small towns": _small_towns,
    "border towns": _border_towns,
    "border villages": _border_villages,
    "pilot zone": _pilot_zone,
}
