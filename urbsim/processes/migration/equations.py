"""Who reconsiders, what destinations are worth, who returns: tables for the kernels (ODD equations M1-M5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from urbsim.compute.randomness import monthly_probability, probability_threshold
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
from urbsim.processes.conditions.equations import Climate
from urbsim.state.codes import (
    CITY,
    COUNTY_TOWN,
    N_ALTERNATIVES,
    N_COUNTIES,
    N_DESTINATIONS,
    N_ORIGINS,
    N_REGIONS,
    OUTSIDE_REGION,
)
from urbsim.state.definitions import WORKING_AGE
from urbsim.state.geography import Places, city_of_county
from urbsim.state.risk import AGE_LIMIT

GRID = 2.0**16  # utilities are integers on the grid of 2^-16
N_TYPES = 24  # with a child aged 3-14 or not (the later 12) x 3 skills x 4 age bands
_WITH_CHILD, _YOUNG = slice(12, None), slice(None, None, 4)  # of the types
# A cohort of the profile is in mid-decade on average this many years older than its first age.
_PROFILE_MIDDLE = 7.5  # of the table: half a five-year group and half a decade
_LONGEST_AWAY = 40  # years, guard: the table ends here, and who is away longer counts as this
_YEARS_AWAY = 5.0  # unit: years away at which `return_per_year` is stated
_CLOSED = -1e6  # guard: utility of a destination that cannot be chosen


def on_grid(utility: np.ndarray | float) -> np.ndarray:
    """Utilities as int64 on the grid of 2^-16."""
    return np.rint(np.asarray(utility, dtype=np.float64) * GRID).astype(np.int64)


@lru_cache(maxsize=1)
def transfer_profile() -> np.ndarray:
    """Net rural-to-urban hazards by single age and sex, (ages, 2) per year, implied by 2010 and 2020.

    Cohort rows of the profile, each put at the middle of the ages it passed through; outcome of the decade, so
    moves, returns and reclassification together.
    """
    table = observations("net_transfer_profile")
    table = table[table["kind"] == "cohort_transfer_hazard"]
    ages = np.arange(AGE_LIMIT + 1) + 0.5
    out = np.zeros((AGE_LIMIT + 1, 2))
    for s, sex in enumerate(("male", "female")):
        rows = table.groupby("sex").get_group(sex)
        first = np.array([float(re.findall(r"\d+", str(text))[0]) for text in rows["age_start"]])
        hazard = np.asarray(rows["hazard_per_year"], dtype=float)
        order = np.argsort(first)
        out[:, s] = np.interp(ages, first[order] + _PROFILE_MIDDLE, hazard[order])
    return out


def activation_per_year(parameters: Parameters, years: float) -> np.ndarray:
    """Hazard to reconsider, (ages, 2 sex, 3 skill, 3 situation, 2 school stage) per year (ODD equation M1).

    The decade's profile less the age-flat part that is reclassification, carried on by its own trend.
    Situations: at home in a village, at home in a town, away. years: since the middle of the decade of the profile.
    """
    profile = np.maximum(transfer_profile() - parameters["reclassified_per_year"], 0.0)
    profile[:WORKING_AGE] = 0.0
    trend = (1 + parameters["activation_trend_per_year"]) ** years
    level = profile * (parameters["activation_level"] * trend)
    skill = np.array([1.0, parameters["activation_senior"], parameters["activation_college"]])
    situation = np.array([1.0, parameters["activation_town"], parameters["activation_away"]])
    stage = np.array([1.0, parameters["activation_school_stage"]])
    return level[:, :, None, None, None] * skill[:, None, None] * situation[:, None] * stage


def activation_thresholds(per_year: np.ndarray, mobility: float) -> np.ndarray:
    """Monthly thresholds of reconsidering; mobility: share of the usual rate (epidemic), 0..1."""
    return probability_threshold(monthly_probability(per_year * (mobility / 12)))


def seasoned_thresholds(per_year: np.ndarray, life_stage: int) -> np.ndarray:
    """Probability of having reconsidered within each number of months of a stage of life, as thresholds (M10).

    per_year: the hazards of `activation_per_year` on census night, without the school stage (its first entry);
    life_stage: years. Returns (ages, 2 sex, 3 skill, 3 situation, 12 * life_stage) uint64.
    """
    months = np.arange(12 * life_stage) + 0.5
    return probability_threshold(-np.expm1(-per_year[..., 0, None] * months / 12))


def return_thresholds(parameters: Parameters) -> np.ndarray:
    """(41 years away, ages, 2 sex, 2 child left) uint64 monthly thresholds of return (ODD equation M5)."""
    years = np.arange(_LONGEST_AWAY + 1)[:, None, None, None] + 0.5
    age = np.arange(AGE_LIMIT + 1)[None, :, None, None]
    female = np.arange(2)[None, None, :, None]
    child = np.arange(2)[None, None, None, :]
    base = np.log(parameters["return_per_year"] / (1 - parameters["return_per_year"]))
    logit = (
        base
        + parameters["return_duration"] * (np.log1p(years) - np.log1p(_YEARS_AWAY))
        + parameters["return_age"] * np.maximum(0, age - parameters["return_age_from"]) / 10
        + parameters["return_female"] * female
        + parameters["return_primary_child"] * child
    )
    yearly = 1 / (1 + np.exp(-logit)) * (age >= WORKING_AGE)
    return probability_threshold(1 - (1 - yearly) ** (1 / 12))


def return_response(parameters: Parameters, gain: np.ndarray, mobility: float) -> np.ndarray:
    """(114,) uint64 on 2^-16: factor on the hazard of return by present alternative (ODD equation M5).

    gain: (114,) utility that each alternative has gained over the village since census night.
    """
    p = parameters
    factor = np.exp(-p["return_response"] * gain)
    factor = np.clip(factor, p["return_response_least"], p["return_response_most"]) * mobility
    return np.rint(factor * GRID).astype(np.uint64)


@lru_cache(maxsize=4)
def gumbel_tables(dissimilarity: float) -> tuple[np.ndarray, np.ndarray]:
    """Tastes by 16 random bits: (taste, nest_taste), each (65536,) int64 on the utility grid (ODD equation M4).

    taste: dissimilarity x standard Gumbel. nest_taste: Cardell's term, such that the sum of the two is a standard
    Gumbel (Cardell 1997; the logarithm of a positive stable variable, Kanter 1975, by its distribution function).
    """
    u = (np.arange(65536) + 0.5) / 65536
    taste = dissimilarity * -np.log(-np.log(u))
    return on_grid(taste), on_grid(_cardell_quantiles(dissimilarity, u))


@lru_cache(maxsize=1)
def stay_margins() -> np.ndarray:
    """(65536,) int64 on the grid: a standard exponential by 16 random bits (ODD equation M10)."""
    return on_grid(-np.log1p(-(np.arange(65536) + 0.5) / 65536))


def _cardell_quantiles(alpha: float, u: np.ndarray) -> np.ndarray:
    """Quantiles of alpha x ln S, S positive stable of index alpha: F(s) = mean over v of exp(-s^(-a/(1-a)) A(v))."""
    # The upper tail comes from angles just below pi: they stand densely there, or the tail would be cut off.
    t = (np.arange(1000) + 0.5) / 1000
    below_pi, weight = np.pi * t**6, 6 * t**5 / t.size
    v = np.pi - below_pi
    ratio = alpha / (1 - alpha)
    log_a = (
        np.log(np.sin((1 - alpha) * v))
        + ratio * np.log(np.sin(alpha * v))
        - np.log(np.sin(below_pi)) / (1 - alpha)
    )
    x = np.linspace(-6.0, 16.0, 1500)  # numerical: values of alpha ln S
    log_s = x / alpha
    exponent = np.minimum(log_a[None, :] - ratio * log_s[:, None], 700.0)  # guard: exp of more is infinite
    cdf = np.sum(np.exp(-np.exp(exponent)) * weight, axis=1)
    cdf = np.maximum.accumulate(cdf)
    return np.interp(u, cdf, x)


@dataclass(frozen=True)
class TownTerms:
    """What the markets of each town offer this month, (111,) each, against census night where it says so.

    income: ln expected income over the base; rent: ln rent over the base; school: share of newcomers' children who
    find a public or purchased school place, 0..1; access: share of services open to a newcomer from another city, 0..1,
    less that of the base; access_in_own_city: of those open to one registered in the same city, less that of the base
    to the other.
    """

    income: np.ndarray
    rent: np.ndarray
    school: np.ndarray
    access: np.ndarray
    access_in_own_city: np.ndarray


def base_terms(school: np.ndarray, access_in_own_city: np.ndarray) -> TownTerms:
    """The terms of census night; school: (111,) coverage then."""
    nothing = np.zeros(N_COUNTIES)
    return TownTerms(nothing, nothing, school, nothing, access_in_own_city)


@dataclass(frozen=True)
class Utilities:
    """Utilities on the grid of one month (int64) and what each alternative has gained since census night (float).

    destination: (12 types, 113); pair: (113 origins, 113); rural: (12 types, 111 counties);
    gain: (114,) over the village.
    """

    destination: np.ndarray
    pair: np.ndarray
    rural: np.ndarray
    gain: np.ndarray


def nest_of_destination(places: Places) -> np.ndarray:
    """(113,) nest of each destination: county town, city, outside."""
    nests = np.where(places.is_city == 1, CITY, COUNTY_TOWN)
    return np.concatenate([nests, [OUTSIDE_REGION] * N_REGIONS]).astype(np.int64)


@dataclass(frozen=True)
class LastingWorth:
    """Terms of the utility of destinations that no month changes (ODD equation M3).

    income: (113,) ln; size: (113,) of the city; constant: (113,) of its kind; skill: (24 types,) premium;
    journey: (113 origins, 113 destinations); same_city: (111, 111) 1 where origin and town are one city or county.
    """

    income: np.ndarray
    size: np.ndarray
    constant: np.ndarray
    skill: np.ndarray
    journey: np.ndarray
    same_city: np.ndarray


def lasting_worth(parameters: Parameters, places: Places) -> LastingWorth:
    """What destinations are worth as far as it lasts (ODD equation M3)."""
    p = parameters
    schooling = places.schooling_years - np.average(places.schooling_years, weights=places.urban_residents)
    base = np.log(p["income_urban_at_base"])
    town = base + p["income_per_year_of_schooling"] * schooling
    size = np.concatenate([places.urban_residents / 1e6, np.full(2, p["outside_size"])])  # unit: millions
    constants = np.array([p["asc_county_town"], p["asc_city"], p["asc_outside"]])
    premium = np.array([0.0, p["skill_premium_senior"], p["skill_premium_college"]])
    city = city_of_county(places)
    return LastingWorth(
        income=np.concatenate([town, base + np.array([p["income_gap_delta"], p["income_gap_rest"]])]),
        size=p["beta_citysize"] * np.log(size),
        constant=constants[nest_of_destination(places)],
        skill=p["beta_w"] * premium[np.arange(N_TYPES) % 12 // 4],
        journey=-np.abs(p["beta_t"]) * np.log1p(places.hours),
        same_city=(city[:, None] == city).astype(float),
    )


@dataclass
class Migration:
    """The state of migration.

    What no month changes: nests: (113,) kind of each place; worth: of places, as far as it lasts; tastes: of
    `gumbel_tables`; margins: of `stay_margins`; return_base: of `return_thresholds`; seasoned: of
    `seasoned_thresholds`; holds: (256,) of `retention`; base_stock: (113, 114) persons of the sample by origin and
    place on census night; base_utilities: utilities then, set when first asked for.
    Of the month: utilities, activation: of `activation_thresholds`, response: of `return_response`.
    """

    nests: np.ndarray
    worth: LastingWorth
    tastes: tuple[np.ndarray, np.ndarray]
    margins: np.ndarray
    return_base: np.ndarray
    seasoned: np.ndarray
    holds: np.ndarray
    base_stock: np.ndarray = field(default_factory=lambda: np.zeros((N_ORIGINS, N_ALTERNATIVES), np.int64))
    base_utilities: Utilities | None = None
    utilities: Utilities = field(init=False)
    activation: np.ndarray = field(init=False)
    response: np.ndarray = field(init=False)

    @cached_property
    def most_return(self) -> np.ndarray:
        """(ages, 2 sex) highest threshold of return of that age, however long away, with or without a child left."""
        return self.return_base.max(axis=(0, 3))


def utilities(
    parameters: Parameters, lasting: LastingWorth, climate: Climate, share: np.ndarray, terms: TownTerms
) -> Utilities:
    """What each destination is worth, by type of chooser and by origin (ODD equation M3).

    share: (113 origins, 113 destinations) share of the origin's migrants who live there; terms: what the
    markets of the towns offer.
    """
    p = parameters
    pull = p["growth_pull"] * climate.growth_gap
    moved = np.zeros(N_DESTINATIONS)
    moved[:N_COUNTIES] = pull + terms.income
    # Outside wages grow relative to Guangxi's towns as usual; Guangxi's own surprises do not lift them.
    moved[N_COUNTIES:] = climate.outside_wage + np.log(climate.outside_jobs)
    housing = p["beta_rent"] * (terms.rent - terms.income)
    value = p["beta_w"] * (lasting.income + moved) + lasting.size + lasting.constant
    value[:N_COUNTIES] += housing + p["beta_q"] * terms.access
    destination = value + lasting.skill[:, None]
    destination[_WITH_CHILD, :N_COUNTIES] += p["beta_school"] * terms.school
    destination[_YOUNG, N_COUNTIES:] += p["outside_young"]
    pair = lasting.journey + p["beta_net"] * share
    own = np.arange(N_COUNTIES)
    pair[own, own] += p["own_county"]
    at_home = p["beta_q"] * (terms.access_in_own_city - terms.access)
    pair[:N_COUNTIES, :N_COUNTIES] += lasting.same_city * at_home
    village = np.log(p["income_rural_at_base"]) + climate.village_catch_up
    rural = np.full((N_TYPES, N_COUNTIES), p["beta_w"] * village)
    gain = np.concatenate([p["beta_w"] * (moved - climate.village_catch_up), [0.0]])
    gain[:N_COUNTIES] += housing  # who lives there knows whether they hold a permit: H6
    return Utilities(on_grid(destination), on_grid(pair), on_grid(rural), gain)


def one_side(utilities: Utilities, outside: bool) -> Utilities:
    """The same utilities for those on one side of a closed border: no destination on the other can be chosen."""
    destination = utilities.destination.copy()
    destination[:, slice(None, N_COUNTIES) if outside else slice(N_COUNTIES, None)] = on_grid(_CLOSED)
    return replace(utilities, destination=destination)


def bound_events(state: Migration, activation: np.ndarray, return_: np.ndarray) -> None:
    """Writes the highest threshold of anybody of an age, sex and state (ODD equation R3).

    activation, return_: (ages, 2 sex, 2 in a union, 2 away) uint64, of zeros.
    """
    one = np.uint64(1) << np.uint64(32)
    most = np.maximum(state.holds.max(), np.uint64(1 << 16))  # what somebody holds may raise a hazard, too
    highest = state.activation[..., 1].max(axis=2) * most >> np.uint64(16)  # age, sex, situation
    highest = np.minimum(highest, one)
    activation[:, :, :, 0] = highest[..., :2].max(axis=2)[:, :, None]
    activation[:, :, :, 1] = highest[..., 2][:, :, None]
    returning = np.minimum(
        state.most_return * state.response.max() >> np.uint64(16), one
    ) * most >> np.uint64(16)
    return_[:, :, :, 1] = np.minimum(returning, one)[:, :, None]
