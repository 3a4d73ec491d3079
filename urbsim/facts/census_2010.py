"""The census of 2010-10-31 on the borders of 2020, as controls of a base population (ODD equation B11).

102 counties stand as enumerated. Where borders of districts moved, the counts of the group of old units are shared
out among the new ones: residents by the official restatement, the rest in the proportions of 2020.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import root_scalar
from scipy.special import expit, logit

from urbsim.facts.census_2020 import AGE_GROUPS, SEXES, Controls, read_controls
from urbsim.facts.synthesis_inputs import facts_dir

REDRAWN = (
    (450203, 450204, 450206, 450223),  # Yufeng, Liunan, Liujiang, Luzhai
    (450403, 450406, 450421),  # Wanxiu, Longxu, Cangwu
    (450902, 450903),  # Yuzhou, Fumian
)
"""Codes of 2021 of the counties whose borders moved after 2010, each group closed in itself."""

_SCHOOLING = ("none", "primary", "middle", "high", "junior_college", "bachelor_plus")
_CLASSES = ("reg_elsewhere_within_county", "reg_other_county_same_province", "reg_other_province")
_GENERATIONS = ("1_generation", "2_generations", "3_generations", "4_plus_generations")
_MARRIAGE_AGES_END = 45  # years: older people married before either census


def read_census_2010(folder: Path | None = None) -> Controls:
    """The controls of 2010. Raises ValueError where the tables contradict each other."""
    folder = folder or facts_dir()
    later = read_controls(folder)
    table = pd.read_csv(folder / "county_2010.csv")
    table = pd.DataFrame(table[table["level"] == "county"])
    units = pd.DataFrame(table.groupby(table["adcode"].astype(int)).sum(numeric_only=True))
    counties = pd.read_csv(folder / "counties.csv").set_index("adcode").loc[later.adcode]
    comparable = counties["population_2010_comparable"].to_numpy(np.int64)

    groups = _groups(later.adcode)
    old = np.array([_group_of(int(code), groups) for code in units.index])
    sums = pd.DataFrame(units.groupby(old).sum())
    member = np.array([_group_of(int(code), groups) for code in later.adcode])
    if len(groups) != len(sums):
        raise ValueError("county_2010.csv lacks a county of 2021")

    def spread(columns: list[str], weight: np.ndarray) -> np.ndarray:
        """Counts of groups shared out among their members in proportion to `weight`, (111, columns)."""
        return _spread(sums[columns].to_numpy(np.int64), member, weight)

    total = later.total
    per_resident = comparable / total
    ages = [f"{sex}_{age}" for sex in SEXES for age in AGE_GROUPS]
    residents = _rescaled(spread(ages, comparable.astype(float)), comparable).reshape(-1, 2, len(AGE_GROUPS))
    urban = _urban(sums["urban_pop"].to_numpy(float), member, comparable, later.part_total[:, 1] / total)
    elsewhere = np.column_stack(
        [
            spread([name], later.class_total[:, k] * per_resident)[:, 0]
            for k, name in enumerate(_CLASSES, start=1)
        ]
    )
    homes = later.households * per_resident
    married = _married_earlier(later.married, residents, units)
    schooling = np.stack(
        [
            spread([f"edu_{level}_{sex}" for level in _SCHOOLING], residents[:, s].sum(axis=1).astype(float))
            for s, sex in enumerate(SEXES)
        ],
        axis=1,
    )
    at_home = comparable - elsewhere[:, 1:].sum(axis=1)
    away = _spread(
        sums[["hukou_pop"]].to_numpy(np.int64) - np.bincount(member, at_home).astype(np.int64)[:, None],
        member,
        later.away * per_resident,
    )[:, 0]
    if (away < 0).any():
        raise ValueError("a county of 2010 has more residents registered at home than its registers hold")
    return replace(
        later,
        residents=residents,
        part_total=np.column_stack([comparable - urban, urban]),
        class_total=np.column_stack([comparable - elsewhere.sum(axis=1), elsewhere]),
        households=spread(["households"], homes)[:, 0],
        household_population=spread(["household_pop"], comparable.astype(float))[:, 0],
        one_person=spread(["households_1_person"], homes)[:, 0],
        generations=spread([f"households_{name}" for name in _GENERATIONS], homes),
        with_elder=spread(["households_with_65_plus"], homes)[:, 0],
        schooling=schooling,
        registered=at_home + away,
        married=married,
        marital_targets=_by_age_group(married, later.marital_targets),
    )


def _groups(codes: np.ndarray) -> list[tuple[int, ...]]:
    """Groups of counties within which nobody changed sides: one for each unchanged county, three of redrawn ones."""
    redrawn = {code for group in REDRAWN for code in group}
    return [(int(code),) for code in codes if int(code) not in redrawn] + list(REDRAWN)


def _group_of(code: int, groups: list[tuple[int, ...]]) -> int:
    for at, group in enumerate(groups):
        if code in group:
            return at
    raise ValueError(f"county_2010.csv has a county unknown in 2021: {code}")


def _spread(sums: np.ndarray, member: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Integers (members, columns) that add up to the counts of each group, by cumulative rounding.

    sums: (groups, columns); member: (members,) group of each; weight: (members,).
    """
    out = np.zeros((len(member), sums.shape[1]), dtype=np.int64)
    for group in range(len(sums)):
        rows = np.flatnonzero(member == group)
        share = np.cumsum(weight[rows]) / weight[rows].sum()
        running = np.floor(sums[group] * share[:, None] + 0.5).astype(np.int64)
        running[-1] = sums[group]
        out[rows] = np.diff(running, axis=0, prepend=0)
    return out


def _rescaled(table: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Rows of integers brought to given sums, in proportion: restated totals differ from counts by rounding."""
    share = np.cumsum(table, axis=1) / table.sum(axis=1, keepdims=True)
    return np.diff(np.floor(share * totals[:, None] + 0.5).astype(np.int64), axis=1, prepend=0)


def _urban(
    sums: np.ndarray, member: np.ndarray, comparable: np.ndarray, share_2020: np.ndarray
) -> np.ndarray:
    """Urban residents (111,): in a group of redrawn counties the shares of 2020 are moved alike on the logit scale."""
    urban = np.zeros(len(member), dtype=np.int64)
    for group in range(len(sums)):
        rows = np.flatnonzero(member == group)
        if rows.size == 1:
            urban[rows] = int(sums[group])
            continue
        start = logit(share_2020[rows])

        def excess(shift: float, rows=rows, start=start, wanted=sums[group]) -> float:
            return float((comparable[rows] * expit(start + shift)).sum() - wanted)

        share = expit(start + root_scalar(excess, bracket=(-8.0, 8.0)).root)
        running = np.floor(np.cumsum(comparable[rows] * share) + 0.5).astype(np.int64)
        running[-1] = int(sums[group])
        urban[rows] = np.diff(running, prepend=0)
    return urban


def _married_earlier(married: np.ndarray, residents: np.ndarray, units: pd.DataFrame) -> np.ndarray:
    """Shares married by age moved to younger ages until the province has those married in 2010, by sex.

    married: (4, 2, 111) of the later survey; residents: (111, 2, 19). Only ages below 45 move.
    """
    out = married.copy()
    ages = np.arange(married.shape[2], dtype=float)
    group = np.minimum(np.where(ages < 1, 0, np.where(ages < 5, 1, 1 + ages // 5)), 18).astype(int)
    width = np.bincount(group, minlength=19)
    for s, sex in enumerate(SEXES):
        people = residents[:, s].sum(axis=0)[group] / width[group] * (ages >= 15)
        wanted = units[f"married_{sex}"].sum() / units[f"marr_sample_pop_15_plus_{sex}"].sum()

        def curve(kind: int, years: float, s=s) -> np.ndarray:
            fade = np.clip((_MARRIAGE_AGES_END - ages) / 10.0, 0.0, 1.0)
            return np.interp(ages + years * fade, ages, married[kind, s])

        def excess(years: float, people=people, wanted=wanted, curve=curve) -> float:
            return float((people * curve(3, years)).sum() / people.sum() - wanted)

        years = root_scalar(excess, bracket=(-6.0, 10.0)).root
        for kind in range(len(married)):
            moved = curve(kind, years)
            moved[: 18 if s else 20] = 0.0
            out[kind, s] = moved
    return out


def _by_age_group(married: np.ndarray, later: np.ndarray) -> np.ndarray:
    """(4, 2, 11) means of single years 15-19 to 60-64; the old as in the later survey, whose curve they keep."""
    groups = married[:, :, 15:65].reshape(*married.shape[:2], 10, 5).mean(axis=3)
    return np.concatenate([groups, later[:, :, 10:]], axis=2)
