"""What the levers of delivery take: how much of what is added is carried out, how late, with what money and land."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, Field, Strict, field_validator, model_validator

from urbsim.calendar import month_number, month_text
from urbsim.scenario.schema.base import (
    PLACE_PATTERN,
    YEAR_PATTERN,
    Frozen,
    FrozenMapping,
    PlaceCode,
    Text,
    Year,
)
from urbsim.scenario.schema.complaints import complaint, once

Hectares = Annotated[float, Field(ge=0, le=1e6, json_schema_extra={"unit": "hectares"})]
_Limit = TypeVar("_Limit", bound=Frozen)


class Allowance(NamedTuple):
    """What doses may use up, of money or of land.

    One of three is given: per_year: of each year; in_all: of the run; by_year: of the years that it names. first: keys
    of levers.
    """

    per_year: float | None = None
    in_all: float | None = None
    first: tuple[str, ...] = ()
    by_year: Mapping[str, float] | None = None

    def times(self, share: float) -> Allowance:
        """A share of it."""
        return self._replace(
            per_year=None if self.per_year is None else self.per_year * share,
            in_all=None if self.in_all is None else self.in_all * share,
            by_year=self.by_year and {year: given * share for year, given in self.by_year.items()},
        )

    def of_year(self, year: str) -> float:
        """What a year brings, where it is given by years."""
        return (self.by_year or {}).get(year, self.per_year or 0.0)


class Rate(Frozen):
    """How much of every additional dose is delivered, and how late all that is added comes."""

    share: float = Field(1, ge=0, le=1, json_schema_extra={"unit": "share of units"})
    """Share of the units of every dose under `levers` that is delivered."""
    delay_months: int = Field(0, ge=0, le=60, json_schema_extra={"unit": "months"})
    """Months by which every dose, rule and office under `levers` comes later."""

    def later(self, month: str) -> str:
        """The month in which something comes that is written for `month`."""
        return month_text(month_number(month) + self.delay_months)


class Envelope(Frozen):
    """Public money for what a scenario adds. Either a sum for each calendar year, or one for the whole run."""

    yuan_per_year: float | None = Field(None, ge=0, le=1e13, json_schema_extra={"unit": "yuan per year"})
    """Yuan of each calendar year, in equal parts by month; what is left lapses at the end of the year."""
    yuan_in_all: float | None = Field(None, ge=0, le=1e13, json_schema_extra={"unit": "yuan"})
    """Yuan in all, in equal parts from the first month in which units are due to the last of the run."""
    first: Annotated[tuple[Text, ...], Strict(False)] = ()
    """Levers (`group.lever`) that are served before the others, in this order. Left out: all are cut alike."""

    @property
    def allowance(self) -> Allowance:
        """The money as what may be used up."""
        return Allowance(self.yuan_per_year, self.yuan_in_all, self.first)

    @field_validator("first")
    @classmethod
    def _listed_once(cls, first: tuple[str, ...]) -> tuple[str, ...]:
        return once(first)

    @model_validator(mode="after")
    def _one_sum(self) -> Envelope:
        return _one_of(self, "yuan_per_year", "yuan_in_all")


class LandQuota(Frozen):
    """Building land for what a scenario adds: of each year, by year, or of the run; the province's or by place."""

    hectares_per_year: float | None = Field(
        None, ge=0, le=1e6, json_schema_extra={"unit": "hectares per year"}
    )
    """Hectares of each calendar year, in equal parts by month; what is left lapses at the end of the year."""
    hectares_by_year: Annotated[dict[Year, Hectares], AfterValidator(FrozenMapping)] | None = Field(
        None, json_schema_extra={"propertyNames": {"pattern": YEAR_PATTERN}}
    )
    """Hectares by calendar year, each in equal parts by month; a year that is not named has none."""
    hectares_in_all: float | None = Field(None, ge=0, le=1e6, json_schema_extra={"unit": "hectares"})
    """Hectares in all, in equal parts from the first month in which units are due to the last of the run."""
    by: Literal["province", "prefecture", "county"] = "province"
    """Whose land it is: the province's, or that of each prefecture or county, which no other place may use."""
    places: Annotated[dict[PlaceCode, Hectares], AfterValidator(FrozenMapping)] | None = Field(
        None, json_schema_extra={"propertyNames": {"pattern": PLACE_PATTERN}}
    )
    """Hectares by prefecture or county, of the sum above; other places share the rest of it by dwellers of towns."""
    first: Annotated[tuple[Text, ...], Strict(False)] = ()
    """Levers (`group.lever`) that are served before the others, in this order. Left out: all are cut alike."""

    @property
    def of_one_time(self) -> float | None:
        """Hectares of a year or of the run, of which `places` are a part; None where the years differ."""
        return self.hectares_in_all if self.hectares_per_year is None else self.hectares_per_year

    @property
    def allowance(self) -> Allowance:
        """The land as what may be used up."""
        return Allowance(self.hectares_per_year, self.hectares_in_all, self.first, self.hectares_by_year)

    @field_validator("first")
    @classmethod
    def _listed_once(cls, first: tuple[str, ...]) -> tuple[str, ...]:
        return once(first)

    @model_validator(mode="after")
    def _one_sum(self) -> LandQuota:
        return _one_of(self, "hectares_per_year", "hectares_by_year", "hectares_in_all")

    @model_validator(mode="after")
    def _places_of_the_sum(self) -> LandQuota:
        if self.places is None:
            return self
        if self.by == "province":
            raise complaint("alone", "`places` need `by: prefecture` or `by: county`")
        whole = [code for code in self.places if code.endswith("0000")]
        counties = [code for code in self.places if self.by == "prefecture" and not code.endswith("00")]
        if whole or counties:
            raise complaint("alone", f"{(whole + counties)[0]} is no {self.by}{_or_prefecture(self.by)}")
        if self.of_one_time is None:
            raise complaint("alone", "`places` stand beside `hectares_per_year` or `hectares_in_all`")
        if (given := math.fsum(self.places.values())) > self.of_one_time + 1e-6:
            raise complaint(
                "sum", f"`places` add up to {given:.15g}, more than the sum, {self.of_one_time:.15g}"
            )
        return self


def _or_prefecture(by: str) -> str:
    return " or prefecture" if by == "county" else ""


def _one_of(limit: _Limit, *names: str) -> _Limit:
    if sum(getattr(limit, name) is not None for name in names) != 1:
        *others, last = (f"`{name}`" for name in names)
        raise complaint("alone", f"needs one of {', '.join(others)} and {last}")
    return limit
