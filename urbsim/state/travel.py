"""Hours between places by month: by road always, by fast train from the opening of each leg on (ODD equation M3)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from urbsim.calendar import month_number
from urbsim.facts.register import observations
from urbsim.state.codes import N_COUNTIES, N_DESTINATIONS

_EARTH_KM = 6371.0088
_DELTA, _REST = N_COUNTIES, N_COUNTIES + 1


def radians(frame: pd.DataFrame, latitude: str, longitude: str) -> np.ndarray:
    """Latitude and longitude of every row, (n, 2), in radians."""
    return np.radians(frame[[latitude, longitude]].to_numpy(dtype=float))


def great_circle_km(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Great-circle distances between all pairs, (n, m) km; inputs (n, 2), (m, 2) latitude and longitude in radians."""
    dlat = one[:, None, 0] - other[None, :, 0]
    dlon = one[:, None, 1] - other[None, :, 1]
    a = np.sin(dlat / 2) ** 2 + np.cos(one[:, None, 0]) * np.cos(other[None, :, 0]) * np.sin(dlon / 2) ** 2
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(a))


def _delta_cities() -> pd.DataFrame:
    return observations("destinations_out_of_province")


@lru_cache(maxsize=1)
def road_km_per_hour() -> float:
    """Great-circle kilometres an hour by road: all prefecture pairs with a road time (about 2020) together."""
    pairs = observations("prefecture_pairs").dropna(subset=["road_time_h_2020"])
    km, hours = (pairs[name].to_numpy(dtype=float) for name in ("great_circle_km", "road_time_h_2020"))
    return float(km.sum() / hours.sum())


@lru_cache(maxsize=1)
def _stations() -> tuple[dict[str, int], np.ndarray]:
    """Number of each place with trains, and their coordinates: prefecture seats, then cities of the Delta."""
    seats, cities = observations("prefectures_geography"), _delta_cities()
    names = [*seats["name_en"], *cities["name_en"]]
    at = np.concatenate([radians(seats, "seat_lat", "seat_lon"), radians(cities, "lat", "lon")])
    return {str(name): k for k, name in enumerate(names)}, at


@lru_cache(maxsize=1)
def rail_legs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fast-train legs: stations (n, 2), month of opening (n,), hours (n,).

    A leg without a published time runs at the mean great-circle speed of those with one.
    """
    table = observations("rail_legs")
    number, at = _stations()
    ends = np.array(
        [[number[a], number[b]] for a, b in zip(table["from_place"], table["to_place"], strict=True)]
    )
    opened = np.array([month_number(str(month)) for month in table["opening_date"]])
    hours = table["minutes"].to_numpy(dtype=float) / 60
    km = great_circle_km(at, at)[ends[:, 0], ends[:, 1]]
    timed = ~np.isnan(hours)
    return ends, opened, np.where(timed, hours, km * hours[timed].sum() / km[timed].sum())


def openings() -> tuple[int, ...]:
    """Months in which hours change, rising."""
    return tuple(sorted(set(rail_legs()[1].tolist())))


def rail_hours(month: int) -> np.ndarray:
    """Hours by fast train between stations, (n, n), by the legs open in a month; infinite where no train goes."""
    ends, opened, leg = rail_legs()
    n = len(_stations()[0])
    hours = np.full((n, n), np.inf)
    np.fill_diagonal(hours, 0.0)
    for (a, b), of_leg in zip(ends[opened <= month], leg[opened <= month], strict=True):
        hours[a, b] = hours[b, a] = min(hours[a, b], of_leg)
    for k in range(n):
        hours = np.minimum(hours, hours[:, k, None] + hours[None, k, :])
    return hours


def hours_between(
    seats: np.ndarray, prefecture: np.ndarray, month: int, hours_rest: float, access: float, station: float
) -> np.ndarray:
    """Travel hours (113, 113) in a month: the shorter of road and train, plus access (ODD equation M3).

    seats: (111, 2) of the counties in radians; prefecture: (111,) number of each county's; hours_rest: to the rest of
    China; access: at both ends of any journey; station: more, where a train is taken. By road the great-circle distance
    at the mean speed of the road table; by train by road to the seat of the own prefecture, then from station to
    station, then by road. The Pearl River Delta is as far as the nearest of its listed cities.
    """
    _, stations = _stations()
    speed, n = road_km_per_hour(), stations.shape[0] - len(_delta_cities())
    road = great_circle_km(seats, seats) / speed
    to_delta = great_circle_km(seats, stations[n:]).min(axis=1) / speed
    to_station = great_circle_km(seats, stations[:n])[np.arange(N_COUNTIES), prefecture] / speed
    rail = rail_hours(month)
    between = rail[prefecture[:, None], prefecture[None, :]]
    between[prefecture[:, None] == prefecture[None, :]] = np.inf
    train = to_station[:, None] + between + to_station[None, :] + station
    train_delta = to_station + rail[prefecture][:, n:].min(axis=1) + station
    hours = np.zeros((N_DESTINATIONS, N_DESTINATIONS))
    hours[:N_COUNTIES, :N_COUNTIES] = np.minimum(road, train)
    hours[:N_COUNTIES, _DELTA] = hours[_DELTA, :N_COUNTIES] = np.minimum(to_delta, train_delta)
    hours[_REST, :] = hours[:, _REST] = hours_rest
    return hours + access
