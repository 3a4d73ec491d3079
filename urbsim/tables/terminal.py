"""A table as aligned lines for a terminal: names side by side, shares in percent, counts in whole numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich.cells import cell_len

from urbsim.facts.indicators import INDICATORS, decimals
from urbsim.report import wording
from urbsim.tables.layout import both_names

_JOINED = {"place_en", "place_zh", "indicator_zh", "unit"}
"""Columns whose text is said beside the code or the name."""


def lines(frame: pd.DataFrame) -> list[str]:
    """A head, and a line for each row; nothing is cut, however wide."""
    heads = [name for name in frame.columns if name not in _JOINED]
    body = [[_cell(name, row[name], row) for name in heads] for row in frame.to_dict("records")]
    numbers = [pd.api.types.is_numeric_dtype(frame[name]) for name in heads]
    widths = [max(cell_len(text) for text in column) for column in zip(heads, *body, strict=True)]
    return ["  ".join(_aligned(row, widths, numbers)).rstrip() for row in (heads, *body)]


def _aligned(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> list[str]:
    """Cells padded to their columns: numbers to the right. A Chinese character is two wide."""
    padding = [" " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)]
    return [
        pad + text if number else text + pad for text, pad, number in zip(row, padding, numbers, strict=True)
    ]


def _cell(name: str, value: Any, row: dict[str, Any]) -> str:
    if name == "place":
        return both_names(value)
    if name == "indicator":
        return f"{value} {INDICATORS[value].zh}"
    if name == "month":
        return f"{value:%Y-%m}"
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return "-"
    indicator = row.get("indicator", name)
    share = INDICATORS[indicator].kind == "rate"
    return wording.percent(value, 2) if share else wording.rounded(value, decimals(indicator))
