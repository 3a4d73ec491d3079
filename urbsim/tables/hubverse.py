"""Tables in the model-output layout of hubverse, by which forecasts and scenarios of many models are put together.

Task-id columns: `origin_date` (census night), `scenario_id`, `target` (an indicator), `location` (a place's code),
`horizon` (months since census night), `target_end_date`. Then `output_type` (sample or quantile), `output_type_id` and
`value`: rates as shares, stocks at month end, flows of the month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from urbsim.calendar import BASE_MONTH, month_end
from urbsim.results.loading import StoredRun
from urbsim.tables.rows import monthly
from urbsim.tables.selection import Selection
from urbsim.tables.summary import LEFT_OUT, MANY, exchangeable

if TYPE_CHECKING:
    from datetime import date

TASK = ("origin_date", "scenario_id", "target", "location", "horizon", "target_end_date")
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles that are given. Twenty runs say nothing of what lies further out."""


def notes(runs: Sequence[StoredRun]) -> list[str]:
    """What the file leaves out, and why."""
    said = []
    kept = exchangeable(runs)
    if len(kept) < len(runs):
        said.append(LEFT_OUT)
    elif not any(run.draw for run in runs):
        said.append(
            "all runs are of draw 0: they differ by luck alone, and not by what is believed of parameters"
        )
    counts: dict[str, int] = {}
    for run in kept:
        counts[run.key[0]] = counts.get(run.key[0], 0) + 1
    few = [name for name, number in counts.items() if number < MANY]
    if few:
        said.append(f"no quantiles for {', '.join(few)}: they need {MANY} runs")
    return said


def frames(runs: Sequence[StoredRun], selection: Selection) -> Iterator[pd.DataFrame]:
    """Samples, run by run, and after those of a scenario its quantiles if it has enough runs."""
    kept = exchangeable(runs)
    for name in dict.fromkeys(run.key[0] for run in kept):
        mine = []
        for run in kept:
            if run.key[0] == name:
                mine.append(samples(run, selection))
                yield mine[-1]
        if len(mine) >= MANY:
            yield quantiles(mine)


def samples(run: StoredRun, selection: Selection) -> pd.DataFrame:
    """The run as one sample. Its id is the same in all scenarios, for runs of one draw and seed share their luck."""
    name, draw, seed = run.key
    frame = monthly(run, selection)
    base = BASE_MONTH[run.base]
    ends: dict[int, date] = {number: month_end(number) for number in {base, *frame["number"]}}
    columns = {
        "origin_date": ends[base],
        "scenario_id": name,
        "target": frame["indicator"].astype("str"),
        "location": frame["place"].astype("str"),
        "horizon": frame["number"] - base,
        "target_end_date": [ends[number] for number in frame["number"]],
        "output_type": "sample",
        "output_type_id": f"draw{draw}-seed{seed}",
        "value": frame["value"],
    }
    return pd.DataFrame(columns, index=frame.index)


def quantiles(of_runs: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """`LEVELS` of each task over the samples of one scenario."""
    whole = pd.concat(list(of_runs), ignore_index=True)
    values = whole.groupby(list(TASK), observed=True, sort=False)["value"].quantile(np.array(LEVELS))
    frame = values.rename_axis([*TASK, "output_type_id"]).reset_index()
    frame.insert(len(TASK), "output_type", "quantile")
    frame["output_type_id"] = [f"{level:g}" for level in frame["output_type_id"]]
    return frame
