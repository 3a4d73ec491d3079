"""Places that the plan names: the counties over which the units of a dose without places go (ODD equation G1)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from urbsim.facts.register import observations
from urbsim.scenario.lever import Lever
from urbsim.scenario.schema import Dose


@lru_cache(maxsize=1)
def counties_by_area() -> dict[str, frozenset[str]]:
    """Codes of the counties of each area of plan_areas.csv, by the memberships that county_flags.csv knows."""
    members = observations("county_flags")
    areas = observations("plan_areas").merge(members, on="flag", suffixes=("", "_of_county"))
    return {str(area): frozenset(rows["adcode"]) for area, rows in areas.groupby("area")}


@lru_cache(maxsize=64)
def inside(area: str | None, codes: tuple[str, ...]) -> np.ndarray:
    """(111,) 1 for the counties of an area of the plan and 0 for others; 1 for all without one.

    codes: of the counties. Raises KeyError for an area that the facts do not know.
    """
    members = codes if area is None else counties_by_area()[area]
    out = np.array([float(code in members) for code in codes])
    out.flags.writeable = False  # all months share it
    return out


def where_it_may_go(spread: np.ndarray, lever: Lever, dose: Dose, codes: tuple[str, ...]) -> np.ndarray:
    """(111,) weights of counties for units without places: those of `spread`, inside the lever's area if it has one.

    codes: of the counties.
    """
    return spread if lever.area is None or dose.places else spread * inside(lever.area, codes)
