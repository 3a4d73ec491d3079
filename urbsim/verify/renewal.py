"""What `urbsim verify --renew` does: records every run anew, and says what moved against the record before."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from urbsim.compare.inputs import Difference
from urbsim.compare.outcomes import Change
from urbsim.errors import InputError, Problem
from urbsim.paths import records_dir
from urbsim.scenario.reader import load_scenario
from urbsim.verify import comparison, counts, manifest, record, snapshot
from urbsim.verify.command import Progress, before, rerun
from urbsim.verify.comparison import GROUPS
from urbsim.verify.manifest import Run
from urbsim.verify.record import DETAILED, Record


@dataclass(frozen=True)
class Renewal:
    """A new record, and what moved against the one before.

    folder, runs: of the new one; size: bytes; before: folder it is set against, None if no record could be read, for
    the reason `why`; same: scenarios whose results are the same; inputs: by group; verdicts: by scenario, every target;
    counts: by scenario, those of the province that moved, the largest first; removed: records of other inputs.
    """

    folder: str
    runs: list[str]
    size: int
    before: str | None = None
    why: str | None = None
    same: list[str] = field(default_factory=list)
    inputs: dict[str, list[Difference]] = field(default_factory=dict)
    verdicts: dict[str, list[Change]] = field(default_factory=dict)
    counts: dict[str, list[Change]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        return asdict(self)


def renew(folder: Path | None = None, progress: Progress | None = None) -> Renewal:
    """Reruns every run that codecheck.yml lists and writes the record of the series that is installed.

    Records of other series go if they are of other inputs, for no run of this program can match them. Raises InputError
    outside a clone of the repository.
    """
    runs = manifest.runs()
    if not runs:
        raise InputError([Problem("lists no run", file=manifest.FILE)])
    folder = folder or records_dir()
    old, why = _old(folder)
    kept = {run.name: old.counts(run) for run in runs if run.name in old.content["runs"]} if old else {}
    tell = progress or (lambda fraction, text: None)
    content: dict[str, Any] = {**snapshot.program(), "bases": {}, "runs": {}}
    detailed = {}
    for k, run in enumerate(runs):
        spec = load_scenario(run.scenario)
        now = before(spec, run)
        found = rerun(spec, run, now, lambda fraction, text, k=k: tell((k + fraction) / len(runs), text))
        content["bases"] |= now["bases"]
        content["runs"] |= now["runs"]
        if run.scenario == DETAILED:
            detailed[run.name] = found
    new = record.write(folder, content, detailed)
    said = Renewal(str(new.folder), [run.scenario for run in runs], _size(new.folder), why=why)
    removed = _remove_others(folder, new)
    if old is None:
        return said
    both = [run for run in runs if run.name in old.content["runs"]]
    moved = {
        run.scenario: list(counts.changes(mine, detailed[run.name]))
        for run in both
        if run.name in detailed and (mine := kept[run.name]) is not None
    }
    return Renewal(
        said.folder, said.runs, said.size, str(old.folder), None,
        [run.scenario for run in both if _results(old.content, run) == _results(content, run)],
        _inputs(old.content, content, both),
        {run.scenario: comparison.verdicts(old.content, content, run) for run in both},
        moved,
        removed,
    )  # fmt: skip


def _old(folder: Path) -> tuple[Record | None, str | None]:
    try:
        return record.read(record.find(folder)), None
    except InputError as error:
        return None, str(error)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _remove_others(folder: Path, new: Record) -> list[str]:
    """Removes records of other series that are of other inputs, or damaged; returns their folders."""
    removed = []
    for path in sorted(file.parent for file in folder.glob(f"*/{record.FILE}")):
        if path == new.folder:
            continue
        try:
            stands = _digests(record.read(path)) == _digests(new)
        except InputError:
            stands = False
        if not stands:
            shutil.rmtree(path)
            removed.append(str(path))
    return removed


def _digests(one: Record) -> dict[str, dict[str, str]]:
    """What each run follows from, but for the libraries."""
    return {
        name: {group: digest for group, digest in about["digests"].items() if group != "libraries"}
        for name, about in one.content["runs"].items()
    }


def _results(side: Mapping[str, Any], run: Run) -> tuple[str, str]:
    about = side["runs"][run.name]
    return about["fingerprint"], about["tables_digest"]


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any], both: list[Run]) -> dict[str, list[Difference]]:
    """The pieces of each group that differ in any run, each once."""
    found: dict[str, dict[str, Difference]] = {group: {} for group in GROUPS}
    for run in both:
        for group, pieces in comparison.inputs(old, new, run).items():
            found[group] |= {piece.what: piece for piece in pieces}
    return {group: list(pieces.values()) for group, pieces in found.items()}
