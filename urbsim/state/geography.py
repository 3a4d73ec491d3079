"""Places: 111 counties, each with a rural and an urban part, 14 prefectures, two regions outside.

Counties and prefectures are Mesa agents of a run; here are the columns and the matrices that processes read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from urbsim.facts.censuses import census_of
from urbsim.facts.register import observations
from urbsim.state.codes import FIRST_OUTSIDE, N_COUNTIES, N_DESTINATIONS, N_REGIONS, REGION_NAMES

PROVINCE = "450000"
_EARTH_KM = 6371.0088


@dataclass(frozen=True, repr=False)
class Places:
    """Columns over the 111 counties, in the order of their codes.

    code, name_en, name_zh, prefecture: text; prefecture_index: 0..13 in the order of `prefectures`;
    is_city: 1 for a district of a city, 0 for a county or county-level city (its town is a county town);
    urban_residents, rural_residents: persons of the base night; households: family households then; schooling_years:
    mean of those aged 15 and over then;
    rural_cells: communities with a rural code; hours: (113, 113) travel hours between county seats and outside.
    """

    code: tuple[str, ...]
    name_en: tuple[str, ...]
    name_zh: tuple[str, ...]
    prefecture_index: np.ndarray
    prefectures: tuple[str, ...]
    is_city: np.ndarray
    urban_residents: np.ndarray
    rural_residents: np.ndarray
    households: np.ndarray
    schooling_years: np.ndarray
    rural_cells: np.ndarray
    hours: np.ndarray

    def __repr__(self) -> str:
        """How many places there are."""
        return f"Places({len(self.code)} counties, {len(self.prefectures)} prefectures)"

    def part_name(self, part: int) -> str:
        """Text name of a part: county code with U (urban) or R (rural), or the region outside."""
        if part >= FIRST_OUTSIDE:
            return REGION_NAMES[part - FIRST_OUTSIDE]
        return self.code[part >> 1] + ("U" if part & 1 else "R")


def _radians(frame, latitude: str, longitude: str) -> np.ndarray:
    return np.radians(frame[[latitude, longitude]].to_numpy(dtype=float))


def great_circle_km(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Great-circle distances between all pairs, (n, m) km; inputs (n, 2), (m, 2) latitude and longitude in radians."""
    dlat = one[:, None, 0] - other[None, :, 0]
    dlon = one[:, None, 1] - other[None, :, 1]
    a = np.sin(dlat / 2) ** 2 + np.cos(one[:, None, 0]) * np.cos(other[None, :, 0]) * np.sin(dlon / 2) ** 2
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(a))


def _hours(seats: np.ndarray, hours_rest: float, access: float) -> np.ndarray:
    """Travel hours (113, 113): great-circle km at the mean speed of the published road table, plus access.

    The speed is the ratio of kilometres to hours over all prefecture pairs with a road time (about 2020). The Pearl
    River Delta is as far as the nearest of its listed cities; the rest of China is a constant.
    """
    pairs = observations("prefecture_pairs").dropna(subset=["road_time_h_2020"])
    km_per_hour = pairs["great_circle_km"].sum() / pairs["road_time_h_2020"].sum()
    delta = _radians(observations("destinations_out_of_province"), "lat", "lon")
    hours = np.zeros((N_DESTINATIONS, N_DESTINATIONS))
    hours[:N_COUNTIES, :N_COUNTIES] = great_circle_km(seats, seats) / km_per_hour
    to_delta = great_circle_km(seats, delta).min(axis=1) / km_per_hour
    hours[:N_COUNTIES, N_COUNTIES] = hours[N_COUNTIES, :N_COUNTIES] = to_delta
    hours[N_COUNTIES + 1, :] = hours[:, N_COUNTIES + 1] = hours_rest
    return hours + access


def city_of_county(places: Places) -> np.ndarray:
    """(111,) the city or county that each unit belongs to by law: the districts of one prefecture are one city.

    A residence permit is for people who live in another city than that of their registration; districts of one city
    (市辖区) are one, every county and county-level city stands alone (Interim Regulations on Residence Permits, State
    Council decree 663, article 2; movers between districts of one city are no floating population in the census).
    """
    alone = len(places.prefectures) + np.cumsum(places.is_city == 0) - 1
    return np.where(places.is_city == 1, places.prefecture_index, alone).astype(np.int64)


def city_of_part(places: Places) -> np.ndarray:
    """(224,) the city or county of each part by `city_of_county`; each region outside is another."""
    city = city_of_county(places)
    return np.concatenate([np.repeat(city, 2), city.max() + 1 + np.arange(N_REGIONS)])


@lru_cache(maxsize=8)
def load_places(hours_rest: float, access: float, base: str = "census_2020") -> Places:
    """The places as the register has them on a census night.

    hours_rest: travel time to the rest of China, hours; access: time at both ends of any journey, hours.
    """
    counties = observations("counties").copy()
    counties["adcode"] = counties["adcode"].astype(str)
    counties = counties.sort_values("adcode", ignore_index=True)
    census = census_of(base)
    codes = observations("reclassification_codes")
    codes = codes[codes["level"] == "county"].copy()
    codes["adcode"] = codes["adcode"].astype(str)
    rural = {str(code): int(n) for code, n in zip(codes["adcode"], codes["n_rural_210_220"], strict=True)}
    census_code = counties["adcode_census2020"].astype(str)
    prefecture = counties["prefecture_code"].astype(str)
    prefectures = tuple(sorted(prefecture.unique()))
    return Places(
        code=tuple(counties["adcode"]),
        name_en=tuple(counties["name_en"]),
        name_zh=tuple(counties["name_zh"]),
        prefecture_index=np.array([prefectures.index(p) for p in prefecture]),
        prefectures=prefectures,
        is_city=(counties["kind"] == "district").to_numpy().astype(np.int64),
        urban_residents=census.part_total[:, 1],
        rural_residents=census.part_total[:, 0],
        households=census.households,
        schooling_years=census.schooling_years,
        rural_cells=np.array(
            [rural.get(a, rural.get(c, 0)) for a, c in zip(counties["adcode"], census_code, strict=True)]
        ),
        hours=_hours(_radians(counties, "seat_lat", "seat_lon"), hours_rest, access),
    )
