"""How sure the means over seeds of a batch are, and how many seeds it still has to add.

Seeds differ by luck: by the households that are sampled and by what happens to them. The mean of a target over S seeds
has the standard error sd/sqrt(S), sd being the standard deviation over seeds. With several draws the value of a seed is
its mean over the draws. Scenarios share their luck, so their difference is taken seed by seed.

Which seeds are added follows from the runs alone. So a batch that was stopped adds the same ones when it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np

from urbsim.batch.members import Plan
from urbsim.batch.verdicts import Judged, alike
from urbsim.facts.indicators import INDICATORS
from urbsim.limits import LEAST_SEEDS

ByTarget = Mapping[str, Sequence[Judged]]


def reached(plan: Plan, judged: Mapping[str, ByTarget], whole: bool) -> dict[str, Any] | None:
    """What verdicts.json says of the precision that was asked for; None where none was.

    judged: scenario -> target -> its runs; whole: whether all runs of the plan are done.
    """
    if not plan.precision:
        return None
    means = _means(plan, judged)
    enough = bool(means) and all(row["reached"] for row in means)
    why = None
    if not enough:
        most = max(plan.most_seeds, len(plan.seeds))
        why = f"the batch may have {most} seeds at most" if whole else "runs are missing"
    return {
        "reached": enough,
        "not_reached_because": why,
        "seeds": list(plan.seeds),
        "means": means,
    }


def seeds_to_add(plan: Plan, content: Mapping[str, Any]) -> int:
    """How many seeds the batch needs beside those it has; at most as many as it has. content: of verdicts.json."""
    said = content["precision"]
    if said is None or said["reached"] or content["done"] < content["runs"]:
        return 0
    have = len(plan.seeds)
    wanted = LEAST_SEEDS
    for row in said["means"]:
        if not row["reached"] and have >= LEAST_SEEDS:
            wanted = max(wanted, ceil(have * (row["standard_error"] / row["asked"]) ** 2), have + 1)
    return max(min(wanted, max(2 * have, LEAST_SEEDS), plan.most_seeds) - have, 0)


def _means(plan: Plan, judged: Mapping[str, ByTarget]) -> list[dict[str, Any]]:
    """A row for each scenario and target that is asked for, and for its difference from the baseline."""
    rows = []
    for variation in plan.variations:
        name = variation.scenario.name
        for target, asked in plan.precision.items():
            mine = _by_seed(plan, judged[name].get(target, ()))
            if not mine:  # the scenario ends before the target, or nothing is done yet
                continue
            indicator = judged[name][target][0].entry["indicator"]
            rows.append(_row(name, None, target, indicator, asked, list(mine.values())))
            other = plan.baseline_of(variation)
            if other is not None and other != name:
                theirs = _by_seed(plan, judged[other].get(target, ()))
                pairs = [value - theirs[seed] for seed, value in mine.items() if seed in theirs]
                rows.append(_row(name, other, target, indicator, asked, pairs))
    return rows


def _by_seed(plan: Plan, judged: Sequence[Judged]) -> dict[int, float]:
    """Seed -> mean over the draws, of seeds that have them all."""
    values: dict[int, list[float]] = {}
    for one in alike(judged):
        if one.entry["value"] is not None:
            values.setdefault(one.seed, []).append(one.entry["value"])
    draws = sum(draw > 0 for draw in plan.draws) or 1
    return {seed: float(np.mean(each)) for seed, each in values.items() if len(each) == draws}


def _row(
    scenario: str, against: str | None, target: str, indicator: str, asked: float, values: Sequence[float]
) -> dict[str, Any]:
    rate = INDICATORS[indicator].kind == "rate"
    in_unit = np.array(values) * (100 if rate else 1)
    error = float(np.std(in_unit, ddof=1) / np.sqrt(len(values))) if len(values) >= 2 else None
    return {
        "scenario": scenario,
        "less": against,
        "target": target,
        "unit": "percentage points" if rate else INDICATORS[indicator].unit,
        "asked": asked,
        "mean": float(np.mean(in_unit)) if len(values) else None,
        "standard_error": error,
        "seeds": len(values),
        "reached": error is not None and len(values) >= LEAST_SEEDS and error <= asked,
    }
