"""A6-A8, B1, B3, C5, C6, D3-D5: units of services that the residents of a place share (ODD equations G5, V3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from urbsim.compute.randomness import draw64_array
from urbsim.facts.parameters import Parameters
from urbsim.levers.delivery import Delivery
from urbsim.levers.stock import Stock, Weights
from urbsim.processes.services.equations import (
    INDEX,
    INFRASTRUCTURE,
    Services,
    base_stock,
    shared_by,
)
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
_PACKAGES = {TOWN_PACKAGES: _IN_A_TOWN, PILOT_PACKAGES: _IN_A_TOWN | _IN_VILLAGES}
"""What a package holds: service -> parameter of its units."""
_FEW = 1e-6  # guard, of a person: keeps a weight where nobody lives


def put(services: Services, parameters: Parameters, stock: str, units: np.ndarray) -> None:
    """Units of a stock open: of one service, or of all that a package holds (ODD equations V1, V3).

    units: (111,). Of infrastructure no more than there are villages.
    """
    if stock in _PACKAGES:
        holds = {INDEX[name]: parameters[number] for name, number in _PACKAGES[stock].items()}
    else:
        holds = {INDEX[stock]: 1.0}
    for service, number in holds.items():
        added = services.added[service]
        added += number * units
        if service == INFRASTRUCTURE:
            np.minimum(added, unserved(services, parameters), out=added)


def add_services(stock: str, world: World, units: np.ndarray) -> None:
    """Units of a service or packages open (ODD equations V1, V3)."""
    put(world.services, world.parameters, stock, units)


def add_subsidies(world: World, units: np.ndarray) -> None:
    """More villagers may draw the border subsidy (ODD equation V4)."""
    world.services.subsidised += units


def end_subsidies(world: World, units: np.ndarray) -> None:
    """The subsidy ends with its dose (ODD equation V4)."""
    world.services.subsidised -= units


def unserved(services: Services, parameters: Parameters) -> np.ndarray:
    """(111,) villages without full infrastructure on census night."""
    return (1 - parameters["villages_served_base"]) * services.villages


def villages_left(world: World) -> np.ndarray:
    """(111,) int64 villages that can still be given full infrastructure."""
    left = unserved(world.services, world.parameters) - world.services.added[INFRASTRUCTURE]
    return np.floor(np.maximum(left, 0.0)).astype(np.int64)


def _residents(setting: int, world: World, stock: Stock) -> np.ndarray:
    return residents_by_setting(world)[:, setting] + _FEW


def _villages(world: World, stock: Stock) -> np.ndarray:
    return unserved(world.services, world.parameters) + _FEW


def demonstration_counties(world: World) -> np.ndarray:
    """(111,) bool county towns of the plan (ODD equation V3): those it names, and the regional ones, drawn by the seed.

    No source names the regional ones, so they are drawn from the counties and county-level cities that are left. They
    are the same in every scenario.
    """
    return _drawn_towns(
        world.lasting_key("demonstration county towns"),
        (world.places.is_city == 0).tobytes(),
        int(world.parameters["regional_demonstration_counties"]),
    )


@lru_cache(maxsize=16)  # those of a few seeds; every month asks
def _drawn_towns(key: np.uint64, outside_cities: bytes, many: int) -> np.ndarray:
    named = members("growth_county_town") | members("national_demo_county_town")
    others = np.flatnonzero(np.frombuffer(outside_cities, bool) & ~named)
    luck = draw64_array(others.astype(np.uint64), key)
    named[others[np.argsort(luck, kind="stable")[:many]]] = True
    named.flags.writeable = False
    return named


def pilot_counties(world: World) -> np.ndarray:
    """(111,) bool counties of the pilot zone (ODD equation V3): those of one prefecture, drawn by the seed."""
    return _drawn_zone(
        world.lasting_key("pilot zone"),
        (world.places.is_city == 0).tobytes(),
        world.places.prefecture_index.astype(np.int64).tobytes(),
    )


@lru_cache(maxsize=16)
def _drawn_zone(key: np.uint64, outside_cities: bytes, prefectures: bytes) -> np.ndarray:
    prefecture, outside = np.frombuffer(prefectures, np.int64), np.frombuffer(outside_cities, bool)
    possible = np.unique(prefecture[outside])
    luck = draw64_array(possible.astype(np.uint64), key)
    drawn = outside & (prefecture == possible[np.argmin(luck)])
    drawn.flags.writeable = False
    return drawn


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
    name: Stock(
        partial(add_services, name),
        whole=True,
        room=villages_left if INDEX.get(name) == INFRASTRUCTURE else None,
    )
    for name in (*INDEX, *_PACKAGES)
} | {BORDER_SUBSIDIES: Stock(add_subsidies, end_subsidies, whole=True)}
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


class Levels(NamedTuple):
    """What there is of services.

    names: of the services; by_month: (services, 111) units, and who shares them: thousands of residents of the towns or
    the villages, of infrastructure the villages themselves.
    """

    names: tuple[str, ...]
    by_month: dict[int, tuple[np.ndarray, np.ndarray]]


def levels(
    deliveries: Iterable[Delivery],
    parameters: Parameters,
    services: Services,
    residents: Mapping[int, np.ndarray],
) -> Levels:
    """What there was of each service at the ends of some months (ODD equation V1).

    deliveries: of the run, in the order in which they came; services: before anything came, which it is not after;
    residents: by month, in order, (111, 2 settings) persons at full scale.
    """
    coming = [one for one in deliveries if one.stock in INDEX or one.stock in _PACKAGES]
    found, k = {}, 0
    for month, there in residents.items():
        while k < len(coming) and coming[k].month <= month:
            put(services, parameters, coming[k].stock, coming[k].units)
            k += 1
        found[month] = base_stock(parameters, services, there) + services.added, shared_by(services, there)
    return Levels(tuple(INDEX), found)
