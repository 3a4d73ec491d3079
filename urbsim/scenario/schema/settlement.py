"""What the levers of settlement take: a rule, or the work of the offices."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from urbsim.scenario.schema.base import PLAN, Frozen, Month


class Rule(Frozen):
    """A rule of settlement from a month on."""

    name: Literal["open_2019", "same_city_2015", "nanning_2012"]
    """`open_2019`: lawful stable residence or work, no waiting (in force since December 2019). `same_city_2015`: a
    year of work and insurance. `nanning_2012`: four years of work and three of insurance, or a home of one's own."""
    from_: Month = Field(alias="from")
    """First month of the rule."""


class Office(Frozen):
    """How well the offices that issue residence permits and settle people do their work, from a month on."""

    awareness: float = Field(ge=0, le=1, json_schema_extra={"unit": "share of migrants"})
    """Share of migrants in towns who know what they may apply for."""
    processing_months: float = Field(gt=0, le=24, json_schema_extra={"unit": "months"})
    """Mean time from being entitled to a permit to holding it, for those who know."""
    permit_services: int | None = Field(None, ge=0, le=15, json_schema_extra={"unit": "services"})
    """Of the fifteen services and conveniences of a residence permit ("8+7"), those that are open in fact. Left out:
    as before the plan."""
    from_: Month = Field(PLAN.first_month, alias="from")
    """First month of the new service. Left out: the month after the plan was issued."""
