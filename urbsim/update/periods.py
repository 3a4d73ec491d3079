"""The months that a row of an observation file speaks of."""

from __future__ import annotations

import re

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHOLE = {"year": (1, 12), "H1": (1, 6), "H2": (7, 12)} | {
    f"Q{quarter}": (3 * quarter - 2, 3 * quarter) for quarter in range(1, 5)
}
_SPAN = re.compile("([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))?")
OF_FLOWS = "year, H1, H2, Q1 to Q4, a month such as Mar, or months such as Jan-Aug"
OF_LEVELS = "year-end, Q1-end to Q4-end, or a month such as Dec"


def of_flow(text: str) -> tuple[int, int] | None:
    """First and last month of the year, from 1; None for a text that is no period."""
    if text in _WHOLE:
        return _WHOLE[text]
    found = _SPAN.fullmatch(text)
    if found is None or not {found[1], found[2] or found[1]} <= set(_MONTHS):
        return None
    first, last = _MONTHS.index(found[1]) + 1, _MONTHS.index(found[2] or found[1]) + 1
    return (first, last) if first <= last else None


def of_level(text: str) -> int | None:
    """The month of the year, from 1, at whose end a stock or a share stands; None for a text that is none."""
    if text == "year-end":
        return 12
    if text in _MONTHS:
        return _MONTHS.index(text) + 1
    quarter = text.removesuffix("-end")
    return _WHOLE[quarter][1] if quarter != text and quarter.startswith("Q") and quarter in _WHOLE else None
