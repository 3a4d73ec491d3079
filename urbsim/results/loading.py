"""Reading what a run has stored: the one place through which tidy tables come by files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from urbsim.errors import InputError, Problem
from urbsim.files import strict_yaml

if TYPE_CHECKING:
    import pyarrow as pa

INDICATORS, MOVERS, TOUCHED = "indicators.parquet", "movers.parquet", "touched.parquet"
_NEEDED = ("scenario", "draw", "seed", "scale", "fingerprint", "targets")


class StoredRun(NamedTuple):
    """One run folder. summary: summary.json; record: run.yaml; both as plain values."""

    folder: Path
    summary: dict[str, Any]
    record: dict[str, Any]

    @property
    def key(self) -> tuple[str, int, int]:
        """Scenario, draw and seed."""
        return self.summary["scenario"], self.summary["draw"], self.summary["seed"]


def read_run(folder: Path) -> StoredRun:
    """The records of a run folder. Raises InputError that names the file that is missing or cannot be read."""
    file = folder / "summary.json"
    record = strict_yaml.load(folder / "run.yaml").value
    try:
        summary = json.loads(file.read_text(encoding="utf-8"))
        absent = [key for key in _NEEDED if key not in summary]
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise InputError([Problem("cannot be read", file=str(file))]) from error
    if absent:
        raise InputError([Problem("is missing", file=str(file), key=key) for key in absent])
    return StoredRun(folder, summary, record)


def read_table(run: StoredRun, name: str, columns: Sequence[str], texts: Sequence[str]) -> pa.Table:
    """These columns of a table of a run; texts: those that come as codes and words.

    Raises InputError that names the file that is missing or cannot be read, and the columns that it lacks.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = run.folder / name
    if not file.is_file():
        raise InputError([Problem("is missing", file=str(file))])
    try:
        table = pq.read_table(file, read_dictionary=list(texts))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError([Problem("cannot be read", file=str(file))]) from error
    absent = [column for column in columns if column not in table.column_names]
    if absent:
        message = "this column is missing"
        raise InputError([Problem(message, file=str(file), key=column) for column in absent])
    return table.select(list(columns))
