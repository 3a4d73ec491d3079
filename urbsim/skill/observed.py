"""The observed urban shares that forecasts are scored on, and how long they were known when the model was made.

Everything is read from the register: rows that are added to its tables are scored without a change here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from urbsim.errors import InputError, Problem, quoted
from urbsim.facts import gazetteer
from urbsim.facts.censuses import census_of
from urbsim.facts.register import Register, Row

Array = NDArray[np.float64]

BASE_YEAR = 2020
"""The year of the census from which forecasts start."""
_SHARE = "urbanisation_rate"
_LONG_TABLES = ("guangxi_annual", "guangxi_annual_revised", "prefecture_annual")
_WIDE_TABLE = "county_annual_partial"
_REVISED = ("nbs_revised_after_2020_census", "census_year_estimate")
_BEFORE_THE_CENSUS = "pre_2020_census_estimate"


@dataclass(frozen=True)
class Observation:
    """One published urban share at the end of a year.

    place: code; share: from 0 to 1; base: the share at the end of 2020 in the same series, or of the census where the
    register has none; grade: of the row; where: table and line.
    """

    place: str
    year: int
    share: float
    base: float
    grade: str
    where: str


def province_series(register: Register) -> dict[int, float]:
    """Year -> published share of the province at its end, revised after the census of 2020; 2010 to 2020.

    The figures of 2010 and 2020 are the censuses', which stand for the ends of their years.
    """
    found = {
        int(row["year"]): float(row["value"]) / 100
        for row in register.rows("guangxi_annual_revised")
        if row["geography"] == "Guangxi" and row["variable"] == _SHARE and row["series"] in _REVISED
    }
    return {year: found[year] for year in sorted(found) if year <= BASE_YEAR}


def province_rows(register: Register, variable: str) -> dict[int, float]:
    """Year -> a revised yearly figure of the province up to 2020, in its published unit."""
    return {
        int(row["year"]): float(row["value"])
        for row in register.rows("guangxi_annual_revised")
        if row["geography"] == "Guangxi"
        and row["variable"] == variable
        and row["series"] in _REVISED
        and int(row["year"]) <= BASE_YEAR
    }


@lru_cache(maxsize=2)
def census_shares(base: str) -> dict[str, tuple[float, int]]:
    """Code -> urban share and residents on a census night, for counties, prefectures and the province.

    Counties stand in the borders of 2021; for 2010 those whose borders moved are shared out from the group's counts.
    """
    census = census_of(base)
    sums: dict[str, Array] = {}
    for code, parts in zip(census.adcode, census.part_total, strict=True):
        for place in (str(code), f"{str(code)[:4]}00", gazetteer.PROVINCE):
            sums[place] = sums.get(place, np.zeros(2)) + parts
    return {place: (float(parts[1] / parts.sum()), int(parts.sum())) for place, parts in sorted(sums.items())}


def after_the_base(register: Register) -> list[Observation]:
    """Every published share of a year after 2020, by place and year. Raises InputError where two rows disagree."""
    rows = list(_shares(register))
    bases = {place: share for place, year, share, _, _ in rows if year == BASE_YEAR}
    census = census_shares("census_2020")
    found: dict[tuple[str, int], Observation] = {}
    problems = []
    for place, year, share, grade, where in rows:
        if year <= BASE_YEAR:
            continue
        base = bases.get(place, census[place][0])
        other = found.setdefault((place, year), Observation(place, year, share, base, grade, where))
        if other.share != share:
            message = f"{share:.4%} in {year} is not the {other.share:.4%} of {other.where}"
            problems.append(Problem(message, file=where, allowed="one figure for a place and year"))
    if problems:
        raise InputError(problems)
    return [found[key] for key in sorted(found, key=lambda key: (_level(key[0]), key))]


def _shares(register: Register):
    """place, year, share, grade, where: every published share at the end of a year from 2020 on."""
    for table in _LONG_TABLES:
        for line, row in enumerate(register.rows(table), start=2):
            dated = int(row["year"]) >= BASE_YEAR and row["series"] != _BEFORE_THE_CENSUS
            at_year_end = row.get("basis", "year_end") == "year_end"
            if row["variable"] == _SHARE and dated and at_year_end:
                where = f"{table}.csv:{line}"
                yield _code(row, where), int(row["year"]), float(row["value"]) / 100, row["grade"], where
    for line, row in enumerate(register.rows(_WIDE_TABLE), start=2):
        share = _county_share(row)
        if share is not None and int(row["year_end"]) >= BASE_YEAR:
            where = f"{_WIDE_TABLE}.csv:{line}"
            yield row["adcode"], int(row["year_end"]), share, row["grade"], where


def _county_share(row: Row) -> float | None:
    """The printed share, or urban over all residents where both are printed."""
    if row["urbanisation_rate_pct"]:
        return float(row["urbanisation_rate_pct"]) / 100
    urban, residents = row["urban_population_10k"], row["resident_population_10k"]
    return float(urban) / float(residents) if urban and residents else None


def _code(row: Row, where: str) -> str:
    code = gazetteer.codes_by_name().get(row["geography"])
    if code is None:
        near = gazetteer.code_of(row["geography"])
        name = gazetteer.places()[near].name["en"] if near else None
        raise InputError([Problem(f"no place is named {quoted(row['geography'])}", file=where, nearest=name)])
    return code


def _level(code: str) -> int:
    return 0 if code == gazetteer.PROVINCE else 1 if code.endswith("00") else 2


def level(code: str) -> str:
    """province, prefecture or county."""
    return ("province", "prefecture", "county")[_level(code)]
