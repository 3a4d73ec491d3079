"""What of a batch is done, what is missing, and what is stale: known from the digests of what is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from urbsim.batch.members import Member
from urbsim.errors import InputError
from urbsim.files import strict_yaml
from urbsim.results import seal

State = Literal["done", "missing", "stale", "damaged", "failed"]


@dataclass(frozen=True)
class Standing:
    """What stands in the folder of a member. why: a stored run does not count; summary: of one that is done."""

    state: State
    why: str = ""
    summary: dict[str, Any] | None = None


def standing(member: Member, out: Path) -> Standing:
    """What stands in the folder of a member; every file of a run that is done was checked against its hash."""
    folder = member.folder(out)
    summary = stored_summary(folder)
    if summary is None:
        if not folder.exists():
            return Standing("missing")
        return Standing("damaged", "its folder is not a whole run")
    if summary.get("input_digest") != member.input_digest:
        return Standing("stale", _what_differs(member, folder))
    try:
        problems = [*seal.edited(folder, summary), *seal.changed(folder, summary)]
    except (OSError, TypeError, AttributeError, KeyError):
        return Standing("damaged", "a file of it cannot be read")
    if problems:
        return Standing("damaged", problems[0].message)
    return Standing("done", summary=summary)


def stored_summary(folder: Path) -> dict[str, Any] | None:
    """summary.json of a run folder; None where there is none that can be read."""
    try:
        summary = json.loads((folder / seal.SUMMARY).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    fine = isinstance(summary, dict) and isinstance(summary.get("files"), dict)
    return summary if fine else None


def _what_differs(member: Member, folder: Path) -> str:
    """Which of the digests of a stored run are not those of the member."""
    try:
        stored = strict_yaml.load(folder / seal.RECORD).value.get("digests")
    except InputError:
        stored = None
    known = stored if isinstance(stored, dict) else {}
    other = [name for name, digest in member.digests.items() if known.get(name) != digest]
    return f"other {', '.join(other)}" if other else "other settings"
