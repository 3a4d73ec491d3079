"""Months as whole numbers since January 1900, and back to dates."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

MONTH_PATTERN = "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"

BASE_MONTH = {"census_2020": 1449, "census_2010": 1329}
"""The month whose end is census night (31 October)."""


@lru_cache(maxsize=1024)
def month_number(text: str) -> int:
    """Months since 1900-01 of a text such as 2021-11. Raises ValueError for other texts."""
    year, month = text.split("-")
    return (int(year) - 1900) * 12 + int(month) - 1


def month_text(month: int) -> str:
    """Text such as 2021-11 of a month number."""
    return f"{1900 + month // 12}-{month % 12 + 1:02d}"


@lru_cache(maxsize=4096)
def month_end(month: int) -> dt.date:
    """Last day of a month."""
    following = month + 1
    return dt.date(1900 + following // 12, following % 12 + 1, 1) - dt.timedelta(days=1)


def calendar_month(month: int) -> int:
    """1 for January to 12 for December."""
    return month % 12 + 1


def calendar_year(month: int) -> int:
    """Year of a month counted since 1900-01."""
    return month_end(month).year
