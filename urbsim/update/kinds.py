"""Kinds of published figures that an update can read, and what of a run and of the protocol each belongs to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from urbsim.facts.indicators import INDICATORS

_SMALLEST = 1.0  # guard: of a count, before its logarithm is taken
_PERSONS = {"persons": 1.0, "10k_persons": 1e4}
_SHARE = {"pct": 0.01, "percent": 0.01}


@dataclass(frozen=True)
class Kind:
    """One kind of figure.

    name: its `variable` or `indicator` in the observation files; indicator: that of the model; units: unit -> factor to
    the unit of the indicator; observables: level -> the observable of the protocol that has its errors.
    """

    name: str
    indicator: str
    units: dict[str, float]
    observables: dict[str, str]

    @property
    def is_flow(self) -> bool:
        """Whether it is counted over months, and not read at the end of one."""
        return INDICATORS[self.indicator].kind == "flow"


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "urbanisation_rate",
            "urbanisation_rate",
            _SHARE,
            {"province": "urban_share", "prefecture": "prefecture_shares"},
        ),
        Kind("resident_pop", "resident_population", _PERSONS, {"province": "residents"}),
        Kind("new_urban_jobs", "new_urban_jobs", _PERSONS, {"province": "new_jobs"}),
        Kind(
            "hukou_urbanisation_rate",
            "hukou_urbanisation_rate",
            _SHARE,
            {"province": "registered_urban_share"},
        ),
    )
}


def in_unit(value: float, unit: str) -> float:
    """A share or a number of persons in a unit of the protocol. Raises KeyError for a unit it does not have."""
    if unit == "log":
        return math.log(max(value, _SMALLEST))
    return value / {"points": 0.01, "million": 1e6, "thousand": 1e3}[unit]
