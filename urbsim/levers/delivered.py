"""Indicators of what was delivered, at full scale by month and county, when the months are over (ODD equation G6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from urbsim.levers.delivery import Delivery
from urbsim.levers.services import Levels

BROUGHT_BY = {
    "public_rental_delivered": "housing.public_rental_units",
    "shantytown_rebuilding_begun": "renewal.shantytown_units",
    "old_homes_renewed": "renewal.old_community_households",
}
"""Flow -> the lever whose units it counts, committed and additional."""
SERVED_BY = {
    "primary_care_beds": ("primary-care beds: towns", "primary-care beds: villages"),
    "nursing_beds": ("nursing beds: towns",),
    "childcare_places": ("childcare places: towns",),
}
"""Stock -> the services that it adds up."""


def units_by_month(
    deliveries: Iterable[Delivery], weight: float, months: range, counties: int
) -> dict[str, np.ndarray]:
    """(months, counties) full units of each flow of `BROUGHT_BY`.

    weight: full units per sampled unit; months: observed, counted from 1900-01, census night first.
    """
    found = {name: np.zeros((len(months), counties)) for name in BROUGHT_BY}
    names = {lever: name for name, lever in BROUGHT_BY.items()}
    for one in deliveries:
        if one.lever in names:
            found[names[one.lever]][months.index(one.month)] += one.full_units(weight)
    return found


ON_LAND = "homes_on_released_land"


def homes_on_land(
    by_month: Mapping[int, np.ndarray], weight: float, months: range, counties: int
) -> np.ndarray:
    """(months, counties) full dwellings that builders finished on released land (ODD equations G6, H9).

    by_month: (counties,) sampled dwellings that stand on it at the end of a month, from the first with any;
    weight, months: as of `units_by_month`.
    """
    none = np.zeros(counties)
    return weight * np.diff([none, *(by_month.get(month, none) for month in months)], axis=0)


def stocks_by_month(levels: Levels) -> dict[str, np.ndarray]:
    """(months, 111) full units of each stock of `SERVED_BY`; levels: of every observed month, in order."""
    units = np.stack([units for units, _ in levels.by_month.values()])
    return {
        name: units[:, [levels.names.index(service) for service in services]].sum(axis=1)
        for name, services in SERVED_BY.items()
    }
