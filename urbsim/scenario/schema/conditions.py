"""What no government of Guangxi decides."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, Strict, field_validator, model_validator

from urbsim.scenario.schema.base import Frozen, Month
from urbsim.scenario.schema.complaints import complaint, first_to_last, rising


class JobProspect(Frozen):
    """The outside's job prospects from one month on, until the next entry."""

    from_: Month = Field(alias="from")
    """First month of the level; before the first entry the level is 1."""
    value: float = Field(ge=0.2, le=3, json_schema_extra={"unit": "multiplier, 1 = base"})
    """Multiplier on the job prospects outside Guangxi."""


class Epidemic(Frozen):
    """A spell in which fewer people think of moving, and fewer are hired."""

    from_: Month = Field(alias="from")
    """First month of the spell."""
    to: Month
    """Last month of the spell."""
    mobility: float = Field(ge=0, le=1, json_schema_extra={"unit": "share of the usual rate"})
    """Rate at which people reconsider where they live, as a share of the usual."""
    hiring: float = Field(default=1.0, ge=0, le=1, json_schema_extra={"unit": "share of the usual rate"})
    """Rate at which seekers and vacant posts find each other, as a share of the usual."""

    @model_validator(mode="after")
    def _ordered(self) -> Epidemic:
        first_to_last(self.from_, self.to)
        return self


class Conditions(Frozen):
    """What no government of Guangxi decides: the growth around it, wages outside, epidemics."""

    growth_per_year: float | None = Field(
        default=None, ge=-0.2, le=0.3, json_schema_extra={"unit": "share per year"}
    )
    """Real growth of urban labour demand in Guangxi, which carries incomes and chances of work with it.
    Left out or null: the parameter `growth_per_year`, with its spread over draws."""
    outside_wage_per_year: float | None = Field(
        default=None, ge=-0.2, le=0.3, json_schema_extra={"unit": "share per year"}
    )
    """Growth of the real wage outside Guangxi relative to the cities of Guangxi.
    Left out or null: the parameter `outside_wage_per_year`, with its spread over draws."""
    outside_jobs: Annotated[tuple[JobProspect, ...], Strict(False)] = ()
    """Path of the job prospects outside Guangxi, in order of months; empty: level 1 throughout."""
    epidemic: Annotated[tuple[Epidemic, ...], Strict(False)] = ()
    """Spells of reduced mobility and hiring, in order of months and not overlapping; empty: none."""
    drivers: Literal["foreseen", "observed"] = "foreseen"
    """Growth and births: as foreseen from census night (parameters, with their spread), or of each year as published.
    `observed` needs `base: census_2010`."""
    reclassification: Literal["base", "frozen"] = "base"
    """Whether places turn urban where they stand at the base rate of the decade before, or not at all."""
    border_moves: Literal["on", "off"] = "on"
    """Moves over the border of the province; `off` only to check the accounts of a closed province."""

    @field_validator("outside_jobs")
    @classmethod
    def _levels_in_order(cls, levels: tuple[JobProspect, ...]) -> tuple[JobProspect, ...]:
        return rising(levels)

    @field_validator("epidemic")
    @classmethod
    def _spells_in_order(cls, spells: tuple[Epidemic, ...]) -> tuple[Epidemic, ...]:
        for before, after in pairwise(spells):
            if after.from_ <= before.to:
                raise complaint("order", f"the spell from {after.from_} begins before the last ends")
        return spells
