"""What the levers of transport take: months of railway lines, shares of circles, air routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from urbsim.calendar import MONTH_PATTERN, month_number
from urbsim.scenario.schema.base import PLAN, Frozen, FrozenMapping, Month, Name
from urbsim.scenario.schema.complaints import first_to_last
from urbsim.scenario.schema.dose import Dose

NEVER = "never"
_OPENING_PATTERN = f"{MONTH_PATTERN}|^{NEVER}$"


class Circle(Frozen):
    """Journeys between the places of a circle get shorter, evenly from one month to another, and stay so."""

    share: float = Field(1, ge=0, le=1, json_schema_extra={"unit": "share of the gap"})
    """Share of the gap between the hours of today and those aimed at that is closed in the end; 0 switches the circle
    off."""
    from_: Month = Field(PLAN.first_month, alias="from")
    """First month in which journeys get shorter. Left out: the month after the plan was issued."""
    to: Month = PLAN.last_month
    """Last month in which journeys get shorter. Left out: the last of the plan."""

    def closed(self, month: int) -> float:
        """Share of the gap that is closed at the end of a month (number since 1900)."""
        first, last = month_number(self.from_), month_number(self.to)
        done = min(max(month - first + 1, 0), last - first + 1)
        return self.share * done / (last - first + 1)

    @model_validator(mode="after")
    def _in_order(self) -> Circle:
        first_to_last(self.from_, self.to)
        return self


class AirRoutes(Dose):
    """Scheduled routes to the rest of China, which begin evenly from one month to another, and stay.

    `places` names counties with an airport (`airports.csv`), or their prefectures or the province. Left out: all
    airports, by the residents of towns within reach of each.
    """


Opening = Annotated[str, Field(pattern=_OPENING_PATTERN, json_schema_extra={"unit": "month"})]
Openings = Annotated[dict[Name, Opening], AfterValidator(FrozenMapping)]
Circles = Annotated[dict[Name, Circle], AfterValidator(FrozenMapping)]


def opening_months(committed: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """Month of opening of each line that opens; what is added takes the place of what was committed, line by line."""
    return {line: month for line, month in {**committed, **added}.items() if month != NEVER}
