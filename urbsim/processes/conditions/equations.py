"""Outside conditions of a scenario, month by month (ODD: input data)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from urbsim.calendar import BASE_MONTH, calendar_year, month_number
from urbsim.compute.randomness import stream_key
from urbsim.facts.parameters import Parameters
from urbsim.processes.conditions import drivers
from urbsim.scenario.schema import Conditions

MIDDLE_OF_DECADE = (BASE_MONTH["census_2010"] + BASE_MONTH["census_2020"]) // 2
"""The month, since 1900-01, at which the decade's profile of transfers stands."""


@dataclass(frozen=True)
class Climate:
    """Outside conditions of one month: what scenarios change.

    years: since census night; calendar_years: since the middle of the decade 2010-2020; growth: real growth since
    census night, ln; village_catch_up: ln income that villages have gained on towns; births_per_resident: observed
    births a year, or None for the model's own; outside_wage: ln outside wage over Guangxi's since the base;
    outside_jobs: level of the outside's job prospects, 1 at the base; mobility: factor on the usual rate of
    reconsidering, of an epidemic and of the year; hiring: factor on the usual rate of matching, of an epidemic;
    border_moves: False closes the province's border to movers.
    """

    years: float
    calendar_years: float
    growth: float
    village_catch_up: float
    births_per_resident: float | None
    outside_wage: float
    outside_jobs: float
    mobility: float
    hiring: float
    border_moves: bool


def base_climate(border_moves: bool) -> Climate:
    """The conditions of census night: nothing gained or lost yet."""
    return Climate(0.0, 0.0, 0.0, 0.0, None, 0.0, 1.0, 1.0, 1.0, border_moves)


def climate_of_year(parameters: Parameters, draw: int, month: int) -> float:
    """Factor of the year on the hazard of reconsidering, 1 in draw 0 and in 2010 (ODD equation M12).

    ln factor(year) = mobility_memory x ln factor(year before) + mobility_of_year x z, z standard normal by draw and
    year: the same for all scenarios and seeds of a draw. Parameters of a fit give z of the years that it looked at. A
    run that starts in 2020 goes on from the climate that the decade left.
    """
    log = 0.0
    for year in range(calendar_year(BASE_MONTH["census_2010"]) + 1, calendar_year(month) + 1):
        z = parameters.climate.get(year)
        if z is None:
            u = (int(stream_key(draw, "climate of a year", year)) + 0.5) / 2**64
            z = float(ndtri(u)) if draw else 0.0
        log = parameters["mobility_memory"] * log + parameters["mobility_of_year"] * z
    return float(np.exp(log))


def climate_of(
    conditions: Conditions, parameters: Parameters, draw: int, month: int, base_month: int
) -> Climate:
    """The climate of a month under a scenario's conditions; what a scenario leaves out comes from the parameters."""
    years = (month - base_month) / 12
    growth = conditions.growth_per_year
    wage = conditions.outside_wage_per_year
    growth = parameters["growth_per_year"] if growth is None else growth
    cumulated, births = growth * years, None
    if conditions.drivers == "observed":
        cumulated = drivers.growth_since(base_month, month)
        births = drivers.births_of(parameters, month)
    wage = parameters["outside_wage_per_year"] if wage is None else wage
    jobs = 1.0
    for prospect in conditions.outside_jobs:
        if month_number(prospect.from_) <= month:
            jobs = prospect.value
    mobility, hiring = climate_of_year(parameters, draw, month), 1.0
    for spell in conditions.epidemic:
        if month_number(spell.from_) <= month <= month_number(spell.to):
            mobility, hiring = mobility * spell.mobility, spell.hiring
    return Climate(
        years=years,
        calendar_years=(month - MIDDLE_OF_DECADE) / 12,
        growth=cumulated,
        village_catch_up=parameters["village_catch_up_per_year"] * years,
        births_per_resident=births,
        outside_wage=wage * years,
        outside_jobs=jobs,
        mobility=mobility,
        hiring=hiring,
        border_moves=conditions.border_moves == "on",
    )
