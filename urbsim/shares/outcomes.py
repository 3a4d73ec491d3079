"""What the runs of coalitions came to: targets, new urban jobs, urban residents and public money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from urbsim.batch.status import standing
from urbsim.errors import RunError
from urbsim.facts.gazetteer import PROVINCE
from urbsim.facts.indicators import INDICATORS, PRICED
from urbsim.results.seal import INDICATORS as TABLE
from urbsim.shares.game import Coalition
from urbsim.shares.plan import Coalitions, RunKey, key_of

YUAN = "fiscal_cost_yuan"
ONE_MORE = {"urban_population": "urban_resident", "new_urban_jobs": "new_urban_job"}
"""What is priced, and what one of it is called in the files."""
_FIGURES = {YUAN: "sum", **PRICED}


@dataclass(frozen=True)
class Outcome:
    """What is shared out. unit: of its shares; factor: from the figure of a run to that unit; target: it is judged."""

    id: str
    indicator: str
    unit: str
    factor: int
    target: bool


Figures = Mapping[RunKey, Mapping[Coalition, Mapping[str, Fraction]]]
"""Draw and seed -> coalition -> outcome -> figure, as the run has it."""


def outcomes_of(plan: Coalitions) -> list[Outcome]:
    """Targets that the runs reach, then what is priced and its price."""
    scenario = plan.variations[0].scenario
    found = []
    for target in scenario.judged_by:
        if target.to <= scenario.until:
            indicator = INDICATORS[target.indicator]
            rate = indicator.kind == "rate"
            unit = "percentage points" if rate else indicator.unit
            found.append(Outcome(target.id, indicator.name, unit, 100 if rate else 1, True))
    return [*found, *(Outcome(name, name, INDICATORS[name].unit, 1, False) for name in _FIGURES)]


def figures(plan: Coalitions, folder: Path) -> Figures:
    """The figures of every run of the plan. Raises RunError where one is not there or lacks a figure."""
    by_run = {}
    for member in plan.members():
        found = standing(member, folder)
        if found.summary is None:
            raise RunError(f"{member.label}: its run is {found.state}")
        by_run[key_of(member)] = _of_run(member.folder(folder), found.summary)
    return {
        key: {each: by_run[plan.member(each, *key)] for each in coalitions}
        for key, coalitions in plan.of_run.items()
    }


def _of_run(folder: Path, summary: dict[str, Any]) -> dict[str, Fraction]:
    values = {
        entry["id"]: Fraction(entry["value"]) for entry in summary["targets"] if entry["value"] is not None
    }
    filters = [("place", "=", PROVINCE), ("indicator", "in", list(_FIGURES))]
    with (folder / TABLE).open("rb") as stream:
        table = pq.read_table(stream, columns=["indicator", "month", "value"], filters=filters)
    frame = table.to_pandas().sort_values("month")
    for name, aggregate in _FIGURES.items():
        months = frame.loc[frame["indicator"] == name, "value"].tolist()
        # The first row is census night, on which nothing flows yet.
        values[name] = (
            Fraction(months[-1]) if aggregate == "last" else sum(map(Fraction, months[1:]), Fraction(0))
        )
    return values
