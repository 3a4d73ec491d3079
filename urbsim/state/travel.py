"""Hours between places by month: by road, and by fast train from the opening of each leg on (ODD equations M3, J1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

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


@lru_cache(maxsize=1)
def _delta_cities() -> pd.DataFrame:
    return observations("destinations_out_of_province")


@lru_cache(maxsize=1)
def road_km_per_hour() -> float:
    """Great-circle kilometres an hour by road: all prefecture pairs with a road time (about 2020) together."""
    pairs = observations("prefecture_pairs").dropna(subset=["road_time_h_2020"])
    km, hours = (pairs[name].to_numpy(dtype=float) for name in ("great_circle_km", "road_time_h_2020"))
    return float(km.sum() / hours.sum())


class Stations(NamedTuple):
    """Places with trains: prefecture seats, cities of the Delta, then seats of counties with a station of their own.

    number: of each by its name; at: (n, 2) radians; counties: (k,) number of the county of each of the last, in the
    order of their codes.
    """

    number: dict[str, int]
    at: np.ndarray
    counties: np.ndarray

    @property
    def seats(self) -> int:
        """How many prefecture seats there are: they stand first."""
        return len(self.number) - self.counties.size - len(_delta_cities())


@lru_cache(maxsize=1)
def stations() -> Stations:
    """The places with trains, of all legs that are or may come."""
    seats, cities, legs = observations("prefectures_geography"), _delta_cities(), observations("rail_legs")
    names = [*seats["name_en"], *cities["name_en"]]
    counties = observations("counties").copy()
    counties["adcode"] = counties["adcode"].astype(str)
    counties = counties.sort_values("adcode", ignore_index=True)
    ends = {*legs["from_place"], *legs["to_place"]} - set(names)
    own = counties.loc[[name in ends for name in counties["name_en"]]]
    at = np.concatenate(
        [
            radians(seats, "seat_lat", "seat_lon"),
            radians(cities, "lat", "lon"),
            radians(own, "seat_lat", "seat_lon"),
        ]
    )
    number = {str(name): k for k, name in enumerate([*names, *own["name_en"]])}
    return Stations(number, at, own.index.to_numpy())


class Legs(NamedTuple):
    """Fast-train legs.

    ends: (n, 2) stations; line: (n,) the line that a scenario opens, empty for a leg that opens at its own month;
    opened: (n,) month of opening, 0 where it is not known; hours: (n,).
    """

    ends: np.ndarray
    line: tuple[str, ...]
    opened: np.ndarray
    hours: np.ndarray

    def open_in(self, month: int, lines: Mapping[str, int]) -> np.ndarray:
        """(n,) bool, which legs trains use in a month; lines: month of opening of each line that opens."""
        opening = [lines.get(line) if line else own for line, own in zip(self.line, self.opened, strict=True)]
        return np.array([begins is not None and begins <= month for begins in opening])


@lru_cache(maxsize=1)
def rail_legs() -> Legs:
    """All legs. One without a published time runs at the mean great-circle speed of those of no line that have one."""
    table = observations("rail_legs")
    number, at, _ = stations()
    ends = np.array(
        [[number[a], number[b]] for a, b in zip(table["from_place"], table["to_place"], strict=True)]
    )
    line = tuple(table["line"].fillna("").astype(str))
    opened = np.array([0 if pd.isna(month) else month_number(str(month)) for month in table["opening_date"]])
    hours = table["minutes"].to_numpy(dtype=float) / 60
    km = great_circle_km(at, at)[ends[:, 0], ends[:, 1]]
    # Trains that come later must not change the past: their speed is left out of the mean.
    timed = ~np.isnan(hours) & (np.array(line) == "")
    usual = km * hours[timed].sum() / km[timed].sum()
    return Legs(ends, line, opened, np.where(np.isnan(hours), usual, hours))


def openings() -> tuple[int, ...]:
    """Months in which legs of no line open, rising."""
    legs = rail_legs()
    return tuple(
        sorted({month for month, line in zip(legs.opened.tolist(), legs.line, strict=True) if not line})
    )


def rail_hours(month: int, lines: Mapping[str, int] = MappingProxyType({})) -> np.ndarray:
    """Hours by fast train between stations, (n, n), in a month; infinite where no train goes (ODD equations M3, J1).

    lines: month in which each line opens; the legs of other lines stay closed.
    """
    return _hours_on(tuple(rail_legs().open_in(month, lines).tolist())).copy()


@lru_cache(maxsize=32)
def _hours_on(open_legs: tuple[bool, ...]) -> np.ndarray:
    """As `rail_hours`, with these legs open: worked out once, for many months and runs have the same."""
    legs, used = rail_legs(), np.array(open_legs)
    n = len(stations().number)
    hours = np.full((n, n), np.inf)
    np.fill_diagonal(hours, 0.0)
    for (a, b), of_leg in zip(legs.ends[used], legs.hours[used], strict=True):
        hours[a, b] = hours[b, a] = min(hours[a, b], of_leg)
    for k in range(n):
        hours = np.minimum(hours, hours[:, k, None] + hours[None, k, :])
    return hours


def hours_between(
    seats: np.ndarray,
    prefecture: np.ndarray,
    month: int,
    hours_rest: float | np.ndarray,
    access: float,
    station: float,
    lines: Mapping[str, int] = MappingProxyType({}),
) -> np.ndarray:
    """Travel hours (113, 113) in a month: the shorter of road and train, plus access (ODD equations M3, J1).

    seats: (111, 2) of the counties in radians; prefecture: (111,) number of each county's; hours_rest: to the rest of
    China, one for all or (113,); access: at both ends of any journey; station: more, where a train is taken; lines:
    month in which each line opens. By road the great-circle distance at the mean speed of the road table; by train by
    road to the seat of the own prefecture, or from the own station of the county, then from station to station, then
    by road. The Pearl River Delta is as far as the nearest of its listed cities.
    """
    open_legs = tuple(rail_legs().open_in(month, lines).tolist())
    hours = _inside(seats.tobytes(), prefecture.tobytes(), station, open_legs).copy()
    hours[_REST, :] = hours[:, _REST] = hours_rest
    return hours + access


@lru_cache(maxsize=32)
def _inside(seats: bytes, prefecture: bytes, station: float, open_legs: tuple[bool, ...]) -> np.ndarray:
    """As `hours_between`, without the rest of China and access: worked out once, as `_hours_on`.

    seats, prefecture: of `_by_road`.
    """
    known = stations()
    cities = slice(known.seats, known.seats + len(_delta_cities()))
    road, to_delta, to_station = _by_road(seats, prefecture)
    own_seat, rail = np.frombuffer(prefecture, np.int64), _hours_on(open_legs)
    between = rail[own_seat[:, None], own_seat[None, :]]
    between[own_seat[:, None] == own_seat[None, :]] = np.inf
    train = to_station[:, None] + between + to_station[None, :] + station
    train_delta = to_station + rail[own_seat][:, cities].min(axis=1) + station
    for own, county in enumerate(known.counties, start=cities.stop):
        from_here = rail[own, own_seat] + to_station + station
        from_here[known.counties] = np.minimum(from_here[known.counties], rail[own, cities.stop :] + station)
        train[county] = np.minimum(train[county], from_here)
        train[:, county] = np.minimum(train[:, county], from_here)
        train_delta[county] = min(train_delta[county], rail[own, cities].min() + station)
    hours = np.zeros((N_DESTINATIONS, N_DESTINATIONS))
    hours[:N_COUNTIES, :N_COUNTIES] = np.minimum(road, train)
    hours[:N_COUNTIES, _DELTA] = hours[_DELTA, :N_COUNTIES] = np.minimum(to_delta, train_delta)
    return hours


@lru_cache(maxsize=4)
def _by_road(seats: bytes, prefecture: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hours by road between counties, to the Delta, and to the seat of the own prefecture: (111, 111), (111,), (111,).

    seats: of (111, 2) float64; prefecture: of (111,) int64. No month changes them.
    """
    at, own = np.frombuffer(seats).reshape(N_COUNTIES, 2), np.frombuffer(prefecture, np.int64)
    known, speed = stations(), road_km_per_hour()
    n, cities = known.seats, len(_delta_cities())
    return (
        great_circle_km(at, at) / speed,
        great_circle_km(at, known.at[n : n + cities]).min(axis=1) / speed,
        great_circle_km(at, known.at[:n])[np.arange(N_COUNTIES), own] / speed,
    )
