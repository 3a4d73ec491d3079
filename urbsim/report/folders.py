"""Reads run folders: finds them, checks that they can stand on one page, and groups them by scenario."""

from __future__ import annotations

import datetime as dt
import functools
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbsim.calendar import month_end, month_number
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts import gazetteer
from urbsim.facts.indicators import IDENTITY
from urbsim.files import leftovers
from urbsim.report.mixes import Mix, mixes
from urbsim.results import seal, stored_run, stored_table
from urbsim.results.run_record import Judged
from urbsim.results.targets import value_of, verdict

Array = NDArray[np.float64]

RUN_FOLDERS = "scale*-draw*-seed*"
NEEDED = ("resident_population", "urban_population", "urbanisation_rate", *(name for name, _ in IDENTITY))
"""Indicators without which there is no page, for every place and month."""
DEFAULT_COMPARISON = "no_plan"


@dataclass(frozen=True)
class Run:
    """One stored run.

    record: run.yaml; summary: summary.json; months: month ends, the base night first;
    table: values by (indicator, place), shape (indicators, places, months), counts at full scale, NaN
    where absent.
    """

    folder: Path
    record: dict[str, Any]
    summary: dict[str, Any]
    months: tuple[dt.date, ...]
    indicators: dict[str, int]
    places: dict[str, int]
    table: Array = field(repr=False)

    @property
    def scenario(self) -> str:
        return str(self.summary["scenario"])

    @property
    def scale(self) -> float:
        return float(self.summary["scale"])

    @functools.cached_property
    def key(self) -> tuple[int, int]:
        """Draw and seed: runs of two scenarios with one key share their luck and may be subtracted."""
        return int(self.summary["draw"]), int(self.summary["seed"])

    @property
    def draw(self) -> int:
        return self.key[0]

    @property
    def base(self) -> dt.date:
        """The census night from which it began."""
        return self.months[0]

    @property
    def fingerprint(self) -> str:
        return str(self.summary["fingerprint"])

    @property
    def digests(self) -> dict[str, str]:
        """Checksums of scenario, parameters, facts, code and libraries (`urbsim.results.digests`)."""
        return self.record["digests"]

    def values(self, indicator: str, place: str) -> Array:
        """The indicator at the place, one value a month; NaN throughout when the run does not have it."""
        if indicator not in self.indicators or place not in self.places:
            return np.full(len(self.months), np.nan)
        return self.table[self.indicators[indicator], self.places[place]]

    def value(self, indicator: str, place: str, month: int) -> float | None:
        """The indicator at the place in a month, counted from 1900-01; None when the run does not have it."""
        position = month - month_number(f"{self.months[0]:%Y-%m}")
        if not 0 <= position < len(self.months):
            return None
        found = float(self.values(indicator, place)[position])
        return None if math.isnan(found) else found


@dataclass(frozen=True)
class Scenario:
    """The runs of one scenario, by key; `shown` is the run that charts and tables show."""

    name: str
    runs: tuple[Run, ...]
    shown: Run

    @functools.cached_property
    def sample(self) -> tuple[Run, ...]:
        """All draws but the central one, where there are others; asked for once for every number of a page."""
        return tuple(run for run in self.runs if run.draw > 0) or self.runs

    def _declared(self, key: str) -> dict[str, str]:
        declared = self.shown.record.get("scenario")
        text = declared.get(key) if isinstance(declared, dict) else None
        return {str(k): str(v) for k, v in text.items()} if isinstance(text, dict) else {}

    def title(self, lang: str) -> str:
        titles = self._declared("title")
        return titles.get(lang) or titles.get("en") or self.name

    def question(self, lang: str) -> str:
        questions = self._declared("question")
        return questions.get(lang) or questions.get("en") or ""


@dataclass(frozen=True)
class Comparison:
    """Everything on one page: scenarios in the order given, the compared one, groups of equal results.

    groups: scenarios whose common runs have equal fingerprints stand together; the comparison's group is
    first; mixes: what the runs do not share and should.
    """

    scenarios: tuple[Scenario, ...]
    baseline: Scenario
    groups: tuple[tuple[Scenario, ...], ...]
    mixes: tuple[Mix[Run], ...] = ()


def find(folders: Iterable[Path]) -> list[Path]:
    """Run folders at or under each of `folders`, whole or not. Raises InputError naming each that has none."""
    found: dict[Path, None] = {}
    problems = []
    for folder in folders:
        folder = Path(folder)
        for parent in (folder.parent, folder, *_folders_in(folder)):
            leftovers.put_right_for_readers(parent)
        if (folder / "summary.json").is_file():
            here = [folder]
        else:
            # One that lacks its summary was half copied or half deleted: whoever reads it says so.
            here = [
                run
                for pattern in (RUN_FOLDERS, "*/" + RUN_FOLDERS)
                for run in sorted(folder.glob(pattern))
                if run.is_dir()
            ]
        if not here:
            problems.append(_no_runs(folder))
        found.update(dict.fromkeys(path.resolve() for path in here))
    if problems:
        raise InputError(problems)
    return list(found)


def _folders_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []


def _no_runs(folder: Path) -> Problem:
    if not folder.exists():
        siblings = [p.name for p in folder.parent.iterdir() if p.is_dir()] if folder.parent.is_dir() else []
        return Problem("there is no such folder", file=str(folder), nearest=nearest(folder.name, siblings))
    return Problem(
        "is no run folder and holds none",
        file=str(folder),
        allowed="a run folder, or a folder that holds <scenario>/scale*-draw*-seed*/summary.json",
    )


def read(folder: Path) -> Run:
    """One run folder. Raises InputError that names what is missing, damaged or was changed since the run."""
    summary, record = stored_run.read(folder)
    file = folder / seal.INDICATORS
    axes, values = _table(file)
    run = Run(folder, record, summary, axes.months, axes.indicators, axes.places, axes.cube(values))
    problems = _gaps(run, values.size, file) or _wrong_verdicts(run) or seal.edited(folder, summary)
    if problems:
        raise InputError(problems)
    return run


def _gaps(run: Run, rows: int, file: Path) -> list[Problem]:
    """Months, places or values without which there is no page; rows: of the table."""
    problems = []
    first, number = month_number(f"{run.months[0]:%Y-%m}"), run.summary["months"] + 1
    if list(run.months) != [month_end(month) for month in range(first, first + number)]:
        span = f"the ends of {number} months, one after the other"
        problems.append(Problem("months are missing or too many", str(file), key="month", allowed=span))
    if np.count_nonzero(np.isfinite(run.table)) != rows:
        problems.append(Problem("values stand twice", str(file), key="value"))
    places = [run.places.get(place, -1) for place in gazetteer.places()]
    gaps = [
        name
        for name in NEEDED
        if name not in run.indicators
        or min(places) < 0
        or np.isnan(run.table[run.indicators[name]][places]).any()
    ]
    if gaps:
        message = f"does not give {', '.join(gaps)} for every place and month"
        problems.append(Problem(message, str(file), key="indicator"))
    return problems


def _wrong_verdicts(run: Run) -> list[Problem]:
    """Targets of summary.json whose value or verdict does not follow from the indicators."""
    problems = []
    for position, stored in enumerate(run.summary["targets"]):
        target = Judged.model_validate(stored)
        value = value_of(target, run.value)
        # The run adds up sampled persons, and this persons at full scale: the last digits may differ.
        same = target.value is value or (
            target.value is not None and value is not None and math.isclose(target.value, value, rel_tol=1e-9)
        )
        judged = verdict(target, target.value)
        for key, mine, right in (
            ("value", target.value, target.value if same else value),
            ("met", target.met, judged.met),
            ("met_strict", target.met_strict, judged.met_strict),
        ):
            if mine != right:
                message = f"{quoted(mine)} does not follow from the indicators"
                where = str(run.folder / seal.SUMMARY)
                problems.append(
                    Problem(message, where, key=f"targets[{position}].{key}", allowed=quoted(right))
                )
    return problems


def _table(file: Path) -> tuple[_Axes, Array]:
    """What the rows of a file are of, and their values."""
    try:
        axes = _axes(_Rows(stored_table.stored_as(file, list(_ROWS)) or os.urandom(16), file))
        return axes, stored_table.numbers(stored_table.read(file, {"value": "number"})["value"])
    except InputError:
        stored_table.read(file, {**_ROWS, "value": "number"})  # says all that is wrong at once
        raise


_ROWS: Mapping[str, stored_table.Kind] = {"month": "month", "place": "text", "indicator": "text"}


@dataclass(frozen=True)
class _Rows:
    """What the rows of a file are of. stored: how it stores that; files that store the same are one to it."""

    stored: bytes
    file: Path = field(compare=False)


@dataclass(frozen=True)
class _Axes:
    """months: month ends in order, the base night first; indicators, places: their positions; rows: of each row of the
    file the position of its indicator, place and month, or None where months, indicators and places follow in order."""

    months: tuple[dt.date, ...]
    indicators: dict[str, int]
    places: dict[str, int]
    rows: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.intp]] | None

    def cube(self, values: Array) -> Array:
        """The values of the rows by (indicator, place, month), NaN where there is none."""
        months, indicators, places = len(self.months), len(self.indicators), len(self.places)
        if self.rows is None:
            return np.ascontiguousarray(values.reshape(months, indicators, places).transpose(1, 2, 0))
        table = np.full((indicators, places, months), np.nan)
        table[self.rows] = values
        return table


@functools.lru_cache(maxsize=8)
def _axes(of: _Rows) -> _Axes:
    """Runs of one period store the same rows, which are then read once. Raises InputError as `read` does."""
    columns = stored_table.read(of.file, _ROWS, dictionaries=["place", "indicator"])
    if not columns.num_rows:
        raise InputError([Problem("holds no rows", file=str(of.file))])
    indicator_of, indicators = stored_table.coded(columns["indicator"])
    place_of, places = stored_table.coded(columns["place"])
    days = stored_table.days_of(columns["month"])
    first = np.unique(days)
    months = tuple(dt.date(1970, 1, 1) + dt.timedelta(int(day)) for day in first)
    shape = len(first), len(indicators), len(places)
    rows = (indicator_of, place_of, np.searchsorted(first, days))
    if days.size == math.prod(shape):  # a run writes month by month, indicator by indicator, place by place
        by_month, by_indicator, by_place = (each.reshape(shape) for each in (days, indicator_of, place_of))
        if (
            (by_month == first[:, None, None]).all()
            and (by_indicator == np.arange(shape[1])[:, None]).all()
            and (by_place == np.arange(shape[2])).all()
        ):
            rows = None
    at_indicator, at_place = ({name: i for i, name in enumerate(names)} for names in (indicators, places))
    return _Axes(months, at_indicator, at_place, rows)


def compare(runs: list[Run], baseline: str | None) -> Comparison:
    """Groups runs by scenario and checks that they belong on one page.

    baseline: name of the scenario the others are compared with; without one, `no_plan` if it is there,
    else the first. Raises InputError naming every disagreement.
    """
    problems = []
    by_scenario: dict[str, dict[tuple[int, int], Run]] = {}
    for run in runs:
        mine = by_scenario.setdefault(run.scenario, {})
        if run.key in mine and mine[run.key].fingerprint != run.fingerprint:
            problems.append(
                Problem(
                    f"{run.scenario!r} stands twice with draw {run.key[0]} and seed {run.key[1]}, "
                    f"with different results: also {mine[run.key].folder}",
                    file=str(run.folder),
                )
            )
        mine[run.key] = run
        problems += _another_scenario(run, next(iter(mine.values())))
    first = runs[0]
    for run in runs[1:]:
        for what, ours, theirs in (
            ("base", first.months[0], run.months[0]),
            ("last month", first.months[-1], run.months[-1]),
            ("scale", first.scale, run.scale),
        ):
            if ours != theirs:
                problems.append(
                    Problem(
                        f"has the {what} {theirs}; {first.folder} has {ours}",
                        file=str(run.folder),
                        allowed="runs of one base, period and scale on one page",
                    )
                )
    names = list(by_scenario)
    if baseline is not None and baseline not in names:
        problems.append(
            Problem(
                f"no run given belongs to the scenario {baseline!r}",
                key="--baseline",
                allowed=", ".join(names),
                nearest=nearest(baseline, names),
            )
        )
    common = set.intersection(*(set(mine) for mine in by_scenario.values()))
    if not common:
        listed = "; ".join(
            f"{name}: " + ", ".join(f"draw {draw} seed {seed}" for draw, seed in sorted(mine))
            for name, mine in by_scenario.items()
        )
        problems.append(Problem(f"the scenarios have no draw and seed in common ({listed})"))
    if problems:
        raise InputError(problems)

    shown = min(common)
    scenarios = tuple(
        Scenario(name, tuple(mine[key] for key in sorted(mine)), mine[shown])
        for name, mine in by_scenario.items()
    )
    kept = [run for scenario in scenarios for run in scenario.runs]
    wanted = baseline or (DEFAULT_COMPARISON if DEFAULT_COMPARISON in names else names[0])
    chosen = scenarios[names.index(wanted)]
    return Comparison(scenarios, chosen, _groups(scenarios, chosen, sorted(common)), mixes(kept))


def _another_scenario(run: Run, other: Run) -> list[Problem]:
    """A problem where two runs of one name are of two scenarios."""
    if run.digests["scenario"] == other.digests["scenario"]:
        return []
    message = f"{run.scenario!r} is another scenario here than in {other.folder}"
    allowed = "one scenario under one name: rename one, or run it again"
    return [Problem(message, str(run.folder / seal.RECORD), key="digests.scenario", allowed=allowed)]


def _groups(
    scenarios: tuple[Scenario, ...], baseline: Scenario, common: list[tuple[int, int]]
) -> tuple[tuple[Scenario, ...], ...]:
    found: dict[tuple[str, ...], list[Scenario]] = {}
    for scenario in (baseline, *(s for s in scenarios if s is not baseline)):
        prints = {run.key: run.fingerprint for run in scenario.runs}
        found.setdefault(tuple(prints[key] for key in common), []).append(scenario)
    return tuple(tuple(group) for group in found.values())
