"""What the levers of transport take: the month in which a railway line opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from urbsim.calendar import MONTH_PATTERN
from urbsim.scenario.schema.base import FrozenMapping, Name

NEVER = "never"
_OPENING_PATTERN = f"{MONTH_PATTERN}|^{NEVER}$"

LineName = Name
Opening = Annotated[str, Field(pattern=_OPENING_PATTERN, json_schema_extra={"unit": "month"})]
Openings = Annotated[dict[LineName, Opening], AfterValidator(FrozenMapping)]


def opening_months(committed: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """Month of opening of each line that opens; what is added takes the place of what was committed, line by line."""
    return {line: month for line, month in {**committed, **added}.items() if month != NEVER}
