"""What one more urban resident and job costs in each scenario of a batch, against its baseline (ODD equation F5)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from urbsim.batch.members import Plan
from urbsim.batch.variants import groups
from urbsim.facts.indicators import PRICED
from urbsim.results.price import Apart, price

Summaries = Mapping[str, Mapping[tuple[int, int], Mapping[str, Any]]]
"""Scenario -> draw and seed -> summary of a run that is done."""


def prices(plan: Plan, summaries: Summaries) -> list[dict[str, Any]]:
    """Entries of verdicts.json: each scenario but the baseline, and each that is priced; none without a baseline."""
    against = {variation.scenario.name: plan.baseline_of(variation) for variation in plan.variations}
    return [
        {
            **group.described(),
            "against": plan.baseline,
            "gain": gain,
            **price(
                apart
                for name in group.scenarios
                for apart in _apart(name, summaries[name], summaries[against[name] or name], gain)
            ).as_dict(),
        }
        for group in groups(plan.variations)
        if all(against[name] not in (None, name) for name in group.scenarios)
        for gain in PRICED
    ]


def _apart(name: str, mine: Mapping[Any, Any], other: Mapping[Any, Any], gain: str) -> Iterator[Apart]:
    """Pairs of runs that are both done."""
    for key in sorted(mine.keys() & other.keys()):
        more, gained = (_figures(mine[key], gain)[k] - _figures(other[key], gain)[k] for k in (0, 1))
        yield Apart(key[0], more, gained, name)


def _figures(summary: Mapping[str, Any], gain: str) -> tuple[float, float]:
    """All yuan of a run, and what it has of a gain; NaN in a run of a version before."""
    money, counts = summary.get("fiscal_cost_yuan"), summary.get("priced")
    return money["all"] if money else math.nan, counts[gain] if counts else math.nan
