"""S1: how much of what a scenario adds is carried out: the one place between its doses and the stocks they join.

A rate takes a share of every dose and makes all of it later; a land quota cuts what has no land, and an envelope what
its money does not pay for. The world is given doses that are cut already, so that nothing else needs to know. Without
all three they are the scenario's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import PrivateAttr

from urbsim.calendar import month_number, month_text
from urbsim.levers.land import left_for_others
from urbsim.levers.planned import COLLECTIVE_LAND, Planned
from urbsim.levers.quota_areas import areas_of
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


class ByCounty(NamedTuple):
    """Units of a dose that is bound to places. first: month since 1900-01; due, on_land: (months, 111) full units that
    each county was to have, and has land for, by the end of each month.
    """

    first: int
    due: np.ndarray
    on_land: np.ndarray

    def until(self, month: int) -> np.ndarray:
        """(111,) units on land by the end of a month."""
        past = min(month - self.first, len(self.on_land) - 1)
        return self.on_land[past] if past >= 0 else np.zeros(self.on_land.shape[1])


class CutDose(Dose):
    """A dose of which some units have no land or no money: what is due is less by them (ODD equations F4, F6)."""

    _cuts: tuple[Cut, ...] = PrivateAttr(default=())
    _by_county: ByCounty | None = PrivateAttr(default=None)

    @property
    def of_counties(self) -> ByCounty | None:
        """What each county is due and has land for; None where the dose is not bound to places (ODD equation F9)."""
        return self._by_county

    def due(self, month: int, share: float = 1) -> float:
        """As of `Dose`, less the units cut until then."""
        return super().due(month, share) - share * sum(cut.until(month) for cut in self._cuts)

    def before(self, limit: Limit, month: int) -> float:
        """Units that would be due by the end of a month without a limit and those reckoned after it."""
        order = [*_LIMITS]
        earlier = order[: order.index(limit)]
        return super().due(month) - sum(cut.until(month) for cut in self._cuts if cut.of in earlier)


def carried_out(
    levers: Levers, parameters: Mapping[str, float], last_month: int, planned: Planned | None = None
) -> Levers:
    """The levers of a scenario as they are carried out (ODD equations F3, F4, F6, F9).

    levers: what it adds; parameters: yuan and hectares of a unit by name; last_month: of the run, counted from 1900-01;
    planned: where doses go, for a land quota of places, which is not looked at without it. Returns `levers` itself
    where nothing is to be delivered otherwise than it says.
    """
    rate = levers.delivery.rate
    if rate is not None and (rate.share, rate.delay_months) != (1, 0):
        levers = each_changed(levers, partial(_at_rate, rate))
    for limit, taken in _LIMITS.items():
        given = getattr(levers.delivery, limit)
        if given is not None and is_of_places(levers) and limit == "land_quota":
            if planned is not None:
                levers = _on_land_of_places(levers, parameters, last_month, planned)
        elif given is not None:
            more = collective_land(levers, parameters) if limit == "land_quota" else None
            cuts = cut_by(given.allowance, taken(levers, parameters), last_month, more)
            levers = _with_cuts(
                levers, limit, {key: cut for key, cut in cuts.items() if cut.any()}, last_month
            )
    return levers


def is_of_places(levers: Levers) -> bool:
    """Whether there is a land quota that belongs to prefectures or counties (ODD equation F9)."""
    quota = levers.delivery.land_quota
    return quota is not None and quota.by != "province"


def _on_land_of_places(
    levers: Levers, parameters: Mapping[str, float], last_month: int, planned: Planned
) -> Levers:
    """Doses as each place has land for them, and in the places that do (ODD equation F9)."""
    quota = levers.delivery.land_quota
    assert quota is not None
    doses = doses_on_land(levers, parameters)
    if not doses:
        return levers
    areas, counties = areas_of(quota, planned.places), len(planned.places.code)
    shares = {key: planned.shares(key, one.dose) for key, one in doses.items()}
    first = min(month_number(one.dose.from_) for one in doses.values())
    months = range(first - 1, last_month + 1)
    due = {key: np.array([one.dose.due(month) for month in months]) for key, one in doses.items()}
    cuts = {key: np.zeros((len(months) - 1, counties)) for key in doses}
    brought = levers.land.collective_land
    beside = np.zeros(counties) if brought is None else planned.shares(COLLECTIVE_LAND, brought)
    for area in range(len(areas.codes)):
        here = areas.of_county == area
        parts = {key: float(shares[key][here].sum()) for key in doses}
        of_area = {key: replace(one, share=parts[key]) for key, one in doses.items() if parts[key]}
        more = collective_land(levers, parameters, float(beside[here].sum()))
        found = cut_by(quota.allowance.times(float(areas.share[area])), of_area, last_month, more, first)
        for key, cut in found.items():
            cuts[key][:, here] = np.outer(cut, shares[key][here] / parts[key])
    if not any(cut.sum() > _FEW for cut in cuts.values()):
        return levers  # there is land everywhere: units go where they would
    by_county = {}
    for key, cut in cuts.items():
        all_due = np.outer(due[key][1:] - due[key][0], shares[key])
        by_county[key] = ByCounty(first, all_due, np.maximum(all_due - np.cumsum(cut, axis=0), 0.0))
    return _with_cuts(
        levers, "land_quota", {key: cut.sum(axis=1) for key, cut in cuts.items()}, last_month, by_county
    )


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
    """A dose with what its units take of a limit: at_once and a_month, a unit; ends: units leave after the dose; share:
    of the dose that is meant.
    """

    dose: Dose
    at_once: float
    a_month: float
    ends: bool
    share: float = 1.0

    def due_in(self, month: int) -> float:
        """Units due in a month."""
        return self.dose.due(month, self.share) - self.dose.due(month - 1, self.share)


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


def collective_land(
    levers: Levers, parameters: Mapping[str, float], share: float = 1.0
) -> Callable[[int], float] | None:
    """Hectares by the end of a month that villages have brought to market beside a quota; None for none (ODD F8).

    share: of the dose that is meant.
    """
    dose = levers.land.collective_land
    if dose is None or dose.total == 0:
        return None
    others = share * left_for_others(parameters)
    return lambda month: dose.due(month, others)


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
    first: int | None = None,
) -> dict[str, np.ndarray]:
    """Units of each dose for which the limit leaves nothing, (months,) from the first month due (ODD equations F4, F6).

    The months go from `first`, or the first in which units of any dose are due, to the last of the run. more: what has
    come by the end of a month beside the allowance; it is used after it, and stays.
    """
    if not doses:
        return {}
    first = min(month_number(one.dose.from_) for one in doses.values()) if first is None else first
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
        due = {key: one.due_in(month) for key, one in doses.items()}
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


def _with_cuts(
    levers: Levers,
    limit: Limit,
    cuts: Mapping[str, np.ndarray],
    last_month: int,
    by_county: Mapping[str, ByCounty] | None = None,
) -> Levers:
    groups: dict[str, dict[str, CutDose]] = {}
    for key, cut in cuts.items():
        group, _, name = key.partition(".")
        dose: Dose = setting(levers, key)
        bound = dose.of_counties if isinstance(dose, CutDose) else None
        bound = by_county[key] if by_county else bound
        made = CutDose.model_construct(**dict(dose) | ({"places": None} if bound else {}))
        made._by_county = bound
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
