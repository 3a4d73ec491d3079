"""Places of the replayed decade against what was counted: residents of counties, urban shares of prefectures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from urbsim.calendar import BASE_MONTH
from urbsim.facts.censuses import census_of
from urbsim.simulation.runner import RunResult


def counted_in(results: list[RunResult], indicator: str) -> np.ndarray:
    """(111,) mean of the runs on the census night of 2020, by county."""
    end = BASE_MONTH["census_2020"]
    codes = [str(code) for code in census_of("census_2020").adcode]
    return np.mean([[r.observer.read(indicator, c, end) or 0.0 for c in codes] for r in results], axis=0)


def residents(results: list[RunResult]) -> pd.DataFrame:
    """Residents of 111 counties off the census of 2020, per cent: mean without sign, and those of the capital together.

    The rival: every county keeps its share of the province's residents of 2010.
    """
    before, after = census_of("census_2010").total, census_of("census_2020").total
    capital = results[0].observer.places.prefecture_index == 0
    rows = []
    for name, guess in (
        ("model", counted_in(results, "resident_population")),
        ("rival: the province's growth", before * after.sum() / before.sum()),
    ):
        off = 100 * (guess[capital].sum() / after[capital].sum() - 1)
        rows.append((name, 100 * np.abs(guess / after - 1).mean(), off))
    return pd.DataFrame(rows, columns=["residents of counties", "mean absolute error %", "Nanning %"])


def prefectures(results: list[RunResult]) -> pd.DataFrame:
    """Urban shares of 14 prefectures off the census of 2020, points: root mean square and mean without sign."""
    before, after = census_of("census_2010"), census_of("census_2020")
    of = results[0].observer.places.prefecture_index

    def share(urban: np.ndarray, total: np.ndarray) -> np.ndarray:
        return np.bincount(of, urban) / np.bincount(of, total)

    earlier, counted = (share(c.part_total[:, 1], c.total) for c in (before, after))
    change = np.diff([c.part_total[:, 1].sum() / c.total.sum() for c in (before, after)])[0]
    urban, total = (counted_in(results, name) for name in ("urban_population", "resident_population"))
    rows = []
    for name, guess in (("model", share(urban, total)), ("rival: the province's change", earlier + change)):
        error = 100 * (guess - counted)
        rows.append((name, np.sqrt(np.mean(error**2)), np.abs(error).mean()))
    return pd.DataFrame(rows, columns=["urban shares of prefectures", "root mean square", "mean absolute"])
