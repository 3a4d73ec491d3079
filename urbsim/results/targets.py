"""How a target is judged: a number read from the indicators against a threshold. Nothing flows back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from urbsim.calendar import month_number

if TYPE_CHECKING:
    from urbsim.results.run_record import Judged
    from urbsim.scenario.schema import Target


@dataclass(frozen=True)
class Judgement:
    """A target and what one run says of it.

    value: in the unit of the indicator, None if the run lacks the months or the indicator; met: with the tolerance of
    the document's wording ("about"), met_strict: without; shortfall: from the strict threshold, positive when missed.
    """

    target: Target | Judged
    value: float | None
    met: bool | None
    met_strict: bool | None
    shortfall: float | None

    def __str__(self) -> str:
        """`T1 0.577 met`, or `T1 open` where the run has no value."""
        if self.value is None:
            return f"{self.target.id} open"
        value = f"{self.value:,.0f}" if abs(self.value) >= 100 else f"{self.value:.4g}"
        return f"{self.target.id} {value} {'met' if self.met else 'missed'}"

    def as_dict(self) -> dict[str, object]:
        """The entry of summary.json."""
        t = self.target
        return {
            "id": t.id,
            "indicator": t.indicator,
            "place": t.place,
            "from": t.from_,
            "to": t.to,
            "aggregate": t.aggregate,
            "operator": t.operator,
            "threshold": t.threshold,
            "tolerance": t.tolerance,
            "value": self.value,
            "met": self.met,
            "met_strict": self.met_strict,
        }


def judge(target: Target, read: Callable[[str, str, int], float | None]) -> Judgement:
    """The verdict of one run on one target; read: as of `value_of`."""
    return verdict(target, value_of(target, read))


def value_of(target: Target | Judged, read: Callable[[str, str, int], float | None]) -> float | None:
    """What a target reads in a run; None if the run lacks the months or the indicator.

    read(indicator, place, month): the value at a month's end or of the month, None where the run has none.
    """
    months = range(month_number(target.from_), month_number(target.to) + 1)
    values = [
        read(target.indicator, target.place, m)
        for m in (months if target.aggregate == "sum" else months[-1:])
    ]
    known = [v for v in values if v is not None]
    if not known or len(known) < len(values):
        return None
    value = 0.0
    for v in known:
        value += v
    return value


def verdict(target: Target | Judged, value: float | None) -> Judgement:
    """What the value of a target means for it."""
    if value is None:
        return Judgement(target, None, None, None, None)
    sign = 1 if target.operator == ">=" else -1
    margin = sign * (value - target.threshold)
    return Judgement(target, value, margin >= -target.tolerance, margin >= 0, -margin)
