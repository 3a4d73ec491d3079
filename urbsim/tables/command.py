"""What `urbsim table` does: finds the runs, reads what was asked for, and prints or writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from urbsim.errors import InputError, Problem
from urbsim.report.joined_runs import mix_messages, read_runs
from urbsim.results.loading import StoredRun
from urbsim.tables import files, hubverse, layout, terminal
from urbsim.tables.rows import rows
from urbsim.tables.selection import Selection, select
from urbsim.tables.summary import LEFT_OUT, exchangeable, summarised


@dataclass(frozen=True)
class Table:
    """A table of stored runs; nothing of it is read before it is written, printed or asked for."""

    runs: tuple[StoredRun, ...]
    selection: Selection
    for_hub: bool = False
    """Whether the layout is that of hubverse."""

    @property
    def notes(self) -> list[str]:
        """What to know before numbers of these runs are compared."""
        notes = mix_messages(self.runs)
        scales = sorted({run.summary["scale"] for run in self.runs})
        if len(scales) > 1:
            notes.append(f"the runs have different scales: {', '.join(map(str, scales))}")
        if self.for_hub:
            return notes + hubverse.notes(self.runs)
        if len(self._shown()) < len(self.runs):
            notes.append(LEFT_OUT)
        if self.selection.columns is not None and self.selection.summarised:
            notes.append(
                "each value is the median of several runs; without --columns their range stands beside it"
            )
        return notes

    def frame(self) -> pd.DataFrame:
        """The whole table. Raises InputError if the runs hold nothing of what was asked for."""
        if self.for_hub:
            return pd.concat(list(self._pieces()), ignore_index=True)
        whole = summarised(rows(self._shown(), self.selection), self.selection)
        if not len(whole):
            raise InputError([_NOTHING])
        return layout.spread(layout.named(whole), self.selection)

    def records(self) -> list[dict[str, Any]]:
        """The rows as plain values for JSON."""
        frame = self.frame()
        for name in {"month", "origin_date", "target_end_date"} & set(frame.columns):
            frame[name] = [f"{day:%Y-%m-%d}" for day in frame[name]]
        return frame.astype(object).where(frame.notna(), None).to_dict("records")

    def lines(self) -> list[str]:
        """The table for a terminal."""
        return terminal.lines(self.frame())

    def write(self, path: Path) -> int:
        """Writes CSV, Parquet or XLSX, run by run where rows stand for one; returns how many rows."""
        whole = not self.for_hub and (self.selection.summarised or self.selection.columns is not None)
        return files.write(
            [self.frame()] if whole else self._pieces(), path, self._about(), marked=not self.for_hub
        )

    def _shown(self) -> Sequence[StoredRun]:
        """The runs that rows are made of."""
        return self.runs if "draw" in self.selection.by else exchangeable(self.runs)

    def _pieces(self) -> Iterator[pd.DataFrame]:
        empty = True
        pieces = (
            hubverse.frames(self.runs, self.selection)
            if self.for_hub
            else map(layout.named, rows(self.runs, self.selection))
        )
        for frame in pieces:
            if len(frame):
                empty = False
                yield frame
        if empty:
            raise InputError([_NOTHING])

    def _about(self) -> pd.DataFrame:
        """A row a run: what tells it from others."""
        kept = ("scenario", "draw", "seed", "scale", "persons", "fingerprint", "input_digest")
        order = sorted(self.runs, key=lambda run: run.key)
        return pd.DataFrame(
            [{key: run.summary[key] for key in kept} | {"folder": str(run.folder)} for run in order]
        )


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
    for_hub: bool = False,
    as_json: bool = False,
) -> Table:
    """The table that the options describe. Raises InputError with everything wrong with them and with the runs."""
    selection, problems = select(indicators, places, by, columns, first, last)
    problems += files.file_problems(out)
    if for_hub:
        problems += _hub_problems(by, columns, out, as_json)
    runs: list[StoredRun] = []
    try:
        runs = read_runs(folders)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return Table(tuple(runs), selection, for_hub)


def _hub_problems(by: Sequence[str], columns: str | None, out: Path | None, as_json: bool) -> list[Problem]:
    """What does not go with the layout of hubverse."""
    problems = [
        Problem("does not go with --hubverse: its rows are runs and months", key=option)
        for option, given in (("--by", bool(by)), ("--columns", columns is not None))
        if given
    ]
    if out is None and not as_json:
        problems.append(
            Problem("needs a file", key="--hubverse", allowed="--out FILE.csv or FILE.parquet, or --json")
        )
    elif out is not None and out.suffix.lower() == ".xlsx":
        problems.append(Problem("is not written as XLSX", key="--hubverse", allowed=".csv, .parquet"))
    return problems
