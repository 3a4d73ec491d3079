"""What the runs of one page should have in common and do not: code, facts, parameters or libraries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urbsim.report.folders import Run

SHARED_BY_ALL = ("code", "facts", "libraries")


@dataclass(frozen=True)
class Mix:
    """Runs that were made from different things. what: key of `digests` in run.yaml; groups: runs by its content."""

    what: str
    groups: tuple[tuple[Run, ...], ...]


def mixes(runs: list[Run]) -> tuple[Mix, ...]:
    """Every mix among runs of one base. Parameters are compared within each draw, for draws differ in them."""
    found = [Mix(what, _by_content(runs, what)) for what in SHARED_BY_ALL]
    draws = dict.fromkeys(run.key[0] for run in runs)
    by_draw = [_by_content((run for run in runs if run.key[0] == draw), "parameters") for draw in draws]
    found.append(Mix("parameters", max(by_draw, key=len, default=())))
    return tuple(mix for mix in found if len(mix.groups) > 1)


def _by_content(runs: Iterable[Run], what: str) -> tuple[tuple[Run, ...], ...]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.digests[what], []).append(run)
    return tuple(map(tuple, groups.values()))
