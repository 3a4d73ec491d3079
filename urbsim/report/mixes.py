"""What runs that are joined should have in common and do not: code, facts, parameters or libraries."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

SHARED_BY_ALL = ("code", "facts", "libraries")


class Joined(Protocol):
    """A run that stands beside others. base: what tells its census night; digests: as in run.yaml."""

    @property
    def draw(self) -> int: ...

    @property
    def base(self) -> Hashable: ...

    @property
    def digests(self) -> Mapping[str, str]: ...


AnyRun = TypeVar("AnyRun", bound=Joined)


@dataclass(frozen=True)
class Mix(Generic[AnyRun]):
    """Runs that were made from different things. what: key of `digests` in run.yaml; groups: runs by its content."""

    what: str
    groups: tuple[tuple[AnyRun, ...], ...]


def mixes(runs: Sequence[AnyRun]) -> tuple[Mix[AnyRun], ...]:
    """Every mix among the runs. Parameters are compared within each draw and base, for these differ in them."""
    found = [Mix(what, _by_content(runs, what)) for what in SHARED_BY_ALL]
    alike = dict.fromkeys((run.draw, run.base) for run in runs)
    parameters = [
        _by_content((run for run in runs if (run.draw, run.base) == one), "parameters") for one in alike
    ]
    found.append(Mix("parameters", max(parameters, key=len, default=())))
    return tuple(mix for mix in found if len(mix.groups) > 1)


def _by_content(runs: Iterable[AnyRun], what: str) -> tuple[tuple[AnyRun, ...], ...]:
    groups: dict[str, list[AnyRun]] = {}
    for run in runs:
        groups.setdefault(run.digests[what], []).append(run)
    return tuple(map(tuple, groups.values()))
