"""What most levers take: a quantity, its months and its places."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from urbsim.calendar import month_number
from urbsim.scenario.schema.base import PLACE_PATTERN, PLAN, Frozen, Month, PlaceCode
from urbsim.scenario.schema.complaints import complaint, first_to_last


class Dose(Frozen):
    """A physical quantity that arrives evenly from one month to another."""

    total: float = Field(ge=0, le=60_000_000, json_schema_extra={"unit": "units"})
    """Dwellings, places, posts, persons and the like in all, over the whole time; 0 switches the lever off."""
    from_: Month = Field(PLAN.first_month, alias="from")
    """First month in which units arrive. Left out: the month after the plan was issued."""
    to: Month = PLAN.last_month
    """Last month in which units arrive. Left out: the last of the plan."""
    places: dict[PlaceCode, Annotated[float, Field(ge=0, json_schema_extra={"unit": "units"})]] | None = (
        Field(None, json_schema_extra={"propertyNames": {"pattern": PLACE_PATTERN}})
    )
    """Units by county, prefecture or province, adding up to the total. Left out: spread by need over the towns."""

    def due(self, month: int, share: float = 1) -> float:
        """Units of a share of the dose due by the end of a month (number since 1900): evenly over its months."""
        first, last = month_number(self.from_), month_number(self.to)
        done = min(max(month - first + 1, 0), last - first + 1)
        return self.total * share * done / (last - first + 1)

    @model_validator(mode="after")
    def _adds_up(self) -> Dose:
        first_to_last(self.from_, self.to)
        given = None if self.places is None else math.fsum(self.places.values())
        if given is not None and abs(given - self.total) > 0.5:
            raise complaint("sum", f"`places` add up to {given:.15g} and not to `total`, {self.total:.15g}")
        return self
