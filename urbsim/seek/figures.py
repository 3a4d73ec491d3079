"""What the runs of a mix came to: values of targets, and public money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from urbsim.batch.members import Member, Plan
from urbsim.batch.status import standing
from urbsim.errors import RunError
from urbsim.seek.question import Goal

_DELIVERED = "deliveries.parquet"


@dataclass(frozen=True)
class Figures:
    """What one mix came to.

    values: target -> (draws, seeds); yuan: (draws, seeds) of all that the scenario adds; delivered: units at full scale
    by lever in the first run, additional ones alone.
    """

    values: Mapping[str, np.ndarray]
    yuan: np.ndarray
    delivered: Mapping[str, float]

    def margins(self, goal: Goal) -> np.ndarray:
        """(draws, seeds) by how much each run meets a goal."""
        return goal.sign * (self.values[goal.target.id] - goal.level)


def read(plan: Plan, folder: Path) -> dict[str, Figures]:
    """The figures of each scenario of a plan, by its name. Raises RunError where a run is missing or lacks a value."""
    shape = (len(plan.draws), len(plan.seeds))
    found: dict[str, dict[tuple[int, int], Mapping]] = {v.scenario.name: {} for v in plan.variations}
    members: dict[str, Member] = {}
    for member in plan.members():
        seen = standing(member, folder)
        if seen.summary is None:
            raise RunError(f"{member.label}: its run is {seen.state}")
        found[member.scenario.name][member.draw, member.seed] = seen.summary
        members.setdefault(member.scenario.name, member)
    figures = {}
    for name, summaries in found.items():
        of_runs = [summaries[draw, seed] for draw in plan.draws for seed in plan.seeds]
        entries = [{entry["id"]: entry["value"] for entry in each["targets"]} for each in of_runs]
        known = [target for target in entries[0] if all(each[target] is not None for each in entries)]
        values = {target: np.array([each[target] for each in entries]).reshape(shape) for target in known}
        yuan = np.array([each["fiscal_cost_yuan"]["additional"] for each in of_runs], dtype=np.float64)
        delivered = _delivered(members[name].folder(folder))
        figures[name] = Figures(values, yuan.reshape(shape), delivered)
    return figures


def _delivered(folder: Path) -> dict[str, float]:
    with (folder / _DELIVERED).open("rb") as stream:
        columns, filters = ["lever", "units"], [("part", "=", "additional")]
        table = pq.read_table(stream, columns=columns, filters=filters)
    sums = table.group_by("lever").aggregate([("units", "sum")]).to_pydict()
    return dict(zip(map(str, sums["lever"]), sums["units_sum"], strict=True))


def used_up(a: Figures, b: Figures, levers: Sequence[str]) -> list[str]:
    """Levers of which the larger of two doses, twice the smaller or more, brought at most half of what it adds more."""
    found = []
    for lever in levers:
        less, more = a.delivered.get(lever, 0.0), b.delivered.get(lever, 0.0)
        if less > 0 and more < 1.5 * less:
            found.append(lever)
    return found
