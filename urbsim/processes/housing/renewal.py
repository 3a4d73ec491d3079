"""Sites where old dwellings make way for new ones, and old communities that are renewed (ODD equations H7, H8)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from urbsim.compute.rounding import largest_remainder, released
from urbsim.facts.parameters import Parameters
from urbsim.processes.housing.equations import HousingMarket
from urbsim.state.codes import N_COUNTIES


def _counts() -> np.ndarray:
    return np.zeros(N_COUNTIES, dtype=np.int64)


@dataclass
class Renewal:
    """Renewal of the towns, (111,) by county, sampled.

    condemned: int64 dwellings that are to be pulled down and still stand; sites: by month (since 1900-01), int64
    dwellings that will be rebuilt then; pulled_down: int64 dwellings since census night; notices: notices to leave that
    migrant tenants were due since then; given: int64 notices that were due and had their turn; displaced: rows, rising,
    of tenants who look for another place next month; old: households in old communities on census night; renewed:
    int64 households of them whose homes were renewed.
    """

    condemned: np.ndarray = field(default_factory=_counts)
    sites: dict[int, np.ndarray] = field(default_factory=dict)
    pulled_down: np.ndarray = field(default_factory=_counts)
    notices: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    given: np.ndarray = field(default_factory=_counts)
    displaced: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    old: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    renewed: np.ndarray = field(default_factory=_counts)

    def left(self) -> np.ndarray:
        """(111,) households in old communities whose homes are not renewed."""
        return np.maximum(self.old - self.renewed, 0.0)


def pull_down(renewal: Renewal, market: HousingMarket, parameters: Parameters, month: int) -> np.ndarray:
    """Clears the condemned dwellings; others are to stand there later (ODD equation H7).

    What is condemned beyond the dwellings that stand, public rental apart, lapses.
    Returns (111,) int64 notices to leave that are due to tenants who are migrants.
    """
    p = parameters
    gone = market.demolish(renewal.condemned)
    renewal.condemned = _counts()
    before, renewal.pulled_down = renewal.pulled_down, renewal.pulled_down + gone
    ratio = p["rebuilt_per_pulled_down"]
    again = released(ratio * float(before.sum()), ratio * float(renewal.pulled_down.sum()))
    ready = month + round(p["rebuilding_months"])
    if again:
        renewal.sites[ready] = renewal.sites.get(ready, _counts()) + largest_remainder(gone, again)
    renewal.notices = renewal.notices + gone * p["pulled_down_let_to_migrants"]
    number = released(float(renewal.given.sum()), float(renewal.notices.sum()))
    due = largest_remainder(np.maximum(renewal.notices - renewal.given, 0.0), number) if number else _counts()
    renewal.given = renewal.given + due
    return due


def finish_sites(renewal: Renewal, market: HousingMarket, month: int) -> None:
    """Dwellings that were rebuilt are handed over, those who lost theirs move in (ODD equation H7)."""
    ready = renewal.sites.pop(month, None)
    if ready is not None:
        market.add_dwellings(ready)


def renew_homes(renewal: Renewal, market: HousingMarket, parameters: Parameters, units: np.ndarray) -> None:
    """Homes of old communities are renewed, some that stood empty can be let again (ODD equation H8).

    units: (111,) int64 households; those beyond what is left of old communities lapse. Dwellings come into use as long
    as some stand empty.
    """
    done = np.minimum(units, np.floor(renewal.left()).astype(np.int64))
    renewal.renewed = renewal.renewed + done
    room = np.maximum(market.vacant() - market.into_use, 0.0)
    market.into_use = market.into_use + np.minimum(done * parameters["renewal_brings_into_use"], room)


def share_renewed(renewal: Renewal, market: HousingMarket) -> np.ndarray:
    """(111,) share of the households of each town in homes that were renewed since census night (ODD equation H8)."""
    return np.minimum(renewal.renewed / np.maximum(market.homes(), 1), 1.0)
