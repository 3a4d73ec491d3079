"""What a run has stored, checked: the one place through which tidy tables come by files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from urbsim.errors import InputError, Problem
from urbsim.results import seal, stored_run

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.results.stored_table import Kind

Key = tuple[str, int, int]


class StoredRun(NamedTuple):
    """One run folder. summary: summary.json; record: run.yaml; both as plain values."""

    folder: Path
    summary: dict[str, Any]
    record: dict[str, Any]

    @property
    def key(self) -> Key:
        """Scenario, draw and seed."""
        return self.summary["scenario"], self.summary["draw"], self.summary["seed"]

    @property
    def scenario(self) -> dict[str, Any]:
        """The resolved scenario."""
        return self.record["scenario"]

    @property
    def draw(self) -> int:
        """Parameter draw."""
        return self.summary["draw"]

    @property
    def base(self) -> str:
        """The census night from which it began."""
        return self.scenario["base"]

    @property
    def digests(self) -> dict[str, str]:
        """Checksums of scenario, parameters, facts, code and libraries (`urbsim.results.digests`)."""
        return self.record["digests"]


def read_run(folder: Path) -> StoredRun:
    """The records of a run folder, every file of which is as the run wrote it.

    Raises InputError that names what is missing, damaged or was changed since.
    """
    summary, record = stored_run.read(folder)
    if problems := seal.edited(folder, summary):
        raise InputError(problems)
    return StoredRun(folder, summary, record)


def read_table(
    run: StoredRun, name: str, columns: Mapping[str, Kind], words: Mapping[str, Sequence[str]]
) -> pa.Table:
    """These columns of a table of a run; words: of a column of text, which comes as codes and words, those it may hold.

    Raises InputError that names file and column of what is missing, damaged or not known.
    """
    from urbsim.results import stored_table

    file = run.folder / name
    if not file.is_file():
        raise InputError([Problem("is missing: an earlier version wrote this run", file=str(file))])
    table = stored_table.read(file, columns, list(words))
    for column, allowed in words.items():
        stored_table.check_words(file, table, column, allowed)
    return table
