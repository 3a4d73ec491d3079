"""What was counted: the figures that the replay is compared with, each with its date and the table it is from.

Nothing of a year after `last_year` of the protocol is read. What later tables say of 2020 or before comes by way of the
census controls and is named there (`structural_inputs`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from urbsim.calendar import month_number, month_text
from urbsim.facts.censuses import census_of
from urbsim.facts.register import observations
from urbsim.facts.synthesis_inputs import read_assumptions
from urbsim.fit.age_groups import GROUPS, counted_in_2020
from urbsim.population.synthesis.tables import OTHER_COUNTY, OTHER_PROVINCE

NIGHT = "2020-10"
"""Month at whose end the census of 2020 stands."""

CLASSES = ("another_township", "another_county", "another_province")
BANDS = {"0-14": (0, 15), "15-24": (15, 25), "25-49": (25, 50), "50+": (50, 200)}
"""Ages of people outside, in completed years, from and below."""

_PROVINCE = "Guangxi"
_REVISED = "nbs_revised_after_2020_census"
_MONTHS = {"year": (1, 12), "H1": (1, 6), "Jan-Aug": (1, 8), "Q1": (1, 3)}
_GROUP_STARTS = np.array([0, 1, *range(5, 90, 5)])  # of the census's 19 groups
_SMALLEST = 1.0  # guard: of a count, before its logarithm is taken


@dataclass(frozen=True)
class Figure:
    """One published figure.

    at: what it is of: a month, two months with `..` between, a group, a place; value: in the unit of the protocol;
    dated: its last month; position: where it stands among the others of its kind, in years or groups; tables: it
    rests on.
    """

    at: str
    value: float
    dated: str
    position: float
    tables: tuple[str, ...]


def key(observable: str, at: str) -> str:
    """The name of a figure: `residents[2015-12]`."""
    return f"{observable}[{at}]"


def log(count: float) -> float:
    """Natural logarithm of a count, of one person where nobody is."""
    return float(np.log(max(count, _SMALLEST)))


def years(month: str) -> float:
    """A month as a year with a fraction."""
    return month_number(month) / 12


@cache
def figures(last_year: int) -> dict[str, tuple[Figure, ...]]:
    """Figures by observable, none dated after the end of `last_year`; values read from the register.

    `couples_apart` and `household_size` are not among them: the synthetic population of census night has them in the
    model's terms, no table (`door.base_night`).
    """
    found = {
        "urban_share": _by_year("urbanisation_rate", 1.0, last_year),
        "residents": _by_year("resident_pop", 1 / 100, last_year),
        "registered_elsewhere": _registered_elsewhere(),
        "outside": _outside(),
        "outside_ages": _outside_ages(),
        "ages": _of_night(
            zip(GROUPS, np.log(counted_in_2020()), strict=True), ("county_census2020_profile",)
        ),
        "new_jobs": _jobs("new_urban_jobs", last_year),
        "reemployed": _jobs("unemployed_reemployed", last_year),
        "settled": _settled(),
        "registered_urban_share": _registered_urban_share(),
        "prefecture_shares": _urban_shares(prefectures=True),
        "county_shares": _urban_shares(prefectures=False),
        "kind_shares": _kinds(lambda total, urban: 100 * urban / total),
        "kind_residents": _kinds(lambda total, _: np.log(total)),
    }
    end = f"{last_year}-12"
    return {name: tuple(figure for figure in items if figure.dated <= end) for name, items in found.items()}


def _published(table: str, last_year: int) -> pd.DataFrame:
    rows = observations(table)
    return rows.loc[rows["year"] <= last_year]


def _by_year(variable: str, factor: float, last_year: int) -> list[Figure]:
    """Ends of the years 2011 to 2019 as revised after the census, and the census of 2020 itself."""
    rows = _published("guangxi_annual_revised", last_year)
    rows = rows[
        (rows["geography"] == _PROVINCE) & (rows["series"] == _REVISED) & (rows["variable"] == variable)
    ]
    found = [
        Figure(f"{year}-12", factor * value, f"{year}-12", years(f"{year}-12"), ("guangxi_annual_revised",))
        for year, value in sorted(zip(rows["year"], rows["value"], strict=True))
    ]
    census = census_of("census_2020")
    share = 100 * census.part_total[:, 1].sum() / census.total.sum()
    value = share if variable == "urbanisation_rate" else census.total.sum() / 1e6
    return [*found, Figure(NIGHT, float(value), NIGHT, years(NIGHT), ("counties",))]


def _of_night(items, tables: tuple[str, ...]) -> list[Figure]:
    return [Figure(str(at), float(value), NIGHT, k, tables) for k, (at, value) in enumerate(items)]


def _registered_elsewhere() -> list[Figure]:
    totals = census_of("census_2020").class_total[:, 1:].sum(axis=0)
    return _of_night(zip(CLASSES, np.log(totals), strict=True), ("counties",))


def _people_outside() -> float:
    """Registered in Guangxi and resident outside on census night 2020, by identity with the registers, persons."""
    census = census_of("census_2020")
    return float(census.registered.sum() - census.total.sum() + census.class_total[:, OTHER_PROVINCE].sum())


def _outside() -> list[Figure]:
    rows = observations("outside_stock")
    rows = rows[(rows["geography"] == _PROVINCE) & (rows["variable"] == "registered_minus_resident_revised")]
    found = [
        Figure(f"{year}-12", value / 1e6, f"{year}-12", years(f"{year}-12"), ("outside_stock",))
        for year, value in zip(rows["year"], rows["value"], strict=True)
    ]
    tables = ("registered_population_2022", "counties")
    return [*found, Figure(NIGHT, _people_outside() / 1e6, NIGHT, years(NIGHT), tables)]


def _outside_ages() -> list[Figure]:
    """The ages that the base of census night 2020 gives to those outside; an assumption of that base."""
    assumed, census = read_assumptions("census_2020"), census_of("census_2020")
    by_age = np.asarray(assumed["outside_age_male"]) + np.asarray(assumed["outside_age_female"])
    people = by_age / by_age.sum() * (census.away.sum() - census.class_total[:, OTHER_COUNTY].sum())
    bands = {
        name: people[(_GROUP_STARTS >= first) & (_GROUP_STARTS < last)].sum()
        for name, (first, last) in BANDS.items()
    }
    items = ((name, np.log(count)) for name, count in bands.items())
    return _of_night(items, ("registered_population_2022", "counties"))


def _jobs(indicator: str, last_year: int) -> list[Figure]:
    rows = _published("jobs_annual", last_year)
    rows = rows.loc[
        (rows["area_name_en"] == _PROVINCE)
        & (rows["indicator"] == indicator)
        & (rows["value_kind"] == "actual")
    ]
    found = []
    for year, period, value in sorted(zip(rows["year"], rows["period"], rows["value"], strict=True)):
        first, last = _MONTHS[str(period)]
        end = f"{year}-{last:02}"
        found.append(Figure(f"{year}-{first:02}..{end}", log(value), end, years(end), ("jobs_annual",)))
    return found


def _settlement(indicator: str, period: str) -> list[float]:
    rows = observations("settlement")
    here = (rows["area_level"] == "province") & (rows["value_kind"] == "actual")
    of_it = here & (rows["indicator"] == indicator) & (rows["period"] == period)
    return [float(value) for value in rows.loc[of_it, "value"]]


def _settled() -> list[Figure]:
    value = _settlement("rural_people_settled_in_towns_per_year_mean", "2013-2018")
    return [Figure("2013-01..2018-12", log(v), "2018-12", 0, ("settlement",)) for v in value]


def _registered_urban_share() -> list[Figure]:
    value = _settlement("hukou_urbanisation_rate", "year-end")
    return [Figure("2018-12", v, "2018-12", 0, ("settlement",)) for v in value]


def _urban_shares(prefectures: bool) -> list[Figure]:
    census = census_of("census_2020")
    codes = [str(code) for code in census.adcode]
    names = [f"{code[:4]}00" if prefectures else code for code in codes]
    order = sorted(set(names))
    at = np.array([order.index(name) for name in names])
    share = 100 * np.bincount(at, census.part_total[:, 1]) / np.bincount(at, census.total)
    return _of_night(zip(order, share, strict=True), ("counties",))


@cache
def kinds() -> dict[str, str]:
    """Code of each county-level unit -> what it is: district, county_city or county."""
    rows = observations("counties")
    return dict(zip(rows["adcode"].astype(str), rows["kind"].astype(str), strict=True))


def _kinds(of: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> list[Figure]:
    """of: (kinds,) residents and urban residents -> (kinds,) figures."""
    census, kind_of = census_of("census_2020"), kinds()
    order = sorted(set(kind_of.values()))
    at = np.array([order.index(kind_of[str(code)]) for code in census.adcode])
    total, urban = (np.bincount(at, counts) for counts in (census.total, census.part_total[:, 1]))
    return _of_night(zip(order, of(total, urban), strict=True), ("counties",))


def months_of(at: str) -> range:
    """The months of `2011-01..2011-06`, as numbers."""
    first, _, last = at.partition("..")
    return range(month_number(first), month_number(last or first) + 1)


def last_month(at: str) -> str:
    """The last month of `2011-01..2011-06`."""
    return month_text(months_of(at)[-1])
