"""The base population of a census night, from tables to persons (ODD section Base)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbsim.calendar import BASE_MONTH, calendar_month
from urbsim.facts.census_2020 import Controls
from urbsim.facts.censuses import BASES
from urbsim.facts.synthesis_inputs import read_assumptions
from urbsim.population.synthesis.families import form_families, tie_families
from urbsim.population.synthesis.persons import make_persons
from urbsim.population.synthesis.records import (
    Bounds,
    Cores,
    Dwellings,
    Flows,
    People,
    Queues,
    Rates,
    Scratch,
    Tables,
    Ties,
)
from urbsim.population.synthesis.tables import (
    N_AGES,
    Groups,
    age_slopes,
    build_groups,
    schooling_shares,
)
from urbsim.population.synthesis.writing import arrange, write_home
from urbsim.state.codes import N_INSIDE, N_PARTS, NO_CELL
from urbsim.state.definitions import COLLEGE_AGE, PRIMARY_AGE, SCHOOL_YEAR_BEGINS, SENIOR_AGE

Progress = Callable[[float, str], None]
(_NIGHT,) = {calendar_month(month) for month in BASE_MONTH.values()}  # every census is of the same month
_GROWN = 5  # age group 20-24, the first that has left school behind but for college


@dataclass(frozen=True)
class FullPopulation:
    """Everybody, packed: words (N,) uint64 (layout in `columns`), household_start (H+1,) uint32, stratum
    (H,) uint8.
    """

    words: np.ndarray
    household_start: np.ndarray
    stratum: np.ndarray


def build_population(
    base: str = "census_2020", threads: int = 1, progress: Progress | None = None
) -> FullPopulation:
    """Synthesises the whole population; the result does not depend on `threads`."""
    tell = progress or (lambda fraction, text: None)
    tell(0.0, "reading the census tables")
    controls, assumed = BASES[base].read(), assumptions_of(base)
    tell(0.02, "fitting tables to the census")
    groups = build_groups(controls, assumed)
    tell(0.15, "forming households")
    return households_of(controls, assumed, groups, threads, tell)


def assumptions_of(base: str) -> dict[str, Any]:
    """The assumptions of the synthesis, the schooling of grown-up cohorts taken along to the night of `base`.

    Schooling hardly changes after 25, so who was 25 in 2010 has that of people of 35 in 2020.
    """
    assumed, shift = read_assumptions(base), BASES[base].schooling_shift
    if shift:
        later = assumed["schooling_by_age"]
        grown = np.minimum(np.arange(_GROWN, N_AGES) + shift, N_AGES - 1)
        assumed["schooling_by_age"] = np.concatenate([later[:_GROWN], later[grown]])
    return assumed


def households_of(
    controls: Controls, assumed: dict[str, Any], groups: Groups, threads: int, tell: Progress
) -> FullPopulation:
    """Persons and households of the given flows, home by home."""
    people = groups.counts.sum(axis=(1, 2, 3), dtype=np.int64)
    per_home = np.bincount(groups.home, weights=people, minlength=N_PARTS).astype(np.int64)
    offset = np.concatenate([[0], np.cumsum(per_home)])
    words = np.empty(int(offset[-1]), dtype=np.uint64)

    tables = _kernel_tables(controls, assumed, groups)
    absences = _under_way_shares(assumed, groups, people)
    homes: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def work(home: int) -> int:
        rows = slice(groups.first[home], groups.first[home + 1])
        flows = Flows(
            groups.dest[rows],
            groups.kind[rows],
            groups.counts[rows],
            groups.dwellings[rows],
            groups.alone[rows],
        )
        out = words[offset[home] : offset[home + 1]]
        homes[home] = _build_home(home, flows, _rates(assumed, home), tables, absences[home], out)
        return home

    done = 0
    # The largest homes first, so that no thread is left with a long one at the end.
    queue = [int(h) for h in np.argsort(-per_home, kind="stable") if per_home[h]]
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        for home in pool.map(work, queue):
            done += int(per_home[home])
            tell(0.15 + 0.75 * done / len(words), "forming households")

    sizes = np.concatenate([homes[h][0] for h in sorted(homes)])
    stratum = np.concatenate([homes[h][1] for h in sorted(homes)])
    start = np.zeros(len(sizes) + 1, dtype=np.uint32)
    np.cumsum(sizes, out=start[1:], dtype=np.uint32)
    if int(start[-1]) != len(words):
        raise ArithmeticError("a household is too large to be counted")
    return FullPopulation(words, start, stratum)


def _build_home(
    part: int, flows: Flows, rates: Rates, tables: Tables, absences: np.ndarray, words: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Everybody registered in `part`: fills `words` and returns the sizes and strata of the households.

    The steps are separate kernels, called from here, so that each is compiled once.
    """
    n, n_groups, home = len(words), len(flows.dest), np.int64(part)
    people = People(
        age=np.empty(n, np.int16),
        sex=np.empty(n, np.uint8),
        school=np.empty(n, np.uint8),
        state=np.zeros(n, np.uint8),
        dwelling=np.full(n, -1, np.int32),
        spouse=np.full(n, -1, np.int32),
        parent=np.full(n, -1, np.int32),
    )
    bounds = Bounds(
        np.zeros(n_groups + 1, np.int64), np.zeros(n_groups, np.int64), np.zeros(n_groups, np.int64)
    )
    make_persons(home, flows, tables, people, bounds)
    dwellings = Dwellings(
        group=np.empty(n, np.int32),
        size=np.zeros(n, np.int32),
        couple=np.full(n, -1, np.int32),
        first=np.zeros(n_groups + 1, np.int64),
    )
    largest = int((bounds.family_end - bounds.first[:-1]).max())
    cores, others = _room_for_cores(int(bounds.first[1])), _room_for_cores(largest)
    scratch = Scratch(
        wives=np.empty(largest, np.int32),
        husbands=np.empty(largest, np.int32),
        single=np.empty(largest, np.int32),
        weight=np.empty(largest, np.float64),
        taken=np.empty(largest, np.uint8),
        have=np.empty((2, 23), np.float64),
    )
    form_families(home, flows, rates, tables, people, bounds, dwellings, cores, others, scratch)
    many = int(dwellings.first[n_groups])
    ties = Ties(*(np.full(many, -1, np.int32) for _ in range(3)))
    queues = Queues(
        start=np.zeros((3, 122), np.int64),
        used=np.zeros((3, 122), np.int64),
        waiting=np.empty((3, n + 1), np.int32),
    )
    tie_families(home, flows, rates, tables, people, bounds, dwellings, cores, ties, queues)
    order, first, member = np.empty(many, np.int64), np.zeros(many + 1, np.int64), np.empty(n, np.int32)
    row_of, cell_of = np.empty(n, np.int32), np.empty(n, np.uint8)
    sizes, strata = np.empty(many, np.uint8), np.empty(many, np.uint8)
    households = arrange(
        home, flows, tables, people, dwellings, ties, order, first, member, row_of, cell_of, sizes, strata
    )
    pull = np.zeros(n_groups, np.int64)
    write_home(home, flows, tables, absences, people, bounds, pull, row_of, cell_of, words)
    return sizes[:households].copy(), strata[:households].copy()


def _room_for_cores(n: int) -> Cores:
    return Cores(*(np.empty(n, np.int32) for _ in range(5)), start=np.zeros(122, np.int64))


def _kernel_tables(c: Controls, p: dict[str, Any], groups: Groups) -> Tables:
    """What the kernels look up, in their layout."""
    part_kind = np.full(N_PARTS, 3, dtype=np.int64)
    part_kind[0:N_INSIDE:2] = 0
    part_kind[1:N_INSIDE:2] = np.where(c.is_district, 2, 1)
    enrolled = np.zeros((30, 6))
    enrolled[PRIMARY_AGE:SENIOR_AGE, 1:] = p["enrolled_compulsory"]
    enrolled[SENIOR_AGE:COLLEGE_AGE, 3] = p["enrolled_senior_by_age"]
    enrolled[COLLEGE_AGE:25, 4:] = p["enrolled_college_by_age"][:, None]
    enrolled[COLLEGE_AGE - 1, 4:] = enrolled[COLLEGE_AGE, 4:]
    gap_weight = np.zeros(60)
    gap_weight[18:46] = p["births_by_age_of_mother"] / p["births_by_age_of_mother"].max()
    cells = np.zeros(N_INSIDE, dtype=np.int64)
    cells[0::2] = np.clip(c.rural_codes, 1, NO_CELL)  # cells are numbered below NO_CELL
    # two couples under one roof, among dwellings of two and more, at home and among migrants
    three = c.generations[:, 2:].sum(axis=1) / (c.households - c.one_person) * p["shared_by_couples_share"]
    sharing = np.full((N_PARTS, 2), three.mean())
    sharing[:N_INSIDE] = np.repeat(three, 2)[:, None]
    sharing[:, 1] *= p["shared_migrant_factor"]
    return Tables(
        slopes=age_slopes(c),
        married=c.married,
        part_kind=part_kind,
        schooling=schooling_shares(c, p, groups),
        enrolled=enrolled,
        alone_weight=np.stack([p["alone_male"], p["alone_female"]]),
        gap_weight=gap_weight,
        cells=cells,
        sharing=sharing,
        under_way_outside=round(1000 * p["under_way_outside"]),
        school_year=(_NIGHT - SCHOOL_YEAR_BEGINS) % 12,
    )


def _rates(p: dict[str, Any], part: int) -> Rates:
    """The assumed shares that hold for a home, rural or urban."""
    return Rates(
        left_behind=float(p["left_with_grandparents_share"][part % 2]),
        keep_couples=p["couple_keep_migrant"],
        adult_child_linked=p["adult_child_linked_share"],
        couple_linked=p["couple_linked_share"],
        age_gap=p["age_gap_months"],
    )


def _under_way_shares(p: dict[str, Any], groups: Groups, people: np.ndarray) -> np.ndarray:
    """Share under way by home part and age group, (224, 19), of family members counted at home (ODD equation
    B9).
    """
    away = np.bincount(groups.home, weights=people * (groups.home != groups.dest), minlength=N_PARTS)
    at_home = np.zeros((N_PARTS, 19))
    rows = groups.kind == 0
    at_home[groups.home[rows]] = groups.counts[rows, 0].sum(axis=1)
    at_home[N_INSIDE:] = 0.0
    expected = (at_home * p["under_way_by_age"]).sum(axis=1)
    level = np.where(expected > 0, p["under_way_per_stock"] * away / np.maximum(expected, 1.0), 0.0)
    return np.minimum(level[:, None] * p["under_way_by_age"], 0.5)
