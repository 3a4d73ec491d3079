"""Synthetic population against its controls, cell by cell, and the soundness of its links."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from urbsim.calendar import BASE_MONTH
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.facts.census_2020 import AGE_GROUPS, SCHOOLING, SEXES
from urbsim.facts.censuses import BASES
from urbsim.population.packed import BasePopulation
from urbsim.state.codes import N_INSIDE, NO_CELL
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP

_AGE_LIMITS = np.array([1, *range(5, 90, 5)])
_CLASSES = ("registered_here", "same_county", "other_county", "other_province")
_MARITAL_AGES = [f"{a}-{a + 4}" for a in range(15, 65, 5)] + ["65+"]
_KINDS = ("rural", "town", "city")


def age_years(population: BasePopulation) -> np.ndarray:
    """Completed age on the base night, (N,) int64."""
    return (BASE_MONTH[population.base] - population.birth_month.astype(np.int64)) // 12


def census_class(population: BasePopulation) -> np.ndarray:
    """Census class of each person: 0 registered here to 3 other province; 4 where counted outside Guangxi."""
    home, counted = population.home, population.counted
    klass = np.where(home // 2 == counted // 2, np.uint8(1), np.uint8(2))
    klass[(home == counted) & (population.holdings & OTHER_TOWNSHIP == 0)] = 0
    klass[home >= N_INSIDE] = 3
    klass[counted >= N_INSIDE] = 4
    return klass


def dwellings(population: BasePopulation) -> tuple[np.ndarray, np.ndarray]:
    """Family dwellings by counted residence: the part of each, and each person's dwelling (-1 without).

    Members of one household counted in the same part and not in a collective dwelling share one.
    """
    household = np.repeat(np.arange(len(population.household_stratum)), np.diff(population.household_start))
    family = (population.holdings & DORMITORY == 0) & (population.counted < N_INSIDE)
    rows = np.flatnonzero(family)
    key = household[rows].astype(np.int64) * BYTE_VALUES + population.counted[rows]
    key, index = np.unique(key, return_inverse=True)
    of_person = np.full(len(household), -1, dtype=np.int64)
    of_person[rows] = index
    return (key & BYTE).astype(np.int64), of_person


class _Fit:
    """Collects the rows of the table of fit."""

    def __init__(self, scale: float) -> None:
        self.weight = 1.0 / scale
        self.rows: list[pd.DataFrame] = []

    def add(self, control: str, place, target, synthetic, exact: bool, share: bool = False) -> None:
        """One control at several places; synthetic counts are brought to full scale unless they are
        shares.
        """
        synthetic = np.asarray(synthetic, dtype=float) * (1.0 if share else self.weight)
        target = np.asarray(target, dtype=float)
        frame = pd.DataFrame({"control": control, "place": np.asarray(place, dtype=str), "target": target})
        frame["synthetic"] = synthetic
        frame["difference"] = synthetic - target
        frame["exact"] = exact
        self.rows.append(frame)


def fit_table(population: BasePopulation) -> pd.DataFrame:
    """Controls against the synthetic population, counts at full scale.

    Columns control, place, target,
    synthetic, difference, exact. Exact controls hold to the last person at scale 1; the rest are fitted, and
    shares and assumptions among them are marked by their names.
    """
    c = BASES[population.base].read()
    fit = _Fit(population.scale)
    adcode = c.adcode.astype(str)
    n = len(adcode)
    inside = population.counted < N_INSIDE
    county = (population.counted // 2).astype(np.int64)
    age = age_years(population)
    group = np.searchsorted(_AGE_LIMITS, age, side="right")
    sex = population.sex.astype(np.int64)

    table = np.bincount(((county * 2 + sex) * 19 + group)[inside], minlength=n * 38).reshape(n, 2, 19)
    for s, word in enumerate(SEXES):
        for a, label in enumerate(AGE_GROUPS):
            fit.add(f"residents_{word}_{label}", adcode, c.residents[:, s, a], table[:, s, a], True)
    part = np.bincount(population.counted[inside], minlength=N_INSIDE).reshape(n, 2)
    fit.add("rural_residents", adcode, c.part_total[:, 0], part[:, 0], True)
    fit.add("urban_residents", adcode, c.part_total[:, 1], part[:, 1], True)
    klass = census_class(population)
    classes = np.bincount((county * 4 + klass)[inside], minlength=n * 4).reshape(n, 4)
    for k, word in enumerate(_CLASSES):
        fit.add(word, adcode, c.class_total[:, k], classes[:, k], True)
    registered = np.bincount(population.home[population.home < N_INSIDE] // 2, minlength=n)
    fit.add("registered_population", adcode, c.registered, registered, True)
    family = inside & (population.holdings & DORMITORY == 0)
    fit.add(
        "household_population", adcode, c.household_population, np.bincount(county[family], minlength=n), True
    )

    where, dwelling = dwellings(population)
    fit.add("households", adcode, c.households, np.bincount(where // 2, minlength=n), True)
    members = np.flatnonzero(dwelling >= 0)
    size = np.bincount(dwelling[members], minlength=len(where))
    alone = size == 1
    fit.add("one_person_households", adcode, c.one_person, np.bincount(where[alone] // 2, minlength=n), False)
    elder = np.zeros(len(where), dtype=bool)
    elder[dwelling[members[age[members] >= 65]]] = True
    fit.add(
        "households_with_65plus", adcode, c.with_elder, np.bincount(where[elder] // 2, minlength=n), False
    )
    generations = np.minimum(count_generations(population, dwelling, len(where), age), 4)
    by_generation = np.bincount((where // 2) * 5 + generations, minlength=n * 5).reshape(n, 5)
    for g, word in enumerate(("one", "two", "three", "four_plus"), start=1):
        fit.add(f"households_{word}_generation", adcode, c.generations[:, g - 1], by_generation[:, g], False)

    # The census table covers 2.5 million fewer than the residents aged three and over, nearly all of them in
    # kindergarten by age; so the lowest level is what the other levels leave of all residents.
    schooling = np.bincount(((county * 2 + sex) * 6 + population.schooling)[inside], minlength=n * 12)
    c.schooling[:, :, 0] = c.residents.sum(axis=2) - c.schooling[:, :, 1:].sum(axis=2)
    for s, word in enumerate(SEXES):
        for level, name in enumerate(SCHOOLING):
            fit.add(
                f"schooling_{name if level else 'none_or_preschool_or_under_3'}_{word}",
                adcode,
                c.schooling[:, s, level],
                schooling.reshape(n, 2, 6)[:, s, level],
                False,
            )

    kind = np.where(population.counted % 2 == 0, 0, np.where(c.is_district[np.minimum(county, n - 1)], 2, 1))
    grown = inside & (age >= 15)
    marital_age = np.minimum((age - 15) // 5, 10)
    key = (kind * 2 + sex) * 11 + marital_age
    people = np.bincount(key[grown], minlength=66).reshape(3, 2, 11)
    married = np.bincount(key[grown & (population.spouse != 0)], minlength=66).reshape(3, 2, 11)
    for k, where in enumerate(_KINDS):
        for s, word in enumerate(SEXES):
            share = married[k, s] / np.maximum(people[k, s], 1)
            fit.add(
                f"share_married_{where}_{word}", _MARITAL_AGES, c.marital_targets[k, s], share, False, True
            )

    cities = np.unique(c.prefecture)
    at = np.searchsorted(cities, c.prefecture)
    total = part.sum(axis=1)
    fit.add("prefecture_residents", cities, np.bincount(at, c.total), np.bincount(at, total), True)
    fit.add(
        "prefecture_urban", cities, np.bincount(at, c.part_total[:, 1]), np.bincount(at, part[:, 1]), True
    )
    fit.add("province_residents", ["450000"], [c.total.sum()], [total.sum()], True)
    outside = c.away.sum() - c.class_total[:, 2].sum()
    living_outside = int(((population.counted >= N_INSIDE) & (population.home < N_INSIDE)).sum())
    fit.add("living_outside", ["450000"], [outside], [living_outside], True)
    return pd.concat(fit.rows, ignore_index=True)


def count_generations(
    population: BasePopulation, dwelling: np.ndarray, n_dwellings: int, age: np.ndarray
) -> np.ndarray:
    """Generations living in each family dwelling, as the census counts them: levels a generation apart.

    Ages stand for kin that no link records (grandparents of children left behind, in-laws): members sorted
    by age form a new generation where one is at least 16 years younger than the eldest of the generation
    before.
    """
    rows = np.flatnonzero(dwelling >= 0)
    order = rows[np.lexsort((-age[rows], dwelling[rows]))]
    home, years = dwelling[order], age[order]
    generations = np.zeros(n_dwellings, dtype=np.int64)
    top = np.full(n_dwellings, 1000, dtype=np.int64)
    first = np.concatenate([[0], np.flatnonzero(np.diff(home)) + 1]) if len(home) else np.zeros(0, np.int64)
    length = np.diff(np.append(first, len(home)))
    for step in range(int(length.max(initial=0))):
        which = np.flatnonzero(length > step)
        row = first[which] + step
        dwelling_of = home[row]
        new = years[row] <= top[dwelling_of] - 16
        top[dwelling_of[new]] = years[row[new]]
        generations[dwelling_of[new]] += 1
    return generations


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """One row a family of controls: cells, cells missed by one or more, sums and relative absolute error."""
    name = table["control"].str.replace(r"_(male|female)(_\w+)?$", "", regex=True)
    by = table.assign(control=name, missed=table["difference"].abs() >= 1.0, size=table["difference"].abs())
    result = by.groupby(["control", "exact"], sort=False).agg(
        cells=("target", "size"),
        missed=("missed", "sum"),
        target=("target", "sum"),
        synthetic=("synthetic", "sum"),
        size=("size", "sum"),
        worst=("size", "max"),
    )
    result["error"] = result.pop("size") / result["target"]
    return result.reset_index()


def link_faults(population: BasePopulation) -> dict[str, int]:
    """Counts of impossible persons; all zero in a sound population."""
    n = len(population)
    rows = np.arange(n)
    household = np.repeat(np.arange(len(population.household_stratum)), np.diff(population.household_start))
    age = age_years(population)
    months = population.birth_month.astype(np.int64)
    spouse = rows + population.spouse.astype(np.int64)
    parent = rows + population.parent.astype(np.int64)
    has_spouse, has_parent = population.spouse != 0, population.parent != 0
    for link in (spouse, parent):
        link[(link < 0) | (link >= n)] = 0
    gap = months - months[parent]
    home, lives, counted = population.home, population.lives, population.counted
    absences = lives != counted
    away = (lives != home) & ~absences
    left = population.left_home
    night = BASE_MONTH[population.base]
    latest = night - 6
    return {
        "spouse outside the household": int((household[spouse] != household)[has_spouse].sum()),
        "parent outside the household": int((household[parent] != household)[has_parent].sum()),
        "spouse not symmetric": int((spouse[spouse] != rows)[has_spouse].sum()),
        "spouses of one sex": int((population.sex[spouse] == population.sex)[has_spouse].sum()),
        "married below 18": int((has_spouse & (age < 18)).sum()),
        "parent less than 15 or more than 50 years older": int(((gap < 180) | (gap > 600))[has_parent].sum()),
        "counted neither at home nor where living": int((absences & (counted != home)).sum()),
        "counted nowhere in the registers and the province": int(
            ((home >= N_INSIDE) & (counted >= N_INSIDE)).sum()
        ),
        "under way since another month": int((absences & ((left <= latest) | (left > night))).sum()),
        "away for less than six months": int((away & ((left > latest) | (left <= 0))).sum()),
        "another township away from home": int(
            ((population.holdings & OTHER_TOWNSHIP > 0) & (home != counted)).sum()
        ),
        "rural home without a cell": int(
            ((home < N_INSIDE) & (home % 2 == 0) & (population.cell == NO_CELL)).sum()
        ),
        "registered outside with a household elsewhere": int(
            (home != home[population.household_start[household]]).sum()
        ),
    }


def describe(population: BasePopulation) -> dict[str, float]:
    """Figures no control fixes, at full scale where they are counts."""
    age = age_years(population)
    home, lives, counted = population.home, population.lives, population.counted
    weight = 1.0 / population.scale
    inside = counted < N_INSIDE
    registered = home < N_INSIDE
    rows = np.arange(len(population))
    parent = rows + population.parent.astype(np.int64)
    child = (age < 16) & inside & registered
    left = child & (population.parent != 0) & (counted == home) & (counted[parent] != counted)
    lone = child & (population.parent == 0) & (counted == home)
    size = np.diff(population.household_start)
    return {
        "persons": len(population) * weight,
        "households": len(population.household_stratum) * weight,
        "largest household": float(size.max(initial=0)),
        "registered urban share": float((home[registered] % 2 == 1).mean()),
        "living outside Guangxi": float((registered & (counted >= N_INSIDE)).sum()) * weight,
        "living outside, aged 15-64": float(
            (registered & (counted >= N_INSIDE) & (age >= 15) & (age < 65)).sum()
        )
        * weight,
        "under way": float((lives != counted).sum()) * weight,
        "children under 16 at home, linked parent away": float(left.sum()) * weight,
        "children under 16 at home, no parent linked": float(lone.sum()) * weight,
        "children under 16 in a part where not registered": float((child & (counted != home)).sum()) * weight,
        "collective residents under 15": float(
            ((population.holdings & DORMITORY > 0) & inside & (age < 15)).sum()
        )
        * weight,
        "bytes": float(
            sum(
                getattr(population, f.name).nbytes
                for f in fields(population)
                if f.name not in ("scale", "base")
            )
        ),
    }
