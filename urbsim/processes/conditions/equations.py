"""Outside conditions of a scenario, month by month (ODD: input data)."""

from __future__ import annotations

from urbsim.calendar import month_number
from urbsim.facts.parameters import Parameters
from urbsim.processes.conditions import drivers
from urbsim.processes.migration.equations import MIDDLE_OF_DECADE, Climate
from urbsim.scenario.schema import Conditions


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
