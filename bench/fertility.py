"""Births per woman by year, as far as published: `python -m bench.fertility`.

Prints the published crude birth rate, and the births it stands for over those that the women of the year would have at
fixed rates by age; then the yearly change of both over some windows that end in 2020, from which
`fertility_change_per_year` is set. Women between the censuses are interpolated along their cohorts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.hindcast import show
from urbsim.calendar import BASE_MONTH
from urbsim.facts.censuses import census_of
from urbsim.facts.register import observations
from urbsim.population.synthesis.tables import N_AGES
from urbsim.processes.conditions.drivers import births_by_year
from urbsim.processes.demography.equations import fertility_pattern
from urbsim.state.definitions import FIRST_FERTILE, LAST_FERTILE

_FIVES = np.array(
    [0, *range(5, 90, 5), 100]
)  # first ages of the groups, the last of which is taken to end at 100
_AGES = np.arange(FIRST_FERTILE, LAST_FERTILE + 1)
_FIRST = 2010
WINDOWS = (2010, 2015, 2016, 2017)


def women_counted(base: str) -> np.ndarray:
    """Women of single ages 0 to 99 in a census, (100,), even within five-year groups."""
    by_group = census_of(base).residents[:, 1].sum(axis=0)
    fives = np.append(by_group[:2].sum(), by_group[2:N_AGES])
    return np.repeat(fives / np.diff(_FIVES), np.diff(_FIVES))


def women(year: int) -> np.ndarray:
    """Women of 15 to 49 in the middle of a year, (35,)."""
    nights = [BASE_MONTH[base] / 12 for base in ("census_2010", "census_2020")]
    before = max((year - 1900 + 0.5) - nights[0], 0.0)
    after, span = nights[1] - nights[0] - before, nights[1] - nights[0]
    ages = np.arange(100)
    earlier = np.interp(_AGES - before, ages, women_counted("census_2010"))
    later = np.interp(_AGES + after, ages, women_counted("census_2020"))
    return (earlier * after + later * before) / span


def by_year() -> pd.DataFrame:
    """Published births per thousand residents, and births over those at fixed rates by age, by year to 2020."""
    table = observations("guangxi_annual_revised")
    table = table[(table["variable"] == "resident_pop") & (table["geography"] == "Guangxi")]
    people = dict(zip(table["year"].astype(int), 1e4 * table["value"].astype(float), strict=True))
    pattern = fertility_pattern()[_AGES].mean(axis=1)
    rows = []
    for year, rate in sorted(births_by_year().items()):
        if year >= _FIRST:
            expected = float(pattern @ women(year))
            rows.append((year, 1000 * rate, women(year)[5:20].sum() / 1e6, rate * people[year] / expected))
    return pd.DataFrame(rows, columns=["year", "births per thousand", "women 20-34, m", "over fixed rates"])


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """Mean yearly change from the first year of each window to 2020, per cent."""
    values = table.set_index("year")
    last = int(values.index[-1])
    rows = [
        (f"{first}-{last}", *(100 * ((values.loc[last] / values.loc[first]) ** (1 / (last - first)) - 1)))
        for first in WINDOWS
    ]
    return pd.DataFrame(rows, columns=["window", *(f"{name}, % a year" for name in values.columns)])


def main() -> None:
    """Prints the tables."""
    table = by_year()
    show(table)
    yearly = 100 * np.diff(np.log(table["over fixed rates"].to_numpy()))
    print(
        "yearly changes of births over those at fixed rates, per cent:",
        np.round(yearly, 1),
        "sd",
        round(float(yearly.std(ddof=1)), 1),
    )
    show(changes(table))


if __name__ == "__main__":
    main()
