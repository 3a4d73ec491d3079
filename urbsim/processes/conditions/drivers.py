"""What drove the years up to the census of 2020, as published: read where a scenario's drivers are `observed`.

Nothing after the year of that census is read here: what came later, a forecast must not know.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from urbsim.calendar import BASE_MONTH, calendar_year, month_text
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations

_LAST_YEAR = int(month_text(BASE_MONTH["census_2020"])[:4])
_VINTAGE = "after fourth economic census"
_SERIES = ("nbs_revised_after_2020_census", "census_year_estimate")


@lru_cache(maxsize=1)
def growth_by_year() -> dict[int, float]:
    """Real growth of Guangxi's gross product, share per year, by year up to 2020."""
    table = observations("province_drivers")
    table = table[
        (table["area_name_en"] == "Guangxi")
        & (table["indicator"] == "gdp_index_previous_year_100")
        & (table["vintage"] == _VINTAGE)
    ]
    return _by_year(table["year"], np.asarray(table["value"], dtype=float) / 100 - 1)


@lru_cache(maxsize=1)
def births_by_year() -> dict[int, float]:
    """Published births per resident and year, as revised after the census of 2020, by year up to 2020."""
    table = observations("guangxi_annual_revised")
    table = table[(table["variable"] == "birth_rate") & table["series"].isin(_SERIES)]
    return _by_year(table["year"], np.asarray(table["value"], dtype=float) / 1000)


def _by_year(years, values: np.ndarray) -> dict[int, float]:
    return {
        int(year): float(value) for year, value in zip(years, values, strict=True) if int(year) <= _LAST_YEAR
    }


@lru_cache(maxsize=1024)
def growth_since(base_month: int, month: int) -> float:
    """Growth of the months after `base_month` up to `month`, cumulated, ln; each at its year's rate."""
    rates = growth_by_year()
    years = [calendar_year(m) for m in range(base_month + 1, month + 1)]
    return float(np.sum([np.log1p(rates[year]) / 12 for year in years]))


def births_of(parameters: Parameters, month: int) -> float:
    """Births per resident and year in a month (ODD equation D7).

    Children enumerated in 2020 were more than the births published for their years: published births are raised
    by the share missed, one for each five years before the census night.
    """
    missed = parameters.array("births_missed")
    block = (month - BASE_MONTH["census_2010"] - 1) // 60
    return births_by_year()[calendar_year(month)] * float(missed[min(max(block, 0), missed.size - 1)])
