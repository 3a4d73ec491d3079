"""Heights of rows: spreadsheets do not all fit them to wrapped text, so that lines are counted here."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rich.cells import cell_len

_LINE, _REST = 13.5, 5.0  # points, at a size of 10
_TALLEST = 400.0  # a spreadsheet takes no more than 409


def lines(text: str, width: float) -> int:
    """Lines of a text in a column so many digits wide; a Chinese character takes two."""
    usable = max(width - 1.5, 1.0)
    return sum(max(math.ceil(cell_len(part) / usable), 1) for part in text.split("\n"))


def height(cells: Iterable[tuple[str, float]]) -> float:
    """Points that a row needs. cells: text, and the width of its column."""
    return min(max((lines(text, width) for text, width in cells), default=1) * _LINE + _REST, _TALLEST)
