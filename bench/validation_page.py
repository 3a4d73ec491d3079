"""Tables of the validation page: each stands between `<!-- table: NAME -->` and `<!-- end -->`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation.md"
_LARGE = 150  # columns that reach so far are shown without decimals


def cell(value: object, decimals: int) -> str:
    """Text of a cell: whole numbers and words as they are, nothing for a missing number."""
    if not isinstance(value, float):
        return str(value)
    return "" if isnan(value) else f"{value:,.{decimals}f}"


def markdown(table: pd.DataFrame) -> str:
    """A table as the page shows it: thousands without decimals, all else with two."""
    lines = [list(table.columns), ["---"] * table.shape[1]]
    numbers = table.select_dtypes("float")
    large = set(numbers.columns[np.nanmax(np.abs(numbers.to_numpy()), axis=0, initial=0.0) > _LARGE])
    for row in table.itertuples(index=False):
        lines.append(
            [cell(value, 0 if name in large else 2) for name, value in zip(table.columns, row, strict=True)]
        )
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def with_tables(text: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """The page with its tables replaced. Raises KeyError for a table that has no place on it."""
    for name, table in tables.items():
        marks = re.compile(rf"(<!-- table: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, found = marks.subn(
            lambda place, table=table: place[1] + "\n" + markdown(table) + "\n" + place[2], text
        )
        if not found:
            raise KeyError(f"no place for the table {name}")
    return text


def write(tables: Mapping[str, pd.DataFrame], page: Path = PAGE) -> None:
    """Replaces the tables of the page."""
    text = with_tables(page.read_text(encoding="utf-8"), tables)
    page.write_text(text, encoding="utf-8", newline="\n")
