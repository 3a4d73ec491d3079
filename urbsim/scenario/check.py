"""What `urbsim validate` does: find out which kind of file an argument is, and check it."""

from __future__ import annotations

from pathlib import Path

from urbsim.errors import Problem
from urbsim.files import workbook
from urbsim.files.strict_yaml import Document, load
from urbsim.scenario.batches import load_batch
from urbsim.scenario.reader import Kind, available, find, is_path, load_scenario, load_targets
from urbsim.scenario.schema import Batch, Scenario, Target


def check(name_or_path: str) -> tuple[Kind, Scenario | tuple[Target, ...] | Batch]:
    """The kind of file that a name or path stands for, and what it holds. Raises InputError."""
    if not is_path(name_or_path):
        for kind in ("target", "batch"):
            if name_or_path in available(kind) and name_or_path not in available("scenario"):
                return _check(kind, find(name_or_path, kind))
    path = find(name_or_path)
    if path.suffix == workbook.SUFFIX:
        return _check("scenario", path)
    return _check(_kind(load(path), path), path)


def notes_of(found: Scenario | tuple[Target, ...] | Batch) -> tuple[Problem, ...]:
    """What has another effect than the file says, without being wrong: see `urbsim.scenario.effect`."""
    return () if isinstance(found, tuple) else found.notes


def _check(kind: Kind, path: Path) -> tuple[Kind, Scenario | tuple[Target, ...] | Batch]:
    if kind == "target":
        return kind, load_targets(path)
    return (kind, load_batch(path)) if kind == "batch" else (kind, load_scenario(path))


def _kind(document: Document, path: Path) -> Kind:
    """A batch lists scenarios, a target file mappings; the folder decides for a file that does neither."""
    value = document.value
    if "scenarios" in value:
        return "batch"
    targets = value.get("targets")
    if isinstance(targets, list) and any(isinstance(item, dict) for item in targets):
        return "target"
    by_folder: dict[str, Kind] = {"targets": "target", "batches": "batch"}
    return by_folder.get(path.resolve().parent.name, "scenario")
