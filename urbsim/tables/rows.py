"""The rows that a run gives to a table, read run by run, so that memory holds one run and what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from urbsim.calendar import BASE_MONTH, month_end, month_text
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.results.loading import StoredRun, read_table
from urbsim.results.seal import INDICATORS as FILE
from urbsim.tables.selection import Selection

if TYPE_CHECKING:
    from urbsim.results.stored_table import Kind

_COLUMNS: dict[str, Kind] = {"month": "month", "place": "text", "indicator": "text", "value": "number"}
_FLOWS = tuple(name for name, known in INDICATORS.items() if known.kind == "flow")
_WHAT = ("place", "indicator")
_EPOCH = 70 * 12  # months from 1900-01 to 1970-01


def rows(runs: Sequence[StoredRun], selection: Selection) -> Iterator[pd.DataFrame]:
    """For each run: scenario, draw, seed, place, indicator, time, value.

    Time is `month`, or `year` and `period`, or `period` alone, as the selection has it. A value is that of the month;
    over several months a flow is their sum, and a stock or a rate stands as at the last. Flows have no base night.
    Raises InputError for a table that is missing or damaged.
    """
    for run in sorted(runs, key=lambda run: run.key):
        scenario, draw, seed = run.key
        frame = timed(monthly(run, selection), selection)
        frame.insert(0, "seed", seed)
        frame.insert(0, "draw", draw)
        frame.insert(0, "scenario", scenario)
        yield frame


def monthly(run: StoredRun, selection: Selection) -> pd.DataFrame:
    """place, indicator, number (months since 1900-01), value: in the order of the selection, then by month."""
    words = {"place": list(gazetteer.places()), "indicator": list(INDICATORS)}
    table = read_table(run, FILE, _COLUMNS, words)
    for column in words:
        table = table.filter(pc.field(column).isin(getattr(selection, f"{column}s")))
    days = table["month"].cast(pa.int32()).to_numpy().astype("datetime64[D]")
    number = days.astype("datetime64[M]").astype(np.int64) + _EPOCH
    frame = pd.DataFrame(
        {
            "place": _coded(table["place"], selection.places),
            "indicator": _coded(table["indicator"], selection.indicators),
            "number": number,
            "value": table["value"].to_numpy(),
        }
    )
    flow = frame["indicator"].isin(_FLOWS)
    keep = ~(flow & (frame["number"] <= BASE_MONTH[run.base]))
    if selection.first is not None:
        keep &= frame["number"] >= selection.first
    if selection.last is not None:
        keep &= frame["number"] <= selection.last
    return pd.DataFrame(frame.loc[keep]).sort_values(by=["place", "indicator", "number"], ignore_index=True)


def _coded(column: pa.ChunkedArray, words: Sequence[str]) -> pd.Categorical:
    """A column of codes and words, each of them one of `words`, in their order."""
    whole = column.combine_chunks()
    order = {word: position for position, word in enumerate(words)}
    positions = np.array([order.get(word, -1) for word in whole.dictionary.to_pylist()], dtype=np.int64)
    return pd.Categorical.from_codes(positions[whole.indices.to_numpy()], list(words))


def timed(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows with their months as the selection wants them."""
    if "month" in selection.by:
        ends = {number: month_end(number) for number in set(frame["number"])}
        month = [ends[number] for number in frame["number"]]
        return pd.DataFrame({name: frame[name] for name in _WHAT} | {"month": month, "value": frame["value"]})
    keys: list[str] = list(_WHAT)
    if "year" in selection.by:
        frame = frame.assign(year=1900 + frame["number"] // 12)
        keys.append("year")
    out = frame.groupby(keys, observed=True, sort=False).agg(
        first=("number", "min"), last=("number", "max"), sum=("value", "sum"), end=("value", "last")
    )
    out = out.reset_index()
    flow = out["indicator"].isin(_FLOWS)
    spans = zip(np.where(flow, out["first"], out["last"]), out["last"], strict=True)
    period = [_period(first, last) for first, last in spans]
    value = np.where(flow, out["sum"], out["end"])
    return pd.DataFrame({name: out[name] for name in keys} | {"period": period, "value": value})


def _period(first: int, last: int) -> str:
    """`2023-12`, or `2020-11..2023-12` for a sum."""
    return month_text(last) if first == last else f"{month_text(first)}..{month_text(last)}"
