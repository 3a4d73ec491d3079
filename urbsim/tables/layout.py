"""A table for readers: names in both languages, and one kind of things spread over columns."""

from __future__ import annotations

import pandas as pd

from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.tables.selection import Selection


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with names of places and indicators, and units, in plain columns."""
    places, columns = gazetteer.places(), list(frame.columns)
    frame = frame.astype({"place": "str", "indicator": "str"})
    for lang in ("zh", "en"):
        frame.insert(
            columns.index("place") + 1, f"place_{lang}", [places[c].name[lang] for c in frame["place"]]
        )
    after = list(frame.columns).index("indicator") + 1
    frame.insert(after, "unit", [INDICATORS[name].unit for name in frame["indicator"]])
    frame.insert(after, "indicator_zh", [INDICATORS[name].zh for name in frame["indicator"]])
    return frame


def spread(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The table with `selection.columns` over columns, each holding the value, or the median of several runs."""
    name = selection.columns
    if name is None:
        return frame
    value = "median" if selection.summarised else "value"
    dropped = {name, *_NAMES.get(name, ()), "value", "runs", "mean", "median", "low", "high", "band"}
    if name in ("month", "year", "indicator"):  # a flow and a stock have other periods
        dropped.add("period")
    keys = [column for column in frame.columns if column not in dropped]
    heads = [_head(name, entry) for entry in frame[name]]
    wide = frame.assign(**{name: heads}).pivot(index=keys, columns=name, values=value)
    ordered = wide.reindex(columns=list(dict.fromkeys(heads if name != "month" else sorted(heads))))
    first = pd.DataFrame({key: frame[key] for key in keys}).drop_duplicates()
    ordered = ordered.reindex(pd.MultiIndex.from_frame(first)).reset_index()
    ordered.columns.name = None
    return ordered


_NAMES = {"place": ("place_en", "place_zh"), "indicator": ("indicator_zh", "unit")}
"""Columns that say the same in other words."""


def _head(kind: str, entry: object) -> str:
    if kind == "month":
        return f"{entry:%Y-%m}"
    if kind == "place":
        return both_names(str(entry))
    return f"{kind} {entry}" if kind in ("draw", "seed") else str(entry)


def both_names(code: str) -> str:
    """`450100 Nanning 南宁市`."""
    name = gazetteer.places()[code].name
    return f"{code} {name['en']} {name['zh']}"
