"""Places: 111 counties, each with a rural and an urban part, 14 prefectures, two regions outside.

Counties and prefectures are Mesa agents of a run; here are the columns and the matrices that processes read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.censuses import census_of
from urbsim.facts.register import observations
from urbsim.state import travel
from urbsim.state.codes import FIRST_OUTSIDE, N_COUNTIES, N_REGIONS, REGION_NAMES

PROVINCE = "450000"


@dataclass(frozen=True, repr=False)
class Places:
    """Columns over the 111 counties, in the order of their codes.

    code, name_en, name_zh, prefecture: text; prefecture_index: 0..13 in the order of `prefectures`;
    is_city: 1 for a district of a city in 2021, 0 for a county or county-level city (its town is a county town);
    district_since: month, since 1900-01, in which a county became a district, 0 for what did not since 2010;
    urban_residents, rural_residents: persons of the base night; from_elsewhere: residents registered in another
    county or province then; households: family households then; wage: (111, 2) yuan a month, the minimum wage of each
    as a county and as a district; rural_cells: communities with a rural code; seats: (111, 2) in radians; journey:
    hours to the rest of China, of access and at stations. Hours between places change: `hours_in`.
    """

    code: tuple[str, ...]
    name_en: tuple[str, ...]
    name_zh: tuple[str, ...]
    prefecture_index: np.ndarray
    prefectures: tuple[str, ...]
    is_city: np.ndarray
    district_since: np.ndarray
    urban_residents: np.ndarray
    rural_residents: np.ndarray
    households: np.ndarray
    from_elsewhere: np.ndarray
    wage: np.ndarray
    rural_cells: np.ndarray
    seats: np.ndarray
    journey: tuple[float, float, float]

    def __repr__(self) -> str:
        """How many places there are."""
        return f"Places({len(self.code)} counties, {len(self.prefectures)} prefectures)"

    def city_in(self, month: int) -> np.ndarray:
        """(111,) 1 for what is a district of a city in a month, else 0."""
        return np.where(self.district_since > month, 0, self.is_city)

    def wage_in(self, month: int) -> np.ndarray:
        """(111,) minimum wage of the base night, yuan a month, each place by what it is in a month."""
        return self.wage[np.arange(N_COUNTIES), self.city_in(month)]

    def hours_in(self, month: int) -> np.ndarray:
        """Travel hours (113, 113) between county seats and outside in a month (ODD equation M3)."""
        return travel.hours_between(self.seats, self.prefecture_index, month, *self.journey)

    @property
    def changes(self) -> frozenset[int]:
        """Months in which hours or districts change."""
        return frozenset({*travel.openings(), *self.district_since.tolist()})

    def part_name(self, part: int) -> str:
        """Text name of a part: county code with U (urban) or R (rural), or the region outside."""
        if part >= FIRST_OUTSIDE:
            return REGION_NAMES[part - FIRST_OUTSIDE]
        return self.code[part >> 1] + ("U" if part & 1 else "R")


def counties_of(code: str, places: Places) -> np.ndarray:
    """(111,) bool, the counties of a place: of the province, of a prefecture, or the county itself."""
    if code == PROVINCE:
        return np.ones(len(places.code), dtype=bool)
    if code in places.prefectures:
        return places.prefecture_index == places.prefectures.index(code)
    return np.array([county == code for county in places.code])


def _wages(adcode: list[str], prefecture: list[str], night: int) -> np.ndarray:
    """(111, 2) minimum wages, as a county and as a district: in force on a night, or else the first known."""
    table = observations("minimum_wage")
    since = np.array([month_number(str(day)[:7]) for day in table["in_force_from"]])
    known = since[since <= night]
    table = table[since == (known.max() if known.size else since.min())]
    yuan = {
        str(code): float(value) for code, value in zip(table["area_code"], table["monthly_yuan"], strict=True)
    }
    county = [yuan.get(code, yuan[PROVINCE]) for code in adcode]
    return np.column_stack([county, [yuan[code] for code in prefecture]])


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


@lru_cache(maxsize=16)
def members(flag: str) -> np.ndarray:
    """(111,) bool counties that the plan names under a flag of `county_flags_wide`, by code. Raises KeyError."""
    table = observations("county_flags_wide")
    return table.assign(adcode=table["adcode"].astype(str)).sort_values("adcode")[flag].to_numpy() == 1


@lru_cache(maxsize=1)
def town_communities() -> np.ndarray:
    """(111,) int64 communities of each county with the code of a town and not of a city, by code."""
    table = observations("reclassification_codes")
    table = table[table["level"] == "county"]
    column = table.assign(adcode=table["adcode"].astype(str)).sort_values("adcode")["n_town_121_122_123"]
    return column.to_numpy().astype(np.int64)


@lru_cache(maxsize=8)
def load_places(hours_rest: float, access: float, station: float, base: str = "census_2020") -> Places:
    """The places as the register has them on a census night.

    hours_rest: travel time to the rest of China; access: time at both ends of any journey; station: time more where a
    train is taken; all in hours.
    """
    return replace(_places_on(base), journey=(hours_rest, access, station))


@lru_cache(maxsize=4)
def _places_on(base: str) -> Places:
    """The places on a census night; no parameter of a draw is in them but the hours of journeys, which are to come."""
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
    dates = observations("district_dates")
    since = {
        str(code): month_number(str(m))
        for code, m in zip(dates["adcode"], dates["district_since"], strict=True)
    }
    return Places(
        code=tuple(counties["adcode"]),
        name_en=tuple(counties["name_en"]),
        name_zh=tuple(counties["name_zh"]),
        prefecture_index=np.array([prefectures.index(p) for p in prefecture]),
        prefectures=prefectures,
        is_city=(counties["kind"] == "district").to_numpy().astype(np.int64),
        district_since=np.array([since.get(code, 0) for code in counties["adcode"]]),
        urban_residents=census.part_total[:, 1],
        rural_residents=census.part_total[:, 0],
        households=census.households,
        from_elsewhere=census.class_total[:, 2:].sum(axis=1),
        wage=_wages(list(counties["adcode"]), list(prefecture), BASE_MONTH[base]),
        rural_cells=np.array(
            [rural.get(a, rural.get(c, 0)) for a, c in zip(counties["adcode"], census_code, strict=True)]
        ),
        seats=travel.radians(counties, "seat_lat", "seat_lon"),
        journey=(0.0, 0.0, 0.0),
    )
