"""Who reconsiders where to live, and who comes back by a hazard of its own: tables of hazards (ODD M1, M5)."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from urbsim.compute.randomness import monthly_probability, probability_threshold
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
from urbsim.processes.migration.tastes import GRID
from urbsim.state.definitions import WORKING_AGE
from urbsim.state.risk import AGE_LIMIT

# A cohort of the profile is in mid-decade on average this many years older than its first age.
_PROFILE_MIDDLE = 7.5  # of the table: half a five-year group and half a decade
LONGEST_AWAY = 40  # years, guard: the tables end here, and who is away longer counts as this
_YEARS_AWAY = 5.0  # unit: years away at which hazards of people away are stated


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


def reconsidering_at_home(parameters: Parameters, recoded: float, years: float) -> np.ndarray:
    """Hazard to reconsider of those at home, (ages, 2 sex, 3 skill, 2 setting, 2 school stage) per year (ODD M1).

    The decade's profile less the age-flat part that is reclassification, carried on by its own trend; divided by
    the share of those who reconsider that moves, for the profile is one of moves. Settings: village, town.
    recoded: share of villagers a year who turn urban where they stand; years: since the middle of the decade of the
    profile.
    """
    profile = np.maximum(transfer_profile() - recoded, 0.0)
    profile[:WORKING_AGE] = 0.0
    trend = (1 + parameters["activation_trend_per_year"]) ** years
    level = profile * (parameters["activation_level"] * trend / parameters["moves_if_reconsidering"])
    skill = np.array([1.0, parameters["activation_senior"], parameters["activation_college"]])
    setting = np.array([1.0, parameters["activation_town"]])
    stage = np.array([1.0, parameters["activation_school_stage"]])
    return level[:, :, None, None, None] * skill[:, None, None] * setting[:, None] * stage


def reconsidering_away(parameters: Parameters) -> np.ndarray:
    """Hazard to reconsider of those away, (41 whole years away, ages, 2 sex, 2 pupil left) per year (ODD M1)."""
    return parameters["reconsider_away_per_year"] * _shape_away(parameters)


def _shape_away(parameters: Parameters) -> np.ndarray:
    """How hazards of people away vary, one for a man of up to 45 years, five years away, without a pupil left."""
    p = parameters
    years = np.arange(LONGEST_AWAY + 1)[:, None, None, None] + 0.5
    age = np.arange(AGE_LIMIT + 1)[None, :, None, None]
    female = np.arange(2)[None, None, :, None]
    child = np.arange(2)[None, None, None, :]
    log = (
        p["return_duration"] * (np.log1p(years) - np.log1p(_YEARS_AWAY))
        + p["return_age"] * np.maximum(0, age - p["return_age_from"]) / 10
        + p["return_female"] * female
        + p["return_primary_child"] * child
    )
    return np.exp(log) * (age >= WORKING_AGE)


def thresholds(per_year: np.ndarray, mobility: float) -> np.ndarray:
    """Monthly thresholds of a yearly hazard, uint64 on 2^-32; mobility: factor on the usual hazard."""
    return probability_threshold(monthly_probability(per_year * (mobility / 12)))


def return_thresholds(parameters: Parameters) -> np.ndarray:
    """(41 years away, ages, 2 sex, 2 pupil left) uint64 monthly thresholds of return by a hazard (ODD equation M5)."""
    return thresholds(parameters["return_per_year"] * _shape_away(parameters), 1.0)


def return_response(parameters: Parameters, gain: np.ndarray, mobility: float) -> np.ndarray:
    """(114,) uint64 on 2^-16: factor on the hazard of return by present alternative (ODD equation M5).

    gain: (114,) utility that each alternative has gained over the village since census night.
    """
    p = parameters
    factor = np.exp(-p["return_response"] * gain)
    factor = np.clip(factor, p["return_response_least"], p["return_response_most"]) * mobility
    return np.rint(factor * GRID).astype(np.uint64)


def bound_events(
    at_home: np.ndarray, most_away: np.ndarray, returning: np.ndarray | None, holds: np.ndarray,
    activation: np.ndarray, return_: np.ndarray,
) -> None:  # fmt: skip
    """Writes the highest threshold of anybody of an age, sex and state (ODD equation R3).

    at_home: monthly thresholds of reconsidering; most_away: (ages, 2 sex) the highest of those away; returning:
    (ages, 2 sex) highest threshold of return, None without such a hazard; holds: (256,) of `retention`, which may raise
    a hazard, too.
    activation, return_: (ages, 2 sex, 2 in a union, 2 away) uint64, of zeros.
    """
    one = np.uint64(1) << np.uint64(32)
    most = np.maximum(holds.max(), np.uint64(1 << 16))

    def raised(highest: np.ndarray) -> np.ndarray:
        return np.minimum(highest * most >> np.uint64(16), one)[:, :, None]

    activation[:, :, :, 0] = raised(at_home[..., 1].max(axis=(2, 3)))
    activation[:, :, :, 1] = raised(most_away)
    if returning is not None:
        return_[:, :, :, 1] = raised(np.minimum(returning, one))
