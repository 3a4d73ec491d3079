"""What one more urban resident and job costs: a row for each scenario and gain, against one of them (F5)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS, PRICED
from urbsim.report.joined_runs import read_runs
from urbsim.results.loading import StoredRun
from urbsim.results.price import Apart, Price, in_words, price
from urbsim.tables import files
from urbsim.tables.command import about, as_records, notes_of
from urbsim.tables.rows import monthly, timed
from urbsim.tables.selection import RUN, Selection

YUAN = "fiscal_cost_yuan"
_FIGURES = Selection((YUAN, *PRICED), (gazetteer.PROVINCE,), RUN)


@dataclass(frozen=True)
class Prices:
    """Stored runs, and the scenario that the others are set against."""

    runs: tuple[StoredRun, ...]
    against: str

    @property
    def notes(self) -> list[str]:
        """What to know before numbers of these runs are compared."""
        return notes_of(self.runs)

    def found(self) -> Iterator[tuple[str, str, Price]]:
        """Scenario, gain and price. Raises InputError for a table that is missing or damaged."""
        figures = {run.key: figures_of(run) for run in sorted(self.runs, key=lambda run: run.key)}
        for scenario in dict.fromkeys(name for name, _, _ in figures if name != self.against):
            for gain in PRICED:
                mine = ((key[1:], values) for key, values in figures.items() if key[0] == scenario)
                pairs = ((key, values, figures.get((self.against, *key))) for key, values in mine)
                yield scenario, gain, price(apart(key[0], a, b, gain) for key, a, b in pairs if b is not None)

    def frame(self) -> pd.DataFrame:
        """The whole table."""
        rows = [
            {
                "scenario": scenario,
                "against": self.against,
                "indicator": gain,
                "indicator_zh": INDICATORS[gain].zh,
            }
            | found.flat()
            for scenario, gain, found in self.found()
        ]
        numbers = [name for name in rows[0] if name.startswith(("more_", "gained", "yuan_"))]
        return pd.DataFrame(rows).astype(dict.fromkeys(numbers, "float64"))

    def records(self) -> list[dict[str, Any]]:
        """The rows as plain values for JSON."""
        return as_records(self.frame())

    def lines(self) -> list[str]:
        """A line for each row."""
        return [
            f"{scenario} less {self.against}: one more {gain} {INDICATORS[gain].zh}: {in_words(found)}"
            for scenario, gain, found in self.found()
        ]

    def write(self, path: Path) -> int:
        """Writes CSV, Parquet or XLSX; returns how many rows."""
        return files.write([self.frame()], path, about(self.runs))


def figures_of(run: StoredRun) -> dict[str, float]:
    """All yuan of a run, and what is priced: at its end, or over it. What the run lacks is left out."""
    frame = timed(monthly(run, _FIGURES), _FIGURES)
    return {str(name): float(value) for name, value in zip(frame["indicator"], frame["value"], strict=True)}


def apart(draw: int, mine: dict[str, float], other: dict[str, float], gain: str) -> Apart:
    """Two runs as a pair; NaN where either lacks a figure."""
    more, gained = (mine.get(name, math.nan) - other.get(name, math.nan) for name in (YUAN, gain))
    return Apart(draw, more, gained)


def prices(folders: Sequence[Path], against: str, others: dict[str, object], out: Path | None) -> Prices:
    """The table that the options describe. others: options of the command that do not go with it.

    Raises InputError with everything wrong with them and with the runs.
    """
    problems = [
        Problem("does not go with --price", key=option, allowed="--out and --json")
        for option, value in others.items()
        if value
    ]
    problems += files.file_problems(out)
    runs: list[StoredRun] = []
    try:
        runs = read_runs(folders)
    except InputError as error:
        problems += error.problems
    names = list(dict.fromkeys(run.key[0] for run in runs))
    if runs and against not in names:
        near = nearest(against, names)
        message = f"these runs hold no scenario {quoted(against)}"
        problems.append(Problem(message, key="--price", allowed=", ".join(names), nearest=near))
    elif runs and len(names) == 1:
        message = f"these runs hold {quoted(against)} alone: nothing is set against it"
        problems.append(Problem(message, key="--price"))
    if problems:
        raise InputError(problems)
    return Prices(tuple(runs), against)
