"""Tidy tables for people who analyse runs: months as dates of NumPy, names of places in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim.facts import gazetteer

if TYPE_CHECKING:
    import pandas as pd


def month_stamps(months: Sequence[Any]) -> np.ndarray:
    """Dates, or texts such as 2021-11-30, as datetime64[ns]."""
    return np.array(months, dtype="datetime64[D]").astype("datetime64[ns]")


def month_end_stamps(months: Sequence[str]) -> np.ndarray:
    """The last days of months written 2021-11, as datetime64[ns]."""
    following = np.array(months, dtype="datetime64[M]") + 1
    return (following.astype("datetime64[D]") - 1).astype("datetime64[ns]")


def dated(frame: pd.DataFrame, column: str = "month") -> pd.DataFrame:
    """The table with a column of months, in categories that are dates, as datetime64[ns]."""
    months = frame[column].cat
    stamps = month_stamps(list(months.categories))
    return frame.assign(**{column: stamps[months.codes.to_numpy()]})


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with `place_en` and `place_zh` after `place`, in categories like it."""
    codes = frame["place"].cat.categories
    known = gazetteer.places()
    after = list(frame.columns).index("place")
    out = frame.copy(deep=False)
    for k, lang in enumerate(("en", "zh"), 1):
        names = [known[code].name[lang] for code in codes]
        out.insert(after + k, f"place_{lang}", frame["place"].cat.rename_categories(names))
    return out
