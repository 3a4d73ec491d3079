"""The seal of a run folder: hashes of its files, by which those who read it know that nothing was changed.

`summary.json` is written last. Its `files` holds the sha256 of every file beside it, and of what it holds itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from urbsim.errors import Problem
from urbsim.results import store

SUMMARY, RECORD = "summary.json", "run.yaml"
INDICATORS, MOVERS, TOUCHED = "indicators.parquet", "movers.parquet", "touched.parquet"
DELIVERIES, SPENDING, SERVICES = "deliveries.parquet", "spending.parquet", "services.parquet"
FULFILMENT, LAND = "fulfilment.parquet", "land.parquet"
NEEDED = (RECORD, SUMMARY, INDICATORS, MOVERS)
"""Files without which a folder is no run; `touched.parquet` is asked for only where it is used."""


def seal(folder: Path, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Writes summary.json into a folder that is whole otherwise. Returns what it holds: `summary` and `files`."""
    hashes = {path.name: _hash_of(path) for path in sorted(folder.iterdir()) if path.name != SUMMARY}
    sealed = {key: value for key, value in summary.items() if key != "files"}
    sealed["files"] = {**hashes, SUMMARY: _own_hash(sealed)}
    store.write_json(sealed, folder / SUMMARY)
    return sealed


def changed(folder: Path, summary: Mapping[str, Any]) -> list[Problem]:
    """Every file beside summary.json that is not as it was when the run was written; summary: of the right form."""
    files: Mapping[str, str] = summary["files"]
    there = [TOUCHED] if (folder / TOUCHED).is_file() else []
    problems = []
    for name in sorted({*files, *NEEDED, *there} - {SUMMARY}):
        path, key = folder / name, f"files.{name}"
        if name not in files:
            problems.append(Problem("is missing: this file has no hash", file=str(folder / SUMMARY), key=key))
        elif not path.is_file():
            problems.append(Problem(f"is missing, though {SUMMARY} has its hash", file=str(path), key=key))
        elif files[name] != _hash_of(path):
            message = f"was changed after the run: it does not match its hash in {SUMMARY}"
            problems.append(Problem(message, file=str(path), key=key))
    return problems


def edited(folder: Path, summary: Mapping[str, Any]) -> list[Problem]:
    """A problem if summary.json itself was changed. Call it last, because it cannot name the key."""
    if summary["files"].get(SUMMARY) == _own_hash(summary):
        return []
    message = "was changed after the run: what stands here does not match its own hash"
    return [Problem(message, file=str(folder / SUMMARY), key=f"files.{SUMMARY}")]


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _own_hash(summary: Mapping[str, Any]) -> str:
    """sha256 of a summary without its `files`, as JSON with sorted keys and no spaces."""
    rest = {key: value for key, value in summary.items() if key != "files"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
