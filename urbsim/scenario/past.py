"""Which past scenarios share: how far one run can serve several of them.

What a run reads of a scenario is taken apart into readings, each with the first month that may read it. Two scenarios
are one until the first month that reads something of one of them alone. What this module does not know the beginning
of counts as read on census night, so that a new key of the schema parts scenarios too early and never too late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, TypeAdapter

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.schema import (
    AirRoutes,
    Circle,
    Dose,
    Epidemic,
    JobProspect,
    Levers,
    Office,
    Rule,
    Scenario,
)
from urbsim.scenario.schema.transport import opening_months

_BEGINNING: dict[type[BaseModel], frozenset[str]] = {
    Dose: frozenset({"total", "from_", "to", "places"}),
    AirRoutes: frozenset({"total", "from_", "to", "places"}),
    Rule: frozenset({"name", "from_"}),
    Office: frozenset({"awareness", "processing_months", "permit_services", "from_"}),
    JobProspect: frozenset({"from_", "value"}),
    Epidemic: frozenset({"from_", "to", "mobility", "hiring"}),
    Circle: frozenset({"share", "from_", "to"}),
}
"""What no month before its `from` reads, with the keys for which that is known."""

_OF_MONTHS = ("growth_per_year", "outside_wage_per_year", "drivers")
"""Conditions that make the climate of every month, and nothing of census night."""

_OPENINGS = "transport.openings"
"""What is added takes the place of what was committed, line by line."""

_DELIVERY = "delivery."
"""How much of what is added is carried out."""

_ADDED = ("levers.", "rules", "office")

_NOT_OF_THE_WORLD = ("name", "title", "question", "extends", "measures", "without", "targets")
"""Keys that name, describe and judge a run."""

_AS_JSON = TypeAdapter(Any)


class Reading(NamedTuple):
    """A piece of a scenario: the first month that may read it, since 1900-01; where it stands; its value as JSON."""

    month: int
    path: str
    value: str


def readings(scenario: Scenario) -> frozenset[Reading]:
    """Everything that a run reads of a scenario; equal for scenarios whose runs are one to the last bit."""
    night = BASE_MONTH[scenario.base]
    found = [
        reading
        for name, value in scenario
        if name not in (*_NOT_OF_THE_WORLD, "conditions", "committed", "levers")
        for reading in _of(name, value, night)
    ]
    for name, value in scenario.conditions:
        found += _of(f"conditions.{name}", value, night + (name in _OF_MONTHS))
    for part in ("committed", "levers"):
        levers: Levers = getattr(scenario, part)
        for key in CATALOGUE:
            if key != _OPENINGS and not key.startswith(_DELIVERY):
                found += _of(f"{part}.{key}", setting(levers, key), night)
    added, committed = scenario.levers.settlement, scenario.committed.settlement
    # Those of the plan take the place of those committed, even before they are in force.
    found += _of("rules", added.rules or committed.rules, night)
    found += _of("office", added.office or committed.office, night)
    openings = opening_months(scenario.committed.transport.openings, scenario.levers.transport.openings)
    found += [Reading(max(month_number(m), night), f"{_OPENINGS}.{line}", m) for line, m in openings.items()]
    # Before anything is added there is nothing to carry out in part, or late.
    begins = min((reading.month for reading in found if reading.path.startswith(_ADDED)), default=night)
    quota = scenario.levers.delivery.land_quota
    if quota is not None and quota.by != "province":
        # Doses are bound to places from the first of them on, if land is short in any month to come.
        found = [_read_on(night, reading) for reading in found]
        begins = night
    for name, value in scenario.levers.delivery:
        found += _of(f"{_DELIVERY}{name}", value, begins)
    return frozenset(found)


def _read_on(night: int, reading: Reading) -> Reading:
    return reading._replace(month=night) if reading.path.startswith("levers.") else reading


def _of(path: str, value: Any, otherwise: int) -> Iterator[Reading]:
    """Readings of a value, of each item if there are several; otherwise: the first month of one of unknown beginning.

    A dose of nothing, or a circle that comes no nearer, is never read.
    """
    if isinstance(value, tuple):
        for item in value:
            yield from _of(path, item, otherwise)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _of(f"{path}.{name}", item, otherwise)
    elif value is not None and not _is_off(value):
        known = _BEGINNING.get(type(value))
        begins = known is not None and known == frozenset(type(value).model_fields)
        month = max(month_number(value.from_), otherwise) if begins else otherwise
        yield Reading(month, path, _AS_JSON.dump_json(value).decode())


def _is_off(value: Any) -> bool:
    return (isinstance(value, Dose) and value.total == 0) or (isinstance(value, Circle) and value.share == 0)


def first_month_apart(scenarios: Sequence[frozenset[Reading]]) -> int | None:
    """The first month that not all of them share, census night counted as one; None where all are one to the end."""
    apart = frozenset().union(*scenarios) - frozenset.intersection(*scenarios)
    return min((reading.month for reading in apart), default=None)


def parted(scenarios: Collection[frozenset[Reading]], month: int) -> list[list[int]]:
    """Positions of scenarios that are one to the end of a month, group by group, in the order of their firsts."""
    groups: dict[frozenset[Reading], list[int]] = {}
    for k, of_one in enumerate(scenarios):
        read = frozenset(reading for reading in of_one if reading.month <= month)
        groups.setdefault(read, []).append(k)
    return list(groups.values())
