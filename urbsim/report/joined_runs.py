"""Stored runs that are analysed together: found, read, and checked that they can stand in one table."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from urbsim.errors import InputError, Problem, quoted
from urbsim.report import folders
from urbsim.report.mixes import mixes
from urbsim.report.stored_results import Results
from urbsim.report.texts import say
from urbsim.results.loading import Key, StoredRun, read_run
from urbsim.results.seal import RECORD

if TYPE_CHECKING:
    from urbsim.report.lazy_results import LazyResults

Folder = str | os.PathLike[str]
_FOLDERS = "a folder, or a list of folders"


def load_results(given: Folder | Iterable[Folder], lazy: bool = False) -> Results | LazyResults:
    """The runs at or under the folders given; lazy: as tables of DuckDB. Raises InputError with every problem.

    Warns where runs were made from different code, facts, libraries or parameters.
    """
    stored = read_runs(_paths(given))
    for message in mix_messages(stored):
        warnings.warn(message, stacklevel=3)
    if lazy:
        from urbsim.report.lazy_results import LazyResults

        return LazyResults(stored)
    return Results(stored)


def read_runs(given: Iterable[Path]) -> list[StoredRun]:
    """The runs at or under the folders given, each once. Raises InputError with every problem."""
    problems, stored = [], []
    for folder in folders.find(given):
        try:
            stored.append(read_run(folder))
        except InputError as error:
            problems += error.problems
    problems += _confused(stored)
    if problems:
        raise InputError(problems)
    return _once(stored)


def mix_messages(stored: Sequence[StoredRun]) -> list[str]:
    """A sentence for each thing that runs side by side should have in common and have not."""
    return [
        f"the runs were not made with the same {say(f'mix_{mix.what}', 'en')}: "
        "see the digests in `runs` before comparing them"
        for mix in mixes(stored)
    ]


def _paths(given: object) -> list[Path]:
    """The folders that a program names, one or several."""
    several: list[object] = [given]
    if isinstance(given, Iterable) and not isinstance(given, (str, os.PathLike)):
        several = list(given)
    named = [item for item in several if isinstance(item, (str, os.PathLike)) and str(item).strip()]
    strange = [item for item in several if item not in named]
    problems = [Problem(f"{quoted(item)} is refused", key="folders", allowed=_FOLDERS) for item in strange]
    if not several:
        problems.append(Problem("no folder is given", key="folders", allowed=_FOLDERS))
    if problems:
        raise InputError(problems)
    return [Path(item) for item in named]


def _once(stored: Sequence[StoredRun]) -> list[StoredRun]:
    """Each run once, where a folder was copied."""
    return list({run.key: run for run in reversed(stored)}.values())[::-1]


def _confused(stored: Sequence[StoredRun]) -> list[Problem]:
    """Runs that rows of a table could not tell apart, and scenarios of one name with different contents."""
    problems: list[Problem] = []
    by_key: dict[Key, StoredRun] = {}
    by_name: dict[str, StoredRun] = {}
    for run in stored:
        name, draw, seed = run.key
        other = by_name.setdefault(name, run)
        if other.digests["scenario"] != run.digests["scenario"]:
            message = f"{quoted(name)} is another scenario here than in {other.folder}"
            allowed = "one scenario under one name: rename one, or load them apart"
            problems.append(
                Problem(message, str(run.folder / RECORD), key="digests.scenario", allowed=allowed)
            )
            continue
        same = by_key.setdefault(run.key, run)
        if same.summary["fingerprint"] != run.summary["fingerprint"]:
            message = f"{quoted(name)} with draw {draw} and seed {seed} has other results in {same.folder}"
            problems.append(Problem(message, file=str(run.folder), allowed="one of them at a time"))
    return problems
