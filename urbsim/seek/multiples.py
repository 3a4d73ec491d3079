"""Levers at a multiple of what a scenario sets (ODD equation W7)."""

from __future__ import annotations

from typing import Any

from annotated_types import Le

from urbsim.facts.parameters import load_parameters
from urbsim.scenario.schema import Circle, Dose, Office

LARGEST_DOSE: float = next(each.le for each in Dose.model_fields["total"].metadata if isinstance(each, Le))  # type: ignore[assignment]
_SHORTEST = 1e-3  # months: offices that work at once


def at_multiple(value: Any, multiple: float) -> Any:
    """A setting at a multiple above 0 of what it says: units of a dose, the gap a circle closes, the gain of an office.

    A dose ends at the largest that a scenario may hold, and a circle closes its gap once. What has no size, such as a
    rule or an opening, is there whatever the multiple.
    """
    if isinstance(value, Dose):
        multiple = min(multiple, largest_multiple(value))
        places = value.places and {code: units * multiple for code, units in value.places.items()}
        return value.model_copy(update={"total": value.total * multiple, "places": places})
    if isinstance(value, Circle):
        return value.model_copy(update={"share": min(value.share * multiple, 1.0)})
    if isinstance(value, Office):
        return office(value, multiple)
    return value


def office(plan: Office, multiple: float) -> Office:
    """So many times the way from the offices before the plan to these: in awareness, and in permits a month."""
    p = load_parameters(0)
    before = p["awareness_before"], 1 / p["processing_months_before"]
    aware, speed = (
        start + multiple * (end - start)
        for start, end in zip(before, (plan.awareness, 1 / plan.processing_months), strict=True)
    )
    months = 1 / max(speed, 1 / 24)  # no slower than a scenario may say
    return plan.model_copy(
        update={"awareness": min(max(aware, 0.0), 1.0), "processing_months": max(months, _SHORTEST)}
    )


def largest_multiple(value: Any) -> float:
    """The multiple above which a setting grows no more; 1 for what has no size."""
    if isinstance(value, Dose):
        return LARGEST_DOSE / value.total if value.total > 0 else 1.0
    if isinstance(value, Circle):
        return 1 / value.share if value.share > 0 else 1.0
    return float("inf") if isinstance(value, Office) else 1.0
