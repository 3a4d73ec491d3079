"""What `urbsim table` does: finds the runs, reads what was asked for, and prints or writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from urbsim.errors import InputError, Problem
from urbsim.report.joined_runs import mix_messages, read_runs
from urbsim.results.loading import StoredRun
from urbsim.tables import files, layout, terminal
from urbsim.tables.rows import rows
from urbsim.tables.selection import Selection, select
from urbsim.tables.summary import LEFT_OUT, exchangeable, summarised


@dataclass(frozen=True)
class Table:
    """A table of stored runs; nothing of it is read before it is written, printed or asked for."""

    runs: tuple[StoredRun, ...]
    selection: Selection

    @property
    def notes(self) -> list[str]:
        """What to know before numbers of these runs are compared."""
        notes = notes_of(self.runs)
        if len(self._shown()) < len(self.runs):
            notes.append(LEFT_OUT)
        if self.selection.columns is not None and self.selection.summarised:
            notes.append(
                "each value is the median of several runs; without --columns their range stands beside it"
            )
        return notes

    def frame(self) -> pd.DataFrame:
        """The whole table. Raises InputError if the runs hold nothing of what was asked for."""
        whole = summarised(rows(self._shown(), self.selection), self.selection)
        if not len(whole):
            raise InputError([_NOTHING])
        return layout.spread(layout.named(whole), self.selection)

    def records(self) -> list[dict[str, Any]]:
        """The rows as plain values for JSON."""
        return as_records(self.frame())

    def lines(self) -> list[str]:
        """The table for a terminal."""
        return terminal.lines(self.frame())

    def write(self, path: Path) -> int:
        """Writes CSV, Parquet or XLSX, run by run where rows stand for one; returns how many rows."""
        whole = self.selection.summarised or self.selection.columns is not None
        pieces = map(layout.named, rows(self.runs, self.selection))
        return files.write([self.frame()] if whole else some_of(pieces), path, about(self.runs))

    def _shown(self) -> Sequence[StoredRun]:
        """The runs that rows are made of."""
        return self.runs if "draw" in self.selection.by else exchangeable(self.runs)


def about(runs: Sequence[StoredRun]) -> pd.DataFrame:
    """A row a run: what tells it from others."""
    kept = ("scenario", "draw", "seed", "scale", "persons", "fingerprint", "input_digest")
    order = sorted(runs, key=lambda run: run.key)
    return pd.DataFrame(
        [{key: run.summary[key] for key in kept} | {"folder": str(run.folder)} for run in order]
    )


def notes_of(runs: Sequence[StoredRun]) -> list[str]:
    """What these runs should have in common and have not."""
    scales = sorted({run.summary["scale"] for run in runs})
    several = [f"the runs have different scales: {', '.join(map(str, scales))}"] if len(scales) > 1 else []
    return [*mix_messages(runs), *several]


def some_of(pieces: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Those pieces of a table that have rows. Raises InputError where none has."""
    empty = True
    for frame in pieces:
        if len(frame):
            empty = False
            yield frame
    if empty:
        raise InputError([_NOTHING])


def as_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values for JSON."""
    for name in {"month", "origin_date", "target_end_date"} & set(frame.columns):
        frame[name] = [f"{day:%Y-%m-%d}" for day in frame[name]]
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


_NOTHING = Problem("these runs hold no such indicator, place and month", allowed="what `urbsim list` shows")


def table(
    folders: Sequence[Path],
    indicators: Sequence[str],
    places: Sequence[str],
    by: Sequence[str],
    columns: str | None,
    first: str | None,
    last: str | None,
    out: Path | None,
) -> Table:
    """The table that the options describe. Raises InputError with everything wrong with them and with the runs."""
    selection, problems = select(indicators, places, by, columns, first, last)
    problems += files.file_problems(out)
    runs: list[StoredRun] = []
    try:
        runs = read_runs(folders)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return Table(tuple(runs), selection)
