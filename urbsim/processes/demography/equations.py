"""Births, deaths and unions: hazards by age from published rates, set to the level of census night (ODD D1-D7)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from urbsim.compute.randomness import monthly_probability, probability_threshold
from urbsim.compute.threads import added_up
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
from urbsim.state.codes import FIRST_OUTSIDE, IN_REGION, N_SETTINGS
from urbsim.state.definitions import FIRST_FERTILE, LAST_FERTILE
from urbsim.state.ledger import N_BIRTH_MONTHS
from urbsim.state.risk import AGE_LIMIT

AGES = np.arange(AGE_LIMIT + 1)
_FERTILE = slice(FIRST_FERTILE, LAST_FERTILE + 1)
_TEENS = slice(15, 20)  # the youngest five-year group of the tables
_AGES_COMPARED = range(45, 85, 5)  # of the sample whose deaths tell a ratio: younger people die too seldom
_ELDERLY = (AGES >= 60) & (AGES < 80)  # those whom `mortality_of_elderly` concerns
_MOST_DEATHS = 10.0  # a year, guard: a hazard beyond it kills next to everybody within months anyway
_SEXES = ("male", "female")
_MIDDLE_OF_YEAR = 4 / 12  # census night comes after the middle of the year whose births set the level, years


@dataclass(frozen=True)
class VitalRates:
    """Yearly rates by single age on census night.

    death: (ages, 2 sex, 2 urban) per person and year; birth: (ages, 2 urban) per woman and year;
    union: (ages, 2 sex, 2 urban) hazard of the single to form a union, per year.
    """

    death: np.ndarray
    birth: np.ndarray
    union: np.ndarray


@dataclass
class Demography:
    """The state of demography.

    rates: of census night; union: (ages, 2 sex, 2 urban) and separation: (ages,) thresholds that no month changes;
    death: (ages, 2 sex, 2 urban) and birth: (ages, 3 settings) thresholds of the month; seekers: rows, int32, of those
    looking for a partner; lately: women who gave birth, (months of birth, 3 settings, 1) for each of the months in
    which they have no other child.
    """

    rates: VitalRates
    union: np.ndarray
    separation: np.ndarray
    death: np.ndarray = field(default_factory=lambda: np.zeros((AGE_LIMIT + 1, 2, 2), np.uint64))
    birth: np.ndarray = field(default_factory=lambda: np.zeros((AGE_LIMIT + 1, 3), np.uint64))
    lately: deque[np.ndarray] = field(default_factory=deque)
    seekers: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))


def _by_single_age(starts: np.ndarray, widths: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Rates of age groups spread over single ages: ln rate interpolated between the middles of the groups."""
    middle = starts + widths / 2
    return np.exp(np.interp(AGES + 0.5, middle, np.log(rates)))


@lru_cache(maxsize=4)
def death_pattern(open_years: float) -> np.ndarray:
    """Death rates by single age and sex, (ages, 2) per person and year: China 2015-2020, United Nations.

    open_years: width that the last, open age group of the table is taken to have.
    """
    table = observations("vital_rates_by_age")
    table = table[(table["period"] == "2015-2020") & (table["indicator"] == "death_rate_by_age")]
    pattern = np.zeros((AGE_LIMIT + 1, 2))
    for s, sex in enumerate(_SEXES):
        rows = table.groupby("sex").get_group(sex)
        start = np.asarray(rows["age_from"], dtype=float)
        order = np.argsort(start)
        width = np.array([open_years if text == "open" else float(text) for text in rows["age_width"]])[order]
        start, rate = start[order], np.asarray(rows["value"], dtype=float)[order]
        pattern[:, s] = _by_single_age(start, width, rate)
        pattern[0, s] = rate[0]  # infancy is unlike the years after it and is not smoothed into them
        pattern[1:5, s] = rate[1]
    return pattern


@lru_cache(maxsize=1)
def rural_mortality_ratio() -> float:
    """Rural over urban mortality at ages 45-84, standardised on the rural sample (China, survey of 2022).

    One ratio for all ages: the sample is too small for a ratio by age.
    """
    table = observations("vital_rates_city_town_rural")
    ages = [f"{a}-{a + 4}" for a in _AGES_COMPARED]
    table = table[table["age"].isin(ages)]
    wide = table.pivot_table(
        index=["age", "sex"], columns=["indicator", "part"], values="value", aggfunc="first"
    )
    weight = wide["mean_population_sample"]
    rural = np.asarray(weight["rural"], dtype=float)
    deaths = {
        part: np.sum(np.asarray(wide["death_rate"][part], dtype=float) * rural)
        for part in ("city", "town", "rural")
    }
    town, city = (
        np.sum(np.asarray(weight["town"], dtype=float)),
        np.sum(np.asarray(weight["city"], dtype=float)),
    )
    urban = (deaths["town"] * town + deaths["city"] * city) / (town + city)
    return float(deaths["rural"] / urban)


@lru_cache(maxsize=1)
def fertility_pattern() -> np.ndarray:
    """Births per woman by single age, (ages, 2 urban) per year: China, survey of 2022; a pattern, not a level."""
    table = observations("vital_rates_city_town_rural")
    table = table[table["sex"] == "female"]
    wide = table.pivot_table(index="age", columns=["indicator", "part"], values="value", aggfunc="first")
    pattern = np.zeros((AGE_LIMIT + 1, 2))
    starts = np.arange(15, 50, 5)
    for urban, parts in enumerate((("rural",), ("city", "town"))):
        rate = np.zeros(starts.size)
        for g, start in enumerate(starts):
            row = wide.loc[f"{start}-{start + 4}"]
            women = [float(row[("women_sample", p)]) for p in parts]
            births = [float(row[("fertility_rate", p)]) * w / 1000 for p, w in zip(parts, women, strict=True)]
            rate[g] = np.sum(births) / np.sum(women)
        # The cumulated births are interpolated, so that each five-year group keeps its rate.
        cumulated = PchipInterpolator(np.arange(15, 55, 5), np.concatenate([[0.0], np.cumsum(rate * 5)]))
        pattern[_FERTILE, urban] = np.diff(cumulated(np.arange(15, 51)))
    return pattern


@lru_cache(maxsize=4)
def union_pattern(youngest: int) -> np.ndarray:
    """Hazard of a first union by single age, (ages, 2 sex, 2 urban) per year, from shares never married (2022).

    The fall of the share from one age group to the next gives the hazard between their middles (a synthetic cohort).
    youngest: age below which nobody forms one.
    """
    table = observations("marital_status_by_age")
    table = table[table["indicator"] == "share_never_married"]
    wide = table.pivot_table(index="age", columns=["sex", "part"], values="value", aggfunc="first")
    starts = np.arange(15, 65, 5)
    hazard = np.zeros((AGE_LIMIT + 1, 2, 2))
    for s, sex in enumerate(_SEXES):
        for urban, parts in enumerate((("rural",), ("city", "town"))):
            share = np.array(
                [np.mean([float(wide.loc[f"{a}-{a + 4}"][(sex, p)]) for p in parts]) for a in starts]
            )
            share = np.minimum.accumulate(np.concatenate([[1.0], share]))
            step = np.maximum(-np.diff(np.log(share)) / 5, 0.0)
            edges = starts.astype(float)  # the step to a group stands at its first age
            values = np.interp(AGES + 0.5, edges, step, left=0.0, right=0.0)
            values[:youngest] = 0.0
            hazard[:, s, urban] = values
    return hazard


def vital_rates(parameters: Parameters, residents: np.ndarray) -> VitalRates:
    """The patterns set to the births and deaths of the year of the census (ODD equations D1, D2).

    residents: (ages, 2 sex, 2 urban) persons of the full base population.
    """
    people = residents.sum()
    pattern = death_pattern(parameters["open_age_group_years"])
    ratio = rural_mortality_ratio()
    pattern = np.where(_ELDERLY[:, None], pattern * parameters["mortality_of_elderly"], pattern)
    death = np.stack([pattern * ratio, pattern], axis=2)
    level = parameters["crude_death_rate_at_base"] * people / (death * residents).sum()
    death = np.minimum(death * level * parameters["mortality_level"], _MOST_DEATHS)
    shape = fertility_pattern()
    women = residents[:, 1, :]
    birth = shape * (parameters["crude_birth_rate_at_base"] * people / (shape * women).sum())
    union = union_pattern(int(parameters["youngest_in_union"])) * parameters["union_formation_level"]
    return VitalRates(death, birth, union)


def death_thresholds(rates: VitalRates, parameters: Parameters, years: float) -> np.ndarray:
    """(ages, 2 sex, 2 urban) uint64 monthly thresholds of death, `years` after census night (ODD equation D1)."""
    level = (1 + parameters["mortality_change_per_year"]) ** years
    return probability_threshold(monthly_probability(rates.death * (level / 12)))


def women_by_age(born: np.ndarray, month: int) -> np.ndarray:
    """(ages, 3 settings, 2) women in the ages of childbearing, all and in a union; other ages are left out.

    born: (months, 3, 2) women by month of birth, single and in a union.
    """
    women = _fertile_by_age(born[_births_of_fertile(month)])
    women[..., 0] += women[..., 1]
    return women


def _births_of_fertile(month: int) -> slice:
    """Months of birth of those in the ages of childbearing."""
    youngest = month - 12 * _FERTILE.start  # month of birth
    return slice(youngest + 1 - 12 * (_FERTILE.stop - _FERTILE.start), youngest + 1)


def _fertile_by_age(of_age: np.ndarray) -> np.ndarray:
    """(ages, 3 settings, k) women by age; 0 at ages without births.

    of_age: (months of birth, 3, k) women by month of birth, those of `_births_of_fertile`.
    """
    women = np.zeros((AGE_LIMIT + 1, *of_age.shape[1:]), np.int64)
    women[_FERTILE] = of_age.reshape(-1, 12, *of_age.shape[1:]).sum(axis=1)[::-1]
    return women


def mothers_by_birth(born: np.ndarray, lives: np.ndarray) -> np.ndarray:
    """(months of birth, 3 settings, 1) women who gave birth in a month; born, lives: (n,) month of birth and part."""
    setting = np.where(lives < FIRST_OUTSIDE, lives & 1, IN_REGION)
    women = np.bincount(born * np.int64(N_SETTINGS) + setting, minlength=N_BIRTH_MONTHS * N_SETTINGS)
    return women.reshape(N_BIRTH_MONTHS, N_SETTINGS, 1)


def resting(lately: deque[np.ndarray], month: int) -> np.ndarray:
    """(ages, 3 settings) women who gave birth so lately that they have no other child (ODD equation D2).

    As they lived then: that some have moved, lost a husband or died since is passed over.
    """
    if not lately:
        return np.zeros((AGE_LIMIT + 1, N_SETTINGS), np.int64)
    of_age = _births_of_fertile(month)
    return _fertile_by_age(added_up([born[of_age] for born in lately]))[..., 0]


def birth_thresholds(
    rates: VitalRates,
    parameters: Parameters,
    years: float,
    women: np.ndarray,
    resting: np.ndarray,
    births_wanted: float | None = None,
) -> np.ndarray:
    """(ages, 3 settings) uint64 monthly thresholds of birth for women in a union (ODD equation D2).

    All births are to women in a union who have no newborn: the rate of all women of an age and setting is divided by
    the share of these among them, so that births keep to the rates whoever marries. Settings: village, town, outside
    (rates of towns times `fertility_outside`). years: since census night, for the trend; women: (ages, 3, 2) women
    now, all and in a union; resting: (ages, 3) of those in a union the mothers of newborns; births_wanted: a year
    inside Guangxi, where observed births take the place of the trend (ODD equation D7).
    """
    births = rates.birth[:, [0, 1, 1]] * women[..., 0] * [1.0, 1.0, parameters["fertility_outside"]]
    paired = (women[..., 1] - resting).astype(np.float64)
    level = (1 + parameters["fertility_change_per_year"]) ** (years + _MIDDLE_OF_YEAR)
    if births_wanted is not None:
        level = births_wanted / births[:, :IN_REGION].sum()
    # Few are in a union before twenty: those few have the births of all women of 15 to 19.
    births[_TEENS], paired[_TEENS] = births[_TEENS].sum(axis=0), paired[_TEENS].sum(axis=0)
    yearly = np.minimum(level * births / np.maximum(paired, 1), parameters["most_births_per_year"])
    return probability_threshold(monthly_probability(yearly / 12))


def union_thresholds(rates: VitalRates) -> np.ndarray:
    """(ages, 2 sex, 2 urban) uint64 monthly thresholds of starting to look for a partner."""
    return probability_threshold(monthly_probability(rates.union / 12))


def separation_thresholds(parameters: Parameters) -> np.ndarray:
    """(ages,) uint64 monthly thresholds that a woman's union ends."""
    return probability_threshold(
        monthly_probability(np.full(AGES.size, parameters["separation_per_year"] / 12))
    )


def bound_events(state: Demography, death: np.ndarray, birth: np.ndarray, union: np.ndarray) -> None:
    """Writes the highest threshold of anybody of an age, sex and state (ODD equation R3).

    death, birth, union: (ages, 2 sex, 2 in a union, 2 away) uint64, of zeros.
    """
    death[:] = state.death.max(axis=2)[:, :, None, None]
    birth[:, 1, 1, :] = state.birth.max(axis=1)[:, None]
    union[:, :, 0, :] = state.union.max(axis=2)[:, :, None]
    union[:, 1, 1, :] = state.separation[:, None]
