"""The folder of a check of the fit: one table and the record of how it was made, written whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from urbsim.errors import InputError, Problem
from urbsim.facts.register import sha256_of
from urbsim.files.strict_yaml import load
from urbsim.fit.plan import Plan
from urbsim.fit.recipe import Check
from urbsim.results import store
from urbsim.results.digests import code_digest, facts_digest

RECORD = "record.yaml"


def write(
    folder: Path,
    plan: Plan,
    size: Check,
    table: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    found: Mapping[str, Any],
) -> dict[str, Any]:
    """Writes it and returns the record. found: what the check says. Raises OSError."""
    record: dict[str, Any] = {
        "protocol": plan.in_force._asdict(),
        "recipe": plan.recipe.name,
        "scale": plan.size.scale,
        **size.model_dump(),
        **found,
        "digests": {"code": code_digest(), "facts": facts_digest()},
    }
    with store.whole_folder(folder) as place:
        with (place / table).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)
        record["files"] = {table: sha256_of(place / table)}
        store.write_yaml(record, place / RECORD)
    return record


def read(folder: Path, table: str, check: str) -> tuple[Mapping[str, Any], list[str], np.ndarray] | None:
    """The record, the table's head, and its rows as numbers; None where there is no such folder.

    Raises InputError where the table is not the one that the record names.
    """
    if not (folder / RECORD).is_file():
        return None
    record = load(folder / RECORD).value
    path = folder / table
    if not path.is_file() or record.get("files", {}).get(table) != sha256_of(path):
        remedy = f"a whole folder as `urbsim fit --check {check}` writes it, or none"
        raise InputError([Problem("is missing or was changed", file=str(path), allowed=remedy)])
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    return record, head, np.array([[float(text) for text in row] for row in rows])
