"""Several runs in one row: how many, their middle, and how far they reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from urbsim.limits import PROBABILITY_NEEDS
from urbsim.results.loading import StoredRun
from urbsim.tables.selection import RUN, Selection

MANY = PROBABILITY_NEEDS
"""Runs from which quantiles are given, as in verdicts; of fewer the lowest and the highest."""
OF_FEW, OF_MANY = "lowest-highest", "5%-95%"
LEFT_OUT = "draw 0 is left out where a scenario has other draws: it is their centre, and not one of them"


def exchangeable(runs: Sequence[StoredRun]) -> list[StoredRun]:
    """The runs that together say what is believed, in the order of their keys: draw 0 only where there is no other."""
    drawn = {run.key[0] for run in runs if run.draw > 0}
    return sorted((run for run in runs if run.draw > 0 or run.key[0] not in drawn), key=lambda run: run.key)


def summarised(frames: Iterable[pd.DataFrame], selection: Selection) -> pd.DataFrame:
    """Rows of all runs as one table: `value`, or for rows of several runs what they come to.

    That is `runs`, `mean`, `median`, `low`, `high` and `band`, which says what `low` and `high` are.
    """
    whole = pd.concat(list(frames), ignore_index=True)
    if not selection.summarised:
        return whole
    gone = {*RUN} - set(selection.by)
    keys = [name for name in whole.columns if name != "value" and name not in gone]
    grouped = whole.groupby(keys, observed=True, sort=False)["value"]
    out = grouped.agg(runs="size", mean="mean", median="median", low="min", high="max")
    many = np.asarray(out["runs"]) >= MANY
    if np.any(many):
        for name, share in (("low", 0.05), ("high", 0.95)):
            out[name] = np.where(many, grouped.quantile(share), out[name])
    out["band"] = np.where(many, OF_MANY, OF_FEW)
    return out.reset_index()
