"""What charts and tables count, from stored runs: components of urban change, years, moves, settings."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.paths import calibration_dir
from urbsim.report.folders import Run, Scenario
from urbsim.results import stored_table
from urbsim.results.movers import SCHOOLING
from urbsim.results.seal import MOVERS
from urbsim.scenario.effect import Share, doses_of, share_in_run, span_of
from urbsim.scenario.schema import Scenario as Specification

Array = NDArray[np.float64]

COMPONENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "natural": (("births_urban",), ("deaths_urban",)),
    "rural_urban": (("moved_to_urban",), ("moved_to_rural",)),
    "between_towns": (("moved_in_urban",), ("moved_out_urban",)),
    "border": (("moved_in_outside_urban",), ("moved_out_outside_urban",)),
    "reclassified": (("reclassified",), ()),
}
"""Component of the change of urban residents: indicators added, indicators subtracted (ODD equation I3)."""

STOCKS = (
    "resident_population", "urban_population", "urbanisation_rate", "registered_population",
    "hukou_urbanisation_rate", "living_outside", "migrant_children", "left_behind_children",
)  # fmt: skip
FLOWS = (
    "births", "deaths", "moved_to_urban", "moved_to_rural", "moved_in", "moved_out", "moved_in_outside",
    "moved_out_outside", "returned", "reclassified",
)  # fmt: skip
JOBS = (
    ("new_urban_jobs", "year"), ("urban_employed", "stock"), ("urban_unemployed", "stock"), ("vacancies", "stock"),
)  # fmt: skip
JOBS_TABLE = (
    ("new_urban_jobs", "year"), ("registered_attrition", "year"), ("entries_from_school", "year"),
    ("entries_reemployed", "year"), ("entries_others", "year"), ("urban_employed", "stock"), ("odd_jobs", "stock"),
    ("urban_unemployed", "stock"), ("vacancies", "stock"), ("trained", "year"),
)  # fmt: skip
SERVICES = {
    "schools": (
        ("school_places", "stock"), ("migrant_children", "stock"), ("migrant_children_in_public_school", "stock"),
        ("left_behind_children", "stock"),
    ),
    "housing": (("public_rental_occupied", "stock"), ("rent_subsidies_paid", "month")),
    "papers": (("permit_holders", "stock"), ("settled", "year"), ("hukou_urbanisation_rate", "stock")),
}  # fmt: skip
"""What the sections on jobs and services show: indicator, and whether at month ends, by month or by year."""

FIRST_OBSERVED_JOBS = 2016  # from which reported new urban jobs stand beside simulated ones
LAST_OBSERVED = 2021  # later official figures are held out and never shown
CHILD_UNTIL = 15
"""Age from which a person who moves is asked for schooling; younger ones move with a family."""
KINDS = ("rural", "urban", "outside_prd", "outside_rest")
REGIONS = KINDS[2:]
_SILENT_SETTINGS = {"name", "title", "question", "extends", "measures", "without", "targets"}


@dataclass(frozen=True)
class Change:
    """Components of urban change since the base night, persons; residual in sampled persons."""

    components: dict[str, float]
    total: float
    residual: int


def urban_change(run: Run, place: str) -> Change:
    """The identity of urban change at a place over the whole run."""
    components = {}
    for name, (added, taken) in COMPONENTS.items():
        flows = [run.values(i, place)[1:] for i in added] + [-run.values(i, place)[1:] for i in taken]
        components[name] = math.fsum(np.concatenate(flows))
    urban = run.values("urban_population", place)
    total = float(urban[-1] - urban[0])
    left_over = total - math.fsum(components.values())
    return Change(components, total, round(left_over * run.scale))


def year_ends(months: tuple[dt.date, ...]) -> list[int]:
    """Positions of the Decembers that end a whole simulated year; of more than four, the last four."""
    first = next((i for i, month in enumerate(months) if i and month.month == 1), len(months))
    return [i for i, month in enumerate(months) if i > first and month.month == 12][-4:]


def year_sum(run: Run, indicator: str, place: str, end: int) -> float:
    """The sum of a flow over the twelve months that end at position `end`."""
    return math.fsum(run.values(indicator, place)[end - 11 : end + 1])


def over_months(run: Run, target: dict[str, Any], indicator: str) -> float:
    """The sum of a flow over the months of a target; NaN where the run lacks it."""
    inside = _inside(run.months, target["from"], target["to"])
    return math.fsum(run.values(indicator, target["place"])[inside])


@functools.lru_cache(maxsize=8)
def month_names(months: tuple[dt.date, ...]) -> tuple[str, ...]:
    """Months as targets name them, 2023-12."""
    return tuple(f"{month:%Y-%m}" for month in months)


@functools.lru_cache(maxsize=32)
def _inside(months: tuple[dt.date, ...], first: str, last: str) -> NDArray[np.bool_]:
    return np.array([first <= month <= last for month in month_names(months)])


def jobs_at(run: Run, target: dict[str, Any], coverage_of_count: float) -> float:
    """New urban jobs over the months of a target, had the count that coverage (ODD equation L7).

    The coverage of all ways to a post moves alike; attrition is that of the run. NaN where the run lacks either.
    """
    believed = coverage(run)
    if believed is None:
        return math.nan
    counted, less = (over_months(run, target, name) for name in ("counted_entries", "registered_attrition"))
    return coverage_of_count / believed["used"] * counted - less


def jobs_target(run: Run) -> dict[str, Any] | None:
    """The target on the sum of new urban jobs, where the run has one and the figures behind it."""
    for target in run.summary["targets"]:
        if (
            target["indicator"] == "new_urban_jobs"
            and target["aggregate"] == "sum"
            and target["value"] is not None
        ):
            return target if math.isfinite(jobs_at(run, target, 1.0)) else None
    return None


def listed(stocks: bool) -> tuple[str, ...]:
    """Stocks and rates, or flows, that any table of the page shows, each once."""
    shown = [*JOBS_TABLE, *(pair for pairs in SERVICES.values() for pair in pairs)]
    more = (name for name, how in shown if (how == "stock") == stocks)
    return tuple(dict.fromkeys([*(STOCKS if stocks else FLOWS), *more]))


def at_end(run: Run, indicator: str, place: str, end: int) -> float:
    """A stock at the end of the month at position `end`."""
    return float(run.values(indicator, place)[end])


def unit_of(indicator: str) -> str:
    """person, dwelling, household, place, post, time (a person-time) or share."""
    special = {"vacancies": "post", "trained": "time"}
    known = INDICATORS.get(indicator)
    return special.get(indicator, known.unit if known else "person")


def coverage(run: Run) -> dict[str, float] | None:
    """The coverage of the count of new urban jobs as run.yaml says it; None in runs that do not."""
    said = run.record.get("t2_coverage")
    wanted = ("low", "central", "high", "used")
    if not isinstance(said, dict) or not all(isinstance(said.get(key), float | int) for key in wanted):
        return None
    return {key: float(said[key]) for key in wanted}


def target_value(run: Run, target: str) -> float:
    """The value of the target with that id; NaN where the run does not give it."""
    values = (t["value"] for t in run.summary["targets"] if t["id"] == target)
    value = next(values, None)
    return math.nan if value is None else float(value)


def observed_shares(first: int = 2016) -> tuple[list[tuple[int, float]], tuple[int, float]]:
    """Official urban shares of the province: (year, share) at year ends from `first` to 2020 as revised, and 2021.

    Reads nothing later than 2021.
    """

    def series(file: str, names: set[str]) -> list[tuple[int, float]]:
        with (calibration_dir() / "observations" / file).open(encoding="utf-8-sig", newline="") as stream:
            return sorted(
                (int(row["year"]), float(row["value"]) / 100)
                for row in csv.DictReader(stream)
                if row["level"] == "province"
                and row["variable"] == "urbanisation_rate"
                and row["series"] in names
                and int(row["year"]) <= LAST_OBSERVED
            )

    revised = series("guangxi_annual_revised.csv", {"nbs_revised_after_2020_census", "census_year_estimate"})
    published = dict(series("guangxi_annual.csv", {"post_2020_census"}))
    return [(year, share) for year, share in revised if first <= year <= 2020], (2021, published[2021])


def observed_jobs() -> list[tuple[int, float]]:
    """Reported new urban jobs of the province by year, persons; of the years from 2016 to 2021 that were found.

    Reads nothing later than 2021.
    """
    with (calibration_dir() / "observations" / "jobs_annual.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        return sorted(
            (int(row["year"]), float(row["value"]))
            for row in csv.DictReader(stream)
            if (row["area_level"], row["indicator"], row["value_kind"], row["period"])
            == ("province", "new_urban_jobs", "actual", "year")
            and row["area_code"] == gazetteer.PROVINCE
            and FIRST_OBSERVED_JOBS <= int(row["year"]) <= LAST_OBSERVED
        )


@dataclass(frozen=True)
class Moves:
    """Moves of a run over its whole period, persons at full scale.

    kinds: shape (4, 4), from and to villages, towns, Pearl River Delta, rest of China; pairs: the same
    between prefectures and the two outsides, which come last; ages: age groups; to_urban: shape (ages, 2),
    moves from villages to towns inside Guangxi by men and women; schooling: shape (1 + SCHOOLING, 2), the same moves of
    children under 15, then of the others by their schooling.
    """

    kinds: Array
    pairs: Array
    ages: tuple[str, ...]
    to_urban: Array
    schooling: Array


def moves(run: Run) -> Moves:
    """Reads movers.parquet. Raises InputError that names the file and what is wrong with it."""
    codes = _ends()
    file = run.folder / MOVERS
    texts = ["origin", "destination", "age_group", "sex", "schooling"]
    table = stored_table.read(file, {**dict.fromkeys(texts, "text"), "count": "count"}, texts)
    if table.num_rows == 0:
        nobody = np.zeros((0, 2)), np.zeros((1 + len(SCHOOLING), 2))
        return Moves(np.zeros((4, 4)), np.zeros((len(codes), len(codes))), (), *nobody)
    parts = [county.code + side for county in gazetteer.counties() for side in "RU"]
    ends = []
    for column in ("origin", "destination"):
        stored_table.check_words(file, table, column, [*parts, *REGIONS])
        at, words = stored_table.coded(table[column])
        kinds, places = np.array([_positions(word) for word in words]).T
        ends.append((kinds[at], places[at]))
    (kind, place), (kind_there, place_there) = ends
    outside = (kind >= 2) & (kind_there >= 2)
    count = np.where(outside, 0.0, stored_table.numbers(table["count"]))
    ages_at, groups = stored_table.coded(table["age_group"])
    sex_at, sexes = stored_table.coded(table["sex"])
    order = sorted(range(len(groups)), key=lambda k: (_first_age(groups[k]), groups[k]))
    to_urban = np.zeros((len(groups), 2))
    stored_table.check_words(file, table, "schooling", SCHOOLING)
    school_at, schools = stored_table.coded(table["schooling"])
    is_child = np.array([_first_age(group) < CHILD_UNTIL for group in groups])[ages_at]
    row = np.where(is_child, 0, np.array([1 + SCHOOLING.index(name) for name in schools])[school_at])
    schooling = np.zeros((1 + len(SCHOOLING), 2))
    mine = (kind == KINDS.index("rural")) & (kind_there == KINDS.index("urban"))
    for column, name in enumerate(("male", "female")):
        if name in sexes:
            of_sex = mine & (sex_at == sexes.index(name))
            to_urban[:, column] = np.bincount(ages_at[of_sex], count[of_sex], len(groups))
            schooling[:, column] = np.bincount(row[of_sex], count[of_sex], len(schooling))
    seen = [k for k in order if (mine & (ages_at == k)).any()]
    return Moves(
        np.bincount(4 * kind + kind_there, count, 16).astype(float).reshape(4, 4),
        np.bincount(len(codes) * place + place_there, count, len(codes) ** 2)
        .astype(float)
        .reshape(len(codes), len(codes)),
        tuple(groups[k] for k in seen),
        to_urban[seen],
        schooling,
    )


def middle_moves(runs: Iterable[Run]) -> Moves:
    """The median of each stream and age group over runs."""
    every = [moves(run) for run in runs]
    ages = tuple(sorted({age for each in every for age in each.ages}, key=lambda age: (_first_age(age), age)))
    to_urban = np.zeros((len(every), len(ages), 2))
    for k, each in enumerate(every):
        to_urban[k, [ages.index(age) for age in each.ages]] = each.to_urban
    return Moves(
        np.median([each.kinds for each in every], axis=0),
        np.median([each.pairs for each in every], axis=0),
        ages,
        np.median(to_urban, axis=0),
        np.median([each.schooling for each in every], axis=0),
    )


@functools.cache
def _positions(name: str) -> tuple[int, int]:
    """Where a part stands in `Moves.kinds` and in `Moves.pairs`."""
    kind, place = _part(name)
    return KINDS.index(kind), _ends().index(place)


def _ends() -> list[str]:
    """Prefectures and the outsides, in the order of `Moves.pairs`."""
    return [p.code for p in gazetteer.prefectures()] + list(REGIONS)


def _is_part(name: str) -> bool:
    return name[:6].isdigit()


def _part(name: str) -> tuple[str, str]:
    """450102U -> (urban, 450100); an outside stands for itself in both."""
    if not _is_part(name):
        return name, name
    return ("urban" if name.endswith("U") else "rural"), name[:4] + "00"


def _first_age(group: str) -> int:
    digits = "".join(c if c.isdigit() else " " for c in group).split()
    return int(digits[0]) if digits else 0


def settings(scenario: Scenario) -> dict[str, Any]:
    """The resolved specification of a scenario: path -> scalar or list; what is not set is absent."""
    declared = scenario.shown.record.get("scenario")
    found: dict[str, Any] = {}
    if isinstance(declared, dict):
        _flatten({key: value for key, value in declared.items() if key not in _SILENT_SETTINGS}, "", found)
    return found


def _flatten(value: Any, path: str, found: dict[str, Any]) -> None:
    if isinstance(value, dict) and path.count(".") == 2 and path.startswith(("levers.", "committed.")):
        found[path] = {key: inner for key, inner in value.items() if inner is not None}
    elif isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{path}.{key}" if path else str(key), found)
    elif value is not None and value != []:
        found[path] = value


def doses_cut_off(scenario: Scenario) -> dict[str, Share]:
    """Doses of which the run delivers a part only or nothing: path -> what falls into the run.

    Empty for a run whose record another version wrote, with keys that this one does not know.
    """
    try:
        spec = Specification.model_validate(scenario.shown.record.get("scenario"))
    except ValidationError:
        return {}
    span = span_of(spec)
    shares = {".".join(map(str, path)): share_in_run(dose, span) for path, dose in doses_of(spec)}
    return {path: share for path, share in shares.items() if share.partial}


def differing_settings(scenarios: tuple[Scenario, ...]) -> dict[str, list[Any]]:
    """Settings that are not the same in all scenarios: path -> value in each, None where not set."""
    each = [settings(scenario) for scenario in scenarios]
    paths = sorted({path for found in each for path in found})
    table = {path: [found.get(path) for found in each] for path in paths}
    return {path: values for path, values in table.items() if any(value != values[0] for value in values)}
