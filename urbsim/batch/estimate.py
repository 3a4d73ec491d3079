"""How long the runs of a batch will take: by what stored runs took, else by a first guess."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from urbsim.batch.members import Plan
from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.censuses import census_of
from urbsim.scenario.schema import Scenario

# Core time of a run in a process that has run before (docs/performance.md).
_EACH_RUN = 0.5  # seconds
_PERSON_MONTH = 13e-9  # seconds


def seconds(plan: Plan, runs: int, workers: int, measured: Sequence[float]) -> float:
    """Seconds that so many runs take with these workers. measured: wall seconds of stored runs of the batch."""
    each = statistics.median(measured) if measured else first_guess(plan)
    return each * -(-runs // workers)


def first_guess(plan: Plan) -> float:
    """Seconds of one run on one core, before any was made here."""
    return max(of_run(variation.scenario, plan.scale) for variation in plan.variations)


def of_run(scenario: Scenario, scale: float, until: str | None = None) -> float:
    """Seconds of a run of a scenario on one core, by a first guess. until: its last month, None for its own."""
    months = month_number(until or scenario.until) - BASE_MONTH[scenario.base]
    census = census_of(scenario.base)
    persons = float(census.registered.sum() + census.class_total[:, 3].sum())
    return _EACH_RUN + _PERSON_MONTH * persons * scale * months


def in_words(seconds: float) -> str:
    """A time as people say it: `40 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
