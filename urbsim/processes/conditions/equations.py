"""Outside conditions of a scenario, month by month (ODD: input data)."""

from __future__ import annotations

from dataclasses import dataclass

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.parameters import Parameters
from urbsim.processes.conditions import drivers
from urbsim.scenario.schema import Conditions

MIDDLE_OF_DECADE = (BASE_MONTH["census_2010"] + BASE_MONTH["census_2020"]) // 2
"""The month, since 1900-01, at which the decade's profile of transfers stands."""


@dataclass(frozen=True)
class Climate:
    """Outside conditions of one month: what scenarios change.

    years: since census night; calendar_years: since the middle of the decade 2010-2020; growth: real growth since
    census night, ln; growth_gap: the same above its trend; village_catch_up: ln income that villages have gained on
    towns; births_per_resident: observed births a year, or None for the model's own;
    outside_wage: ln outside wage over Guangxi's since the base; outside_jobs: level of the outside's job prospects, 1
    at the base; mobility: share of the usual rate of reconsidering; border_moves: False closes the province's border
    to movers.
    """

    years: float
    calendar_years: float
    growth: float
    growth_gap: float
    village_catch_up: float
    births_per_resident: float | None
    outside_wage: float
    outside_jobs: float
    mobility: float
    border_moves: bool


def base_climate(border_moves: bool) -> Climate:
    """The conditions of census night: nothing gained or lost yet."""
    return Climate(0.0, 0.0, 0.0, 0.0, 0.0, None, 0.0, 1.0, 1.0, border_moves)


def climate_of(conditions: Conditions, parameters: Parameters, month: int, base_month: int) -> Climate:
    """The climate of a month under a scenario's conditions; what a scenario leaves out comes from the parameters."""
    years = (month - base_month) / 12
    growth = conditions.growth_per_year
    wage = conditions.outside_wage_per_year
    growth = parameters["growth_per_year"] if growth is None else growth
    cumulated, gap = growth * years, (growth - parameters["growth_trend_per_year"]) * years
    births = None
    if conditions.drivers == "observed":
        # Incomes of towns and villages are what they were: growth beyond its trend moves no pull a second time.
        cumulated, gap = drivers.growth_since(base_month, month), 0.0
        births = drivers.births_of(parameters, month)
    wage = parameters["outside_wage_per_year"] if wage is None else wage
    jobs = 1.0
    for prospect in conditions.outside_jobs:
        if month_number(prospect.from_) <= month:
            jobs = prospect.value
    mobility = 1.0
    for spell in conditions.epidemic:
        if month_number(spell.from_) <= month <= month_number(spell.to):
            mobility = spell.mobility
    return Climate(
        years=years,
        calendar_years=(month - MIDDLE_OF_DECADE) / 12,
        growth=cumulated,
        growth_gap=gap,
        village_catch_up=parameters["village_catch_up_per_year"] * years,
        births_per_resident=births,
        outside_wage=wage * years,
        outside_jobs=jobs,
        mobility=mobility,
        border_moves=conditions.border_moves == "on",
    )
