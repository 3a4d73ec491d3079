"""What places are worth as far as it lasts from month to month (ODD equation M3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbsim.facts.parameters import Parameters
from urbsim.state.codes import CITY, COUNTY_TOWN, N_REGIONS, OUTSIDE_REGION
from urbsim.state.geography import Places, city_of_county

N_TYPES = 24  # with a child aged 3-14 or not (the later 12) x 3 skills x 4 age bands


@dataclass(frozen=True)
class LastingWorth:
    """Terms of the utility of destinations that change only where hours or districts do (ODD equation M3).

    nests: (113,) kind of each; income: (113,) ln; size: (113,) of the place; constant: (113,) of its kind; skill:
    (24 types,) premium; journey: (113 origins, 113 destinations); same_city: (111, 111) 1 where origin and town are one
    city or county by law.
    """

    nests: np.ndarray
    income: np.ndarray
    size: np.ndarray
    constant: np.ndarray
    skill: np.ndarray
    journey: np.ndarray
    same_city: np.ndarray


def nest_of_destination(places: Places, month: int) -> np.ndarray:
    """(113,) nest of each destination in a month: county town, city, outside."""
    nests = np.where(places.city_in(month) == 1, CITY, COUNTY_TOWN)
    return np.concatenate([nests, [OUTSIDE_REGION] * N_REGIONS]).astype(np.int64)


def lasting_worth(parameters: Parameters, places: Places, month: int, hours: np.ndarray) -> LastingWorth:
    """What destinations are worth in a month as far as it lasts (ODD equation M3).

    hours: (113, 113) between places in that month.
    """
    p = parameters
    wage = np.log(places.wage_in(month))
    wage = wage - np.average(wage, weights=places.urban_residents)
    base = np.log(p["income_urban_at_base"])
    nests = nest_of_destination(places, month)
    constants = np.array([p["asc_county_town"], p["asc_city"], p["asc_outside"]])
    premium = np.array([0.0, p["skill_premium_senior"], p["skill_premium_college"]])
    gap = np.array([p["income_gap_delta"], p["income_gap_rest"]])
    city = city_of_county(places)
    return LastingWorth(
        nests=nests,
        income=base + np.concatenate([p["income_by_wage_class"] * wage, gap]),
        size=p["beta_citysize"] * np.log(size_of_places(places, p["outside_size"], p["rest_size"])),
        constant=constants[nests],
        skill=p["beta_w"] * premium[np.arange(N_TYPES) % 12 // 4],
        journey=-np.abs(p["beta_t"]) * np.log1p(hours),
        same_city=(city[:, None] == city).astype(float),
    )


def size_of_places(places: Places, delta: float, rest: float) -> np.ndarray:
    """(113,) millions: the urban residents of census night, shared out by the people from elsewhere in each (ODD M3).

    delta, rest: millions, of the Pearl River Delta and of the rest of China.
    """
    share = places.from_elsewhere / places.from_elsewhere.sum()
    millions = places.urban_residents.sum() / 1e6  # unit: millions
    return np.concatenate([share * millions, [delta, rest]])
