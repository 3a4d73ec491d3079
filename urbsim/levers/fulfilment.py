"""S1: how much of what a scenario adds is carried out: the one place between its doses and the stocks they join.

A rate takes a share of every dose and makes all of it later; an envelope cuts what its money does not pay for. The
world is given doses that are cut already, so that nothing else needs to know. Without both they are the scenario's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from pydantic import PrivateAttr

from urbsim.calendar import month_number, month_text
from urbsim.levers.spending import MONTHS_OF_A_YEAR
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.lever import Cost, Lever
from urbsim.scenario.schema import Circle, Dose, Envelope, Levers, Office, Rate, Rule
from urbsim.scenario.schema.base import FrozenMapping

_FEW = 1e-6  # guard, of a unit: rounding


class CutDose(Dose):
    """A dose of which some units are not paid for: what is due is less by them (ODD equation F4)."""

    _cut: tuple[float, ...] = PrivateAttr(default=())
    _from: int = PrivateAttr(default=0)

    def due(self, month: int, share: float = 1) -> float:
        """As of `Dose`, less the units cut until then."""
        past = min(max(month - self._from + 1, 0), len(self._cut))
        return super().due(month, share) - share * (self._cut[past - 1] if past else 0.0)


def carried_out(levers: Levers, prices: Mapping[str, float], last_month: int) -> Levers:
    """The levers of a scenario as they are carried out (ODD equations F3, F4).

    levers: what it adds; prices: yuan by name of parameter; last_month: of the run, counted from 1900-01.
    Returns `levers` itself where nothing is to be delivered otherwise than it says.
    """
    rate, envelope = levers.delivery.rate, levers.delivery.envelope
    if rate is not None and (rate.share, rate.delay_months) != (1, 0):
        levers = each_changed(levers, partial(_at_rate, rate))
    if envelope is not None:
        cuts = cut_by(envelope, priced_doses(levers, prices), last_month)
        levers = _with_cuts(levers, {key: cut for key, cut in cuts.items() if cut.any()}, last_month)
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
class Priced:
    """A dose with what its units cost: at_once and a_month are yuan a unit; ends: units leave after the dose."""

    dose: Dose
    at_once: float
    a_month: float
    ends: bool


def priced_doses(levers: Levers, prices: Mapping[str, float]) -> dict[str, Priced]:
    """Doses whose units have a price, by the key of the lever, in the order of the catalogue."""

    def price(name: str | None) -> float:
        return 0.0 if name is None else prices[name]

    return {
        lever.key: Priced(
            dose,
            price(lever.cost.capital) + price(lever.cost.once),
            price(lever.cost.running) / MONTHS_OF_A_YEAR,
            lever.ends,
        )
        for lever, dose in _doses(levers)
        if isinstance(lever.cost, Cost)
    }


def _doses(levers: Levers) -> Iterator[tuple[Lever, Dose]]:
    for lever in DOSES:
        dose = setting(levers, lever.key)
        if dose is not None and dose.total > 0:
            yield lever, dose


def cut_by(envelope: Envelope, doses: Mapping[str, Priced], last_month: int) -> dict[str, np.ndarray]:
    """Units of each dose that the money does not pay for, (months,) float from the first month due (ODD equation F4).

    The months go from the first in which units of any dose are due to the last of the run.
    """
    if not doses:
        return {}
    first = min(month_number(one.dose.from_) for one in doses.values())
    months = range(first, last_month + 1)
    cuts = {key: np.zeros(len(months)) for key in doses}
    stands = dict.fromkeys(doses, 0.0)
    order = [key for key in envelope.first if key in doses]
    together = [key for key in doses if key not in order]
    left = 0.0
    for k, month in enumerate(months):
        for key, one in doses.items():
            if one.ends and month > month_number(one.dose.to):
                stands[key] = 0.0
        due = {key: one.dose.due(month) - one.dose.due(month - 1) for key, one in doses.items()}
        cost = {key: due[key] * (one.at_once + one.a_month) for key, one in doses.items()}
        if envelope.yuan_in_all is not None:
            left += envelope.yuan_in_all / len(months)
        else:
            assert envelope.yuan_per_year is not None
            fresh = month == first or month_text(month).endswith("-01")
            left = (0.0 if fresh else left) + envelope.yuan_per_year / MONTHS_OF_A_YEAR
        # What stands is kept up before anything new comes, whether or not the money reaches.
        left = max(left - sum(stands[key] * one.a_month for key, one in doses.items()), 0.0)
        for group in ([key] for key in order), [together]:
            for keys in group:
                wanted = sum(cost[key] for key in keys)
                served = 1.0 if wanted <= left else left / wanted
                left -= wanted * served
                for key in keys:
                    # Units of price nought are not cut with those beside them.
                    got = 1.0 if cost[key] == 0 else served
                    cuts[key][k] = due[key] * (1 - got)
                    stands[key] += due[key] * got
    return cuts


def _with_cuts(levers: Levers, cuts: Mapping[str, np.ndarray], last_month: int) -> Levers:
    groups: dict[str, dict[str, CutDose]] = {}
    for key, cut in cuts.items():
        group, _, name = key.partition(".")
        dose: Dose = setting(levers, key)
        made = CutDose.model_construct(**dict(dose))
        made._cut = tuple(np.cumsum(cut).tolist())
        made._from = last_month + 1 - cut.size
        groups.setdefault(group, {})[name] = made
    return levers.model_copy(
        update={group: getattr(levers, group).model_copy(update=doses) for group, doses in groups.items()}
    )


@dataclass(frozen=True)
class Fulfilment:
    """Full units of an additional dose by month of the run: (months,) float.

    planned: as the scenario writes it; due: after the rate; delivered: after the envelope too.
    """

    lever: str
    planned: np.ndarray
    due: np.ndarray
    delivered: np.ndarray

    @property
    def missing(self) -> float:
        """Units planned for the run and not delivered in it."""
        return float(self.planned.sum() - self.delivered.sum())


def in_words(found: Sequence[Fulfilment]) -> str:
    """How many additional doses were carried out in part, and of how many there was no money for some units."""
    partly = sum(one.missing > _FEW for one in found)
    unpaid = sum(float(one.due.sum() - one.delivered.sum()) > _FEW for one in found)
    text = f"levers.delivery: {partly} of {len(found)} additional doses were carried out in part"
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
        at_rate = Dose.due if isinstance(after, CutDose) else type(after).due
        found.append(
            Fulfilment(lever.key, by_month(dose.due), by_month(partial(at_rate, after)), by_month(after.due))
        )
    return tuple(found)
