"""S1: how much of what a scenario adds is carried out: the one place between its doses and the stocks they join.

A rate takes a share of every dose and makes all of it later; a land quota cuts what has no land, and an envelope what
its money does not pay for. The world is given doses that are cut already, so that nothing else needs to know. Without
all three they are the scenario's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import PrivateAttr

from urbsim.calendar import month_number, month_text
from urbsim.levers.land import left_for_others
from urbsim.levers.spending import MONTHS_OF_A_YEAR
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.lever import Cost, Lever
from urbsim.scenario.schema import Allowance, Circle, Dose, Levers, Office, Rate, Rule
from urbsim.scenario.schema.base import FrozenMapping

Limit = Literal["land_quota", "envelope"]
_FEW = 1e-6  # guard, of a unit: rounding


class Cut(NamedTuple):
    """Units of a dose that a limit cut. of: the limit; first: month since 1900-01; units: cut until each month."""

    of: Limit
    first: int
    units: tuple[float, ...]

    def until(self, month: int) -> float:
        """Units cut by the end of a month."""
        past = min(max(month - self.first + 1, 0), len(self.units))
        return self.units[past - 1] if past else 0.0


class CutDose(Dose):
    """A dose of which some units have no land or no money: what is due is less by them (ODD equations F4, F6)."""

    _cuts: tuple[Cut, ...] = PrivateAttr(default=())

    def due(self, month: int, share: float = 1) -> float:
        """As of `Dose`, less the units cut until then."""
        return super().due(month, share) - share * sum(cut.until(month) for cut in self._cuts)

    def before(self, limit: Limit, month: int) -> float:
        """Units that would be due by the end of a month without a limit and those reckoned after it."""
        order = [*_LIMITS]
        earlier = order[: order.index(limit)]
        return super().due(month) - sum(cut.until(month) for cut in self._cuts if cut.of in earlier)


def carried_out(levers: Levers, parameters: Mapping[str, float], last_month: int) -> Levers:
    """The levers of a scenario as they are carried out (ODD equations F3, F4, F6).

    levers: what it adds; parameters: yuan and hectares of a unit by name; last_month: of the run, counted from 1900-01.
    Returns `levers` itself where nothing is to be delivered otherwise than it says.
    """
    rate = levers.delivery.rate
    if rate is not None and (rate.share, rate.delay_months) != (1, 0):
        levers = each_changed(levers, partial(_at_rate, rate))
    for limit, taken in _LIMITS.items():
        given = getattr(levers.delivery, limit)
        if given is not None:
            more = collective_land(levers, parameters) if limit == "land_quota" else None
            cuts = cut_by(given.allowance, taken(levers, parameters), last_month, more)
            levers = _with_cuts(
                levers, limit, {key: cut for key, cut in cuts.items() if cut.any()}, last_month
            )
    return levers


def each_changed(levers: Levers, change: Callable[[Any], Any]) -> Levers:
    """The levers with every setting changed, group by group, and every item of a list or a mapping."""
    groups = {
        name: group.model_copy(update={key: _each(value, change) for key, value in group})
        for name, group in levers
    }
    return levers.model_copy(update=groups)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, tuple):
        return tuple(map(change, value))
    if isinstance(value, FrozenMapping):
        return FrozenMapping({key: change(item) for key, item in value.items()})
    return change(value)


def _at_rate(rate: Rate, value: Any) -> Any:
    """A dose, a circle, a rule or an office as it comes at a rate (ODD equation F3); anything else as it is."""
    if not isinstance(value, Dose | Circle | Rule | Office):
        return value
    update: dict[str, Any] = {
        name: rate.later(getattr(value, name)) for name in ("from_", "to") if hasattr(value, name)
    }
    if isinstance(value, Circle):
        update["share"] = value.share * rate.share
    if isinstance(value, Dose):
        update["total"] = value.total * rate.share
        update["places"] = value.places and {code: units * rate.share for code, units in value.places.items()}
    return value.model_copy(update=update)


@dataclass(frozen=True)
class Taking:
    """A dose with what its units take of a limit: at_once and a_month, a unit; ends: units leave after the dose."""

    dose: Dose
    at_once: float
    a_month: float
    ends: bool


def priced_doses(levers: Levers, parameters: Mapping[str, float]) -> dict[str, Taking]:
    """Doses whose units have a price, in yuan, by the key of the lever, in the order of the catalogue."""

    def price(name: str | None) -> float:
        return 0.0 if name is None else parameters[name]

    return {
        lever.key: Taking(
            dose,
            price(lever.cost.capital) + price(lever.cost.once),
            price(lever.cost.running) / MONTHS_OF_A_YEAR,
            lever.ends,
        )
        for lever, dose in _doses(levers)
        if isinstance(lever.cost, Cost)
    }


def doses_on_land(levers: Levers, parameters: Mapping[str, float]) -> dict[str, Taking]:
    """Doses whose units take land, in hectares, by the key of the lever, in the order of the catalogue."""
    return {
        lever.key: Taking(dose, parameters[lever.land], 0.0, False)
        for lever, dose in _doses(levers)
        if lever.land is not None
    }


def collective_land(levers: Levers, parameters: Mapping[str, float]) -> Callable[[int], float] | None:
    """Hectares by the end of a month that villages have brought to market beside a quota; None for none (ODD F8)."""
    dose = levers.land.collective_land
    if dose is None or dose.total == 0:
        return None
    return partial(_others_share, dose, left_for_others(parameters))


def _others_share(dose: Dose, share: float, month: int) -> float:
    return dose.due(month, share)


_LIMITS: dict[Limit, Callable[[Levers, Mapping[str, float]], dict[str, Taking]]] = {
    "land_quota": doses_on_land,
    "envelope": priced_doses,
}
"""Limit of `delivery` -> the doses that it may cut, in the order in which limits are reckoned."""


def _doses(levers: Levers) -> Iterator[tuple[Lever, Dose]]:
    for lever in DOSES:
        dose = setting(levers, lever.key)
        if dose is not None and dose.total > 0:
            yield lever, dose


def cut_by(
    allowance: Allowance,
    doses: Mapping[str, Taking],
    last_month: int,
    more: Callable[[int], float] | None = None,
) -> dict[str, np.ndarray]:
    """Units of each dose for which the limit leaves nothing, (months,) from the first month due (ODD equations F4, F6).

    The months go from the first in which units of any dose are due to the last of the run. more: what has come by the
    end of a month beside the allowance; it is used after it, and stays.
    """
    if not doses:
        return {}
    first = min(month_number(one.dose.from_) for one in doses.values())
    months = range(first, last_month + 1)
    cuts = {key: np.zeros(len(months)) for key in doses}
    stands = dict.fromkeys(doses, 0.0)
    order = [key for key in allowance.first if key in doses]
    together = [key for key in doses if key not in order]
    left, beside, used_beside = 0.0, 0.0, 0.0
    for k, month in enumerate(months):
        for key, one in doses.items():
            if one.ends and month > month_number(one.dose.to):
                stands[key] = 0.0
        due = {key: one.dose.due(month) - one.dose.due(month - 1) for key, one in doses.items()}
        cost = {key: due[key] * (one.at_once + one.a_month) for key, one in doses.items()}
        if allowance.in_all is not None:
            left += allowance.in_all / len(months)
        else:
            year, _, of_year = month_text(month).partition("-")
            fresh = month == first or of_year == "01"
            left = (0.0 if fresh else left) + allowance.of_year(year) / MONTHS_OF_A_YEAR
        # What stands is kept up before anything new comes, whether or not the money reaches.
        left = max(left - sum(stands[key] * one.a_month for key, one in doses.items()), 0.0)
        if more is not None:
            beside = more(month) - used_beside
        for group in ([key] for key in order), [together]:
            for keys in group:
                wanted = sum(cost[key] for key in keys)
                served = 1.0 if wanted <= left + beside else (left + beside) / wanted
                from_beside = min(max(wanted * served - left, 0.0), beside)
                left -= wanted * served - from_beside
                beside, used_beside = beside - from_beside, used_beside + from_beside
                for key in keys:
                    # Units that take nothing are not cut with those beside them.
                    got = 1.0 if cost[key] == 0 else served
                    cuts[key][k] = due[key] * (1 - got)
                    stands[key] += due[key] * got
    return cuts


def _with_cuts(levers: Levers, limit: Limit, cuts: Mapping[str, np.ndarray], last_month: int) -> Levers:
    groups: dict[str, dict[str, CutDose]] = {}
    for key, cut in cuts.items():
        group, _, name = key.partition(".")
        dose: Dose = setting(levers, key)
        made = CutDose.model_construct(**dict(dose))
        earlier = dose._cuts if isinstance(dose, CutDose) else ()
        made._cuts = (*earlier, Cut(limit, last_month + 1 - cut.size, tuple(np.cumsum(cut).tolist())))
        groups.setdefault(group, {})[name] = made
    return levers.model_copy(
        update={group: getattr(levers, group).model_copy(update=doses) for group, doses in groups.items()}
    )


@dataclass(frozen=True)
class Fulfilment:
    """Full units of an additional dose by month of the run: (months,) float.

    planned: as the scenario writes it; due: after the rate; on_land: after the land quota too; delivered: after the
    envelope too.
    """

    lever: str
    planned: np.ndarray
    due: np.ndarray
    on_land: np.ndarray
    delivered: np.ndarray

    @property
    def missing(self) -> float:
        """Units planned for the run and not delivered in it."""
        return float(self.planned.sum() - self.delivered.sum())


def in_words(found: Sequence[Fulfilment]) -> str:
    """How many additional doses were carried out in part, and of how many some units had no land or no money."""
    partly = sum(one.missing > _FEW for one in found)
    landless = sum(float(one.due.sum() - one.on_land.sum()) > _FEW for one in found)
    unpaid = sum(float(one.on_land.sum() - one.delivered.sum()) > _FEW for one in found)
    text = f"levers.delivery: {partly} of {len(found)} additional doses were carried out in part"
    text += f", {landless} for want of land" if landless else ""
    return f"{text}, {unpaid} for want of money" if unpaid else text


def fulfilment(planned: Levers, delivered: Levers, months: range) -> tuple[Fulfilment, ...]:
    """What of each additional dose was carried out; empty where all of it was, as it was due.

    planned: as the scenario has them; delivered: of `carried_out`; months: of the run, counted from 1900-01.
    """
    if delivered is planned:
        return ()

    def by_month(due: Callable[[int], float]) -> np.ndarray:
        return np.diff([due(month) for month in (months.start - 1, *months)])

    found = []
    for lever, dose in _doses(planned):
        after: Dose = setting(delivered, lever.key)
        steps = [partial(after.before, limit) for limit in _LIMITS] if isinstance(after, CutDose) else []
        at_rate, on_land = steps or (after.due, after.due)
        found.append(Fulfilment(lever.key, *map(by_month, (dose.due, at_rate, on_land, after.due))))
    return tuple(found)
