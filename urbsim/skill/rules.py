"""How forecasts are scored: `calibration/scoring.yaml`, read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, Strict

from urbsim.files.strict_yaml import load
from urbsim.scenario.schema.base import Frozen, Name, PlaceCode
from urbsim.scenario.validation import validate
from urbsim.skill.observed import level

FILE = "scoring.yaml"

Year = Annotated[int, Field(ge=2010, le=2099)]
Points = Annotated[float, Field(gt=0, le=5, json_schema_extra={"unit": "points of urban share"})]
Share = Annotated[float, Field(ge=0, le=1)]


class PublicationError(Frozen):
    """Standard deviation of a share as first published."""

    province: Points
    """Of the province."""
    prefecture: Points
    """Of a prefecture."""
    county: Points
    """Of a county."""


class LeftOut(Frozen):
    """Figures that are not scored."""

    place: PlaceCode
    """Whose."""
    years: Annotated[tuple[Year, Year], Strict(False)]
    """First and last year."""
    conflict: Name
    """The row of conflicts.csv that says why."""


class Aims(Frozen):
    """What the model should reach."""

    crps_ratio: Annotated[float, Field(gt=0, le=1)]
    """Its score over that of the hardest rival, at most."""
    coverage_90: Annotated[tuple[Share, Share], Strict(False)]
    """Share of figures inside its 90% intervals: least and most."""


class ScoringRules(Frozen):
    """`calibration/scoring.yaml`."""

    seen_until: Year
    """Last year whose figures were seen when the model was made."""
    unconditional: Name
    """Scenario that knows nothing after census night."""
    conditional: Name
    """Scenario whose drivers are those that became known."""
    replay: Name
    """Scenario of the decade between the censuses."""
    origins: Annotated[tuple[Year, ...], Strict(False), Field(min_length=2)]
    """Years at whose ends forecasts inside the decade are made."""
    horizons: Annotated[int, Field(ge=1, le=10)]
    """Years ahead."""
    publication_error: PublicationError
    """Added to forecasts of years after 2020."""
    publication_error_status: Literal["sourced", "assumed"]
    """What is known of it."""
    left_out: Annotated[tuple[LeftOut, ...], Strict(False)] = ()
    """What is not scored."""
    aims: Aims
    """What the model should reach."""

    def conflict_of(self, place: str, year: int) -> str | None:
        """The conflict for which a figure is left out, or None."""
        for entry in self.left_out:
            if entry.place == place and entry.years[0] <= year <= entry.years[1]:
                return entry.conflict
        return None

    def publication_share(self, place: str) -> float:
        """Error of a share of the place as first published, from 0 to 1."""
        return getattr(self.publication_error, level(place)) / 100


def load_rules(folder: Path) -> ScoringRules:
    """The rules of a calibration folder. Raises InputError with every problem."""
    return validate(ScoringRules, load(folder / FILE))
