"""The stored runs of a finished batch, and what each of them says of the rows; nothing in the batch is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq

from urbsim.batch.results import ASKED, RUNS
from urbsim.calendar import BASE_MONTH, month_number, month_text
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.results import store
from urbsim.results.loading import StoredRun, read_run
from urbsim.scenario.sweep import swept_name
from urbsim.tables.rows import monthly
from urbsim.tables.selection import Selection
from urbsim.update.rows import Row

_COLUMNS = ["scenario", "origin", "settings", "draw", "seed", "scale", "status", "fingerprint"]
_BEHAVIOUR = "behaviour."


class Key(NamedTuple):
    """Runs of two scenarios with one key share parameters, luck and how people behave.

    variant: what was swept of behaviour, empty where nothing was.
    """

    draw: int
    seed: int
    variant: str


@dataclass(frozen=True)
class Forecasts:
    """The runs of a batch by scenario and key; runs of draw 0 are left out where there are others.

    Structural variants of a scenario stand under its name together: the rows weigh them too.
    """

    folder: Path
    runs: dict[str, dict[Key, StoredRun]]

    def followed(self, asked: str | None) -> str:
        """The scenario that the rows are taken to come from. Raises InputError where that is not clear."""
        names = list(self.runs)
        if asked is None and len(names) == 1:
            return names[0]
        if asked in self.runs:
            return asked
        message = (
            "say which scenario of the batch the rows come from"
            if asked is None
            else f"{quoted(asked)} is no scenario of the batch"
        )
        near = None if asked is None else nearest(asked, names)
        raise InputError([Problem(message, key="--scenario", allowed=", ".join(names), nearest=near)])


def find(folder: Path) -> Path:
    """The batch at `folder`, or the only one in it. Raises InputError where there is none, or are several."""
    if (folder / ASKED).is_file():
        return folder
    found = sorted(path.parent for path in folder.glob(f"*/{ASKED}"))
    if len(found) == 1:
        return found[0]
    message = "holds several batches" if found else "is no batch and holds none"
    allowed = ", ".join(map(str, found)) or f"a folder of `urbsim batch`, with {ASKED} in it"
    raise InputError([Problem(message, file=str(folder), key="--forecasts", allowed=allowed)])


def load(folder: Path) -> Forecasts:
    """The runs of a batch. Raises InputError where some are not done, or were changed since."""
    listed = _listed(folder / RUNS)
    undone = sum(row["status"] != "done" for row in listed)
    if undone:
        message = f"{undone} of {len(listed)} runs are not done"
        allowed = "a finished batch: the same `urbsim batch` goes on with it"
        raise InputError([Problem(message, file=str(folder / RUNS), allowed=allowed)])
    problems: list[Problem] = []
    runs: dict[str, dict[Key, StoredRun]] = {}
    several = any(row["draw"] > 0 for row in listed)
    for row in listed:
        if several and row["draw"] == 0:
            continue
        place = store.run_folder(folder, row["scenario"], row["scale"], row["draw"], row["seed"])
        try:
            run = read_run(place)
        except InputError as error:
            problems += error.problems
            continue
        if run.summary["fingerprint"] != row["fingerprint"]:
            problems.append(Problem("has other results than the batch lists", file=str(place)))
        scenario, variant = _apart(row)
        runs.setdefault(scenario, {})[Key(row["draw"], row["seed"], variant)] = run
    if problems:
        raise InputError(problems)
    return Forecasts(folder, runs)


def _apart(row: dict) -> tuple[str, str]:
    """Name of a scenario without what was swept of behaviour, and that."""
    settings = json.loads(row["settings"]).items()
    same = {path: value for path, value in settings if not path.startswith(_BEHAVIOUR)}
    variant = {path: value for path, value in settings if path.startswith(_BEHAVIOUR)}
    return swept_name(row["origin"], same), swept_name("", variant).lstrip("@")


def _listed(path: Path) -> list[dict]:
    try:
        with path.open("rb") as stream:  # Arrow itself opens no path that is not UTF-8 in this locale
            found = pq.read_table(stream, columns=_COLUMNS).to_pylist()
    except (OSError, ValueError, KeyError):
        allowed = "the file that `urbsim batch` writes when it is done"
        raise InputError([Problem("is missing or cannot be read", file=str(path), allowed=allowed)]) from None
    if not found:
        raise InputError([Problem("lists no run", file=str(path))])
    return found


def date_problems(rows: Sequence[Row], run: StoredRun, last_year: int, file: str) -> list[Problem]:
    """Rows of months that the run does not have, or that its parameters may have been fitted to."""
    base = BASE_MONTH[run.base]
    first = max(base + 1, month_number(f"{last_year + 1}-01"))
    last = base + run.summary["months"]
    allowed = f"months from {month_text(first)} to {month_text(last)}"
    problems = []
    for row in rows:
        why = None
        if row.months[1] <= base:
            why = f"is not after census night of {month_text(base)}, where the runs begin"
        elif row.months[0] < first:
            why = f"speaks of {last_year} or before, which a fit may have looked at"
        elif row.months[1] > last:
            why = f"is later than the runs, which end in {month_text(last)}"
        if why:
            problems.append(Problem(f"{row.name} {why}", file, row.line, row.year_column, "year", allowed))
    return problems


def figures(
    runs: Sequence[StoredRun], rows: Sequence[Row], progress: Callable[[float, str], None]
) -> np.ndarray:
    """(n, K) what each run says of each row, in the unit of the indicator."""
    names = tuple(dict.fromkeys(row.kind.indicator for row in rows))
    places = tuple(dict.fromkeys(row.place for row in rows))
    months = [month for row in rows for month in row.months]
    selection = Selection(names, places, (), first=min(months), last=max(months))
    found = np.empty((len(runs), len(rows)))
    for n, run in enumerate(runs):
        progress(n / len(runs), "reading runs")
        frame = monthly(run, selection)
        values = frame.set_index(["indicator", "place", "number"])["value"].to_dict()
        for k, row in enumerate(rows):
            wanted = [(row.kind.indicator, row.place, m) for m in range(row.months[0], row.months[1] + 1)]
            if not all(key in values for key in wanted):
                raise InputError([Problem(f"holds no {row.name}", file=str(run.folder))])
            found[n, k] = sum(values[key] for key in wanted)
    return found
