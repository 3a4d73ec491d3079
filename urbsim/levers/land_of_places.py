"""S1: what a land quota of places gave and cut in each place of a run (ODD equation F9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from urbsim.calendar import month_text
from urbsim.levers.fulfilment import CutDose
from urbsim.levers.land import left_for_others
from urbsim.levers.planned import COLLECTIVE_LAND, Planned
from urbsim.levers.quota_areas import areas_of
from urbsim.levers.spending import MONTHS_OF_A_YEAR
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.schema import Allowance, Levers

_FEW = 1e-6  # guard, of a hectare: rounding


class LandOfPlace(NamedTuple):
    """Hectares of one place and lever over a run.

    place: code of the prefecture or county; quota, beside: of the place and for all levers, its quota and collective
    land; due: what units that it was to have take; on_land: what those take that had land.
    """

    place: str
    lever: str
    quota: float
    beside: float
    due: float
    on_land: float


def land_of_places(
    levers: Levers, parameters: Mapping[str, float], planned: Planned | None, last_month: int
) -> tuple[LandOfPlace, ...]:
    """By place and lever; empty where no quota of places cut anything.

    levers: of `carried_out`; the rest as there.
    """
    quota = levers.delivery.land_quota
    found: list[LandOfPlace] = []
    bound = {
        lever: dose.of_counties
        for lever in DOSES
        if isinstance(dose := setting(levers, lever.key), CutDose) and dose.of_counties is not None
    }
    if quota is None or planned is None or not bound:
        return ()
    areas = areas_of(quota, planned.places)
    first = min(one.first for one in bound.values())
    given = _in_all(quota.allowance, range(first, last_month + 1))
    dose, beside = levers.land.collective_land, np.zeros(len(areas.of_county))
    if dose is not None and dose.total:
        whole = dose.due(last_month) * left_for_others(parameters)
        beside = whole * planned.shares(COLLECTIVE_LAND, dose)
    for area, code in enumerate(areas.codes):
        here = areas.of_county == area
        for lever, one in bound.items():
            assert lever.land is not None
            due, on_land = (
                float(units[-1][here].sum()) * parameters[lever.land] for units in (one.due, one.on_land)
            )
            if due > _FEW:
                of_place = float(areas.share[area]) * given, float(beside[here].sum())
                found.append(LandOfPlace(code, lever.key, *of_place, due, on_land))
    return tuple(found)


def _in_all(allowance: Allowance, months: range) -> float:
    if allowance.in_all is not None:
        return allowance.in_all
    return sum(allowance.of_year(month_text(month)[:4]) for month in months) / MONTHS_OF_A_YEAR


def in_words(found: tuple[LandOfPlace, ...]) -> str:
    """How many places were short of land, and which most."""
    short: dict[str, float] = {}
    for one in found:
        short[one.place] = short.get(one.place, 0.0) + one.due - one.on_land
    worst = [code for code, _ in sorted(short.items(), key=lambda item: -item[1])[:3] if short[code] > _FEW]
    many = sum(cut > _FEW for cut in short.values())
    most = ", ".join(f"{code} ({short[code]:,.0f} hectares)" for code in worst)
    return f"levers.delivery.land_quota: land was short in {many} of {len(short)} places, most in {most}"
