"""What places are worth as far as it lasts from month to month (ODD equation M3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from urbsim.compute.randomness import stream_key
from urbsim.facts.parameters import Parameters
from urbsim.state.codes import CITY, COUNTY_TOWN, N_REGIONS, OUTSIDE_REGION
from urbsim.state.geography import Places, city_of_county

N_TYPES = 24  # with a child aged 3-14 or not (the later 12) x 3 skills x 4 age bands


@dataclass(frozen=True)
class LastingWorth:
    """Terms of the utility of destinations that change only where hours or districts do (ODD equation M3).

    nests: (113,) kind of each; income: (113,) ln; size: (113,) of the place; constant: (113,) of its kind, and its
    fortune; skill: (24 types,) premium; journey: (113 origins, 113 destinations); same_city: (111, 111) 1 where origin
    and town are one city or county by law.
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


def lasting_worth(
    parameters: Parameters, places: Places, month: int, hours: np.ndarray, draw: int = 0
) -> LastingWorth:
    """What destinations are worth in a month as far as it lasts (ODD equation M3).

    hours: (113, 113) between places in that month; draw: whose fortunes places have.
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
        constant=constants[nests] + np.concatenate([fortunes(p, places, draw), np.zeros(N_REGIONS)]),
        skill=p["beta_w"] * premium[np.arange(N_TYPES) % 12 // 4],
        journey=-np.abs(p["beta_t"]) * np.log1p(hours),
        same_city=(city[:, None] == city).astype(float),
    )


def fortunes(parameters: Parameters, places: Places, draw: int) -> np.ndarray:
    """(111,) logits by which the town of each county is worth more than is known of it, 0 in draw 0 (ODD equation M13).

    luck(county) = fortune_of_prefectures x z(its prefecture) + fortune_of_counties x z(county), with z standard normal
    by draw and place: the same for all scenarios, seeds and months of a draw. Means of it weighted by urban and by
    rural residents are taken out, by the smallest change; then a constant, such that the mean of exp(fortune), weighted
    by urban residents of census night, is 1.
    """
    if draw == 0:
        return np.zeros(len(places.code))
    of_prefecture = _normals(draw, "fortune of a prefecture", places.prefectures)[places.prefecture_index]
    of_county = _normals(draw, "fortune of a county", places.code)
    luck = (
        parameters["fortune_of_prefectures"] * of_prefecture + parameters["fortune_of_counties"] * of_county
    )
    # Luck of places is none of the province: it is good on average neither for townspeople nor for villagers.
    shares = [people / people.sum() for people in (places.urban_residents, places.rural_residents)]
    overlap = np.array([[np.sum(one * other) for other in shares] for one in shares])
    out = np.linalg.solve(overlap, [np.sum(share * luck) for share in shares])
    luck = luck - out[0] * shares[0] - out[1] * shares[1]
    # Who may choose takes the best of several places, so that mere spread would make towns as a whole worth more.
    return luck - np.log(np.average(np.exp(luck), weights=places.urban_residents))


@lru_cache(maxsize=8)
def _normals(draw: int, name: str, codes: tuple[str, ...]) -> np.ndarray:
    """(places,) standard normal numbers, hashes of draw, name and code."""
    bits = np.array([stream_key(draw, name, int(code)) for code in codes], dtype=np.uint64)
    out = ndtri(((bits >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53)
    out.flags.writeable = False  # all months of a draw share it
    return out


def size_of_places(places: Places, delta: float, rest: float) -> np.ndarray:
    """(113,) millions: the urban residents of census night, shared out by the people from elsewhere in each (ODD M3).

    delta, rest: millions, of the Pearl River Delta and of the rest of China.
    """
    share = places.from_elsewhere / places.from_elsewhere.sum()
    millions = places.urban_residents.sum() / 1e6  # unit: millions
    return np.concatenate([share * millions, [delta, rest]])
