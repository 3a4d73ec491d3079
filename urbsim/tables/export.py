"""What `urbsim export` does: writes stored runs in a form that others have laid down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.report.joined_runs import read_runs
from urbsim.results.loading import StoredRun
from urbsim.tables import files, hubverse
from urbsim.tables.command import as_records, notes_of, some_of
from urbsim.tables.indicator_table import command as indicator_table
from urbsim.tables.indicator_table.command import IndicatorTable
from urbsim.tables.selection import Selection, select


class Form(NamedTuple):
    """suffixes: of its files; options: those of the command that mean something to it, besides --out and --json."""

    suffixes: tuple[str, ...]
    options: tuple[str, ...]


FORMS = {
    "hubverse": Form((".csv", ".parquet"), ("--indicator", "--place", "--from", "--to")),
    "indicator-table": Form((".xlsx",), ("--scenario",)),
}


@dataclass(frozen=True)
class Export:
    """Stored runs in the form of hubs; nothing is read before it is written or asked for."""

    runs: tuple[StoredRun, ...]
    selection: Selection

    @property
    def notes(self) -> list[str]:
        """What to know before numbers of these runs are used."""
        return [*notes_of(self.runs), *hubverse.notes(self.runs)]

    def records(self) -> list[dict[str, Any]]:
        """The rows as plain values for JSON. Raises InputError if the runs hold nothing of what was asked for."""
        return as_records(pd.concat(list(self._pieces()), ignore_index=True))

    def write(self, path: Path) -> int:
        """Writes the file run by run; returns how many rows. Raises InputError as `records` does, and OSError."""
        return files.write(self._pieces(), path, pd.DataFrame(), marked=False)

    def _pieces(self) -> Iterator[pd.DataFrame]:
        return some_of(hubverse.frames(self.runs, self.selection))


def file_of(form: str, out: Path | None, as_json: bool) -> Path | None:
    """The file that is written; None for JSON alone. An indicator table has a name of its own."""
    return Path(indicator_table.NAME) if out is None and form == "indicator-table" and not as_json else out


def export(
    folders: Sequence[Path],
    form: str,
    indicators: Sequence[str],
    places: Sequence[str],
    first: str | None,
    last: str | None,
    scenario: str | None,
    out: Path | None,
    as_json: bool = False,
) -> Export | IndicatorTable:
    """What the options describe. Raises InputError with everything wrong with them and with the runs.

    out: as `file_of` gives it.
    """
    selection, problems = select(indicators, places, (), None, first, last)
    wanted = FORMS.get(form)
    if wanted is None:
        allowed, near = ", ".join(FORMS), nearest(form, FORMS)
        problems.append(Problem(f"{quoted(form)} is not a form", key="--form", allowed=allowed, nearest=near))
    else:
        given = {"--indicator": indicators, "--place": places, "--from": first, "--to": last}
        given["--scenario"] = scenario
        problems += [
            Problem(f"means nothing to {form}", key=option, allowed=", ".join(wanted.options))
            for option, value in given.items()
            if value and option not in wanted.options
        ]
    problems += _file_problems(out, wanted.suffixes if wanted else files.SUFFIXES, as_json)
    found: Export | IndicatorTable | None = None
    try:
        runs = read_runs(folders)
        if form == "indicator-table":
            found = indicator_table.chosen(runs, scenario)
        else:
            found = Export(tuple(runs), selection)
    except InputError as error:
        problems += error.problems
    if problems or found is None:
        raise InputError(problems)
    return found


def _file_problems(out: Path | None, suffixes: Sequence[str], as_json: bool) -> list[Problem]:
    allowed = ", ".join(suffixes)
    if out is None:
        return (
            [] if as_json else [Problem("is missing", key="--out", allowed=f"a file, {allowed}; or --json")]
        )
    if out.suffix.lower() in files.SUFFIXES and out.suffix.lower() not in suffixes:
        return [Problem(f"this form is not written as {out.suffix}", key="--out", allowed=allowed)]
    return files.file_problems(out)
