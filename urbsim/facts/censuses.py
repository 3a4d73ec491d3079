"""The census nights a run can start from: the facts behind each, and how its controls are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urbsim.facts.census_2020 import Controls

_FILES = (
    "counties.csv",
    "county_census2020_profile.csv",
    "registered_population_2022.csv",
    "marital_status_by_age.csv",
    "reclassification_codes.csv",
    "destinations_out_of_province.csv",
)


@dataclass(frozen=True)
class Base:
    """A census night. files: observations its population is made from; read: its controls.

    schooling_shift: five-year age groups by which the cohorts of the pattern of schooling, that of 2020, are older.
    """

    files: tuple[str, ...]
    read: Callable[[], Controls]
    schooling_shift: int = 0


# Read when asked for: the libraries that tables need take half a second to import, and a run with a population in the
# cache needs them later.


def _complete(base: str, counted: Controls) -> Controls:
    from urbsim.facts.missed_children import with_missed_children
    from urbsim.facts.synthesis_inputs import read_assumptions

    return with_missed_children(counted, read_assumptions(base)["children_missed"])


def _census_2020() -> Controls:
    from urbsim.facts.census_2020 import read_controls

    return _complete("census_2020", read_controls())


def _census_2010() -> Controls:
    from urbsim.facts.census_2010 import read_census_2010

    return _complete("census_2010", read_census_2010())


BASES = {
    "census_2020": Base(_FILES, _census_2020),
    "census_2010": Base((*_FILES, "county_2010.csv"), _census_2010, schooling_shift=2),
}


@cache
def census_of(base: str) -> Controls:
    """The controls of a base, read once in a process: to look at, not to change."""
    return BASES[base].read()
