"""The fiscal ledger: what the deliveries of a run cost, to the yuan, by lever, part, kind, month and county.

Deliveries, what is kept up, and prices make it: no price changes what people do. Every sum over it is a sum of the same
whole yuan, so that sums by lever, by month and by place agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from urbsim.calendar import month_number
from urbsim.levers.delivery import Delivery, Part
from urbsim.levers.kept_up import KeptUp
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.lever import Cost, Lever
from urbsim.scenario.schema import Levers

MONTHS_OF_A_YEAR = 12
Kind = Literal["capital", "running"]
"""Building, once; or current spending, once or for as long as a unit stands."""


@dataclass(frozen=True)
class Spending:
    """What one part of one lever costs. yuan: (months, 111) int64 by month, from the first of the run, and county."""

    lever: str
    part: Part
    kind: Kind
    yuan: np.ndarray


def whole_yuan(units: np.ndarray, price: float) -> np.ndarray:
    """int64 yuan of full units at a price, each cell rounded half up (ODD equation F1)."""
    return np.floor(units * price + 0.5).astype(np.int64)


def standing(came: np.ndarray, last: int | None) -> np.ndarray:
    """Units that stand in each month: all that came, from their month on (ODD equation F2).

    came: (months, 111) units by month; last: index of the last month in which they stand, None where they stay.
    """
    stand = np.cumsum(came, axis=0)
    if last is not None:
        stand[max(last + 1, 0) :] = 0
    return stand


def spending(
    deliveries: Iterable[Delivery],
    levers: Mapping[Part, Levers],
    prices: Mapping[str, float],
    weight: float,
    months: range,
    kept: Iterable[KeptUp] = (),
) -> tuple[Spending, ...]:
    """The ledger of a run, in the order in which levers first delivered, then what is kept up (ODD F1, F2, F7).

    levers: of each part, as the scenario has them; prices: yuan by name of parameter; weight: full units per sampled
    unit; months: of the run, counted from 1900-01; kept: offices and air routes. A lever without a price has no entry,
    and nor has a kind without.
    """
    came: dict[tuple[str, Part], np.ndarray] = {}
    scale: dict[str, float] = {}
    for one in deliveries:
        if isinstance(CATALOGUE[one.lever].cost, Cost):
            kind = one.lever, one.part
            if kind not in came:
                came[kind] = np.zeros((len(months), one.units.size), dtype=np.int64)
            came[kind][months.index(one.month)] += one.units
            scale[one.lever] = 1.0 if one.whole else weight
    delivered = (
        entry
        for (key, part), units in came.items()
        for entry in _of_lever(
            CATALOGUE[key], part, units * scale[key], prices, _last(levers[part], CATALOGUE[key], months)
        )
    )
    return (*delivered, *(_of_kept_up(one, prices) for one in kept))


def _of_kept_up(one: KeptUp, prices: Mapping[str, float]) -> Spending:
    cost = CATALOGUE[one.lever].cost
    assert isinstance(cost, Cost) and cost.running is not None
    yuan = whole_yuan(one.units, prices[cost.running] / MONTHS_OF_A_YEAR)
    return Spending(one.lever, one.part, "running", yuan)


def _of_lever(
    lever: Lever, part: Part, came: np.ndarray, prices: Mapping[str, float], last: int | None
) -> Iterable[Spending]:
    """Entries of one part of a lever. came: (months, 111) full units; last: as of `standing`."""
    cost = lever.cost
    assert isinstance(cost, Cost)
    if cost.capital is not None:
        yield Spending(lever.key, part, "capital", whole_yuan(came, prices[cost.capital]))
    running = []
    if cost.once is not None:
        running.append(whole_yuan(came, prices[cost.once]))
    if cost.running is not None:
        running.append(whole_yuan(standing(came, last), prices[cost.running] / MONTHS_OF_A_YEAR))
    if running:
        yield Spending(lever.key, part, "running", sum(running[1:], running[0]))


def _last(levers: Levers, lever: Lever, months: range) -> int | None:
    """Index of the month after which the units of a lever that ends with its dose are gone."""
    return month_number(setting(levers, lever.key).to) - months.start if lever.ends else None


def by_month(entries: Iterable[Spending], months: int, counties: int) -> np.ndarray:
    """(months, counties) int64 yuan of all entries."""
    total = np.zeros((months, counties), dtype=np.int64)
    for entry in entries:
        total += entry.yuan
    return total


def totals(entries: Iterable[Spending]) -> dict[str, int]:
    """Whole yuan in all, by kind and by part."""
    found: dict[str, int] = dict.fromkeys(("all", "capital", "running", "committed", "additional"), 0)
    for entry in entries:
        yuan = int(entry.yuan.sum())
        for key in ("all", entry.kind, entry.part):
            found[key] += yuan
    return found
