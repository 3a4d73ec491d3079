"""The two sides of a comparison: stored runs, or the records of runs whose tables are elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from urbsim.errors import InputError, Problem
from urbsim.files import strict_yaml
from urbsim.report.joined_runs import read_runs
from urbsim.results.loading import StoredRun
from urbsim.results.run_record import RunRecord
from urbsim.results.store import scale_text
from urbsim.scenario.validation import validate


class Key(NamedTuple):
    """What tells the runs of one side apart."""

    scenario: str
    draw: int
    seed: int
    scale: float

    def __str__(self) -> str:
        return f"{self.scenario} (scale {scale_text(self.scale)}, draw {self.draw}, seed {self.seed})"


@dataclass(frozen=True)
class Compared:
    """A run as it is compared. record: run.yaml; stored: its folder, None for a record alone."""

    record: dict[str, Any]
    stored: StoredRun | None

    @property
    def key(self) -> Key:
        record = self.record
        return Key(record["scenario"]["name"], record["draw"], record["seed"], record["scale"])

    @property
    def results(self) -> tuple[str, str]:
        """Checksums of every count, and of movers and who was reached."""
        return self.record["fingerprint"], self.record["tables_digest"]


Pair = tuple[Compared, Compared]


def read_side(path: Path) -> list[Compared]:
    """The runs at or under a folder, or the run that a run.yaml records. Raises InputError with every problem."""
    if path.is_file():
        document = strict_yaml.load(path)
        if "fingerprint" not in document.value:
            allowed = "the run.yaml of a run, a run folder, or a folder that holds some"
            raise InputError([Problem("is no record of a run", file=str(path), allowed=allowed)])
        validate(RunRecord, document)
        return [Compared(document.value, None)]
    return [Compared(run.record, run) for run in read_runs([path])]


@dataclass(frozen=True)
class Pairs:
    """Runs of two sides set against each other, and those that have no counterpart."""

    pairs: tuple[Pair, ...]
    only_a: tuple[Key, ...]
    only_b: tuple[Key, ...]


def pair(a: Iterable[Compared], b: Iterable[Compared]) -> Pairs:
    """Runs of one scenario, draw, seed and scale together.

    Where there are none, runs of one draw, seed and scale, if each side has one scenario; else the two runs, if each
    side has one. Raises InputError where that leaves nothing to compare.
    """
    left, right = {run.key: run for run in a}, {run.key: run for run in b}
    found = {key: key for key in left if key in right}
    if not found and all(len({key.scenario for key in side}) == 1 for side in (left, right)):
        theirs = {key[1:]: key for key in right}
        found = {key: theirs[key[1:]] for key in left if key[1:] in theirs}
    if not found and len(left) == len(right) == 1:
        found = dict(zip(left, right, strict=True))
    if not found:
        said = "; ".join(f"{name}: {_listed(side)}" for name, side in (("A", left), ("B", right)))
        raise InputError([Problem(f"A and B have no scenario, draw, seed and scale in common ({said})")])
    matched = set(found.values())
    return Pairs(
        tuple((left[mine], right[other]) for mine, other in sorted(found.items())),
        tuple(sorted(key for key in left if key not in found)),
        tuple(sorted(key for key in right if key not in matched)),
    )


def _listed(side: Iterable[Key]) -> str:
    keys = sorted(side)
    return ", ".join(map(str, keys[:3])) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
