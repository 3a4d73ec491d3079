"""What two runs were made from, where it differs: settings, parameters, digests, versions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from urbsim.compare.sides import Compared, Pair
from urbsim.errors import InputError
from urbsim.facts.parameters import Parameters, load_parameters
from urbsim.results.digests import Digests
from urbsim.results.loading import StoredRun

ASKED = ("indicator", "place", "from", "to", "aggregate", "operator", "threshold", "tolerance")
NAMES_ONLY = ("name", "title", "question", "extends")
"""Keys of a scenario from which no result follows."""


@dataclass(frozen=True)
class Difference:
    """Something that is `a` on one side and `b` on the other; None where it is not set. pairs: in how many."""

    what: str
    a: Any
    b: Any
    pairs: int = 1

    @property
    def size(self) -> float:
        """Of two numbers the difference over the larger, from 0 to 2; infinite where one is no number."""
        if not all(
            isinstance(value, int | float) and not isinstance(value, bool) for value in (self.a, self.b)
        ):
            return math.inf
        return abs(self.b - self.a) / max(abs(self.a), abs(self.b))


def settings(pairs: tuple[Pair, ...]) -> list[Difference]:
    """Settings that differ in any pair, from the largest: those of the scenario, resolved, and scale, draw, seed."""
    return _counted(difference for pair in pairs for difference in _other_settings(pair))


def _other_settings(pair: Pair) -> Iterator[Difference]:
    a, b = pair
    yield from between(_settings(a), _settings(b))
    if a.stored is not None and b.stored is not None:
        yield from between(_judged(a.stored), _judged(b.stored))


def digests(pairs: tuple[Pair, ...]) -> list[Difference]:
    """Digests that differ in any pair, in the order of run.yaml, `population` after them."""
    found = []
    for name in (*Digests.__annotations__, "population"):
        each = [tuple(_digest(run, name) for run in pair) for pair in pairs]
        other = [(a, b) for a, b in each if a != b]
        if other:
            found.append(Difference(name, *(other[0] if len(pairs) == 1 else (None, None)), len(other)))
    return found


def versions(pairs: tuple[Pair, ...]) -> list[Difference]:
    """Programs whose versions differ in any pair."""
    return _counted(
        difference for a, b in pairs for difference in between(a.record["versions"], b.record["versions"])
    )


def parameters(pair: Pair) -> list[Difference] | None:
    """Parameters that differ, from the largest; None if those of a run are not the ones that are installed now."""
    a, b = (_installed(run) for run in pair)
    return None if a is None or b is None else _counted(between(a, b))


def _installed(run: Compared) -> Parameters | None:
    try:
        found = load_parameters(run.record["draw"], base=run.record["scenario"]["base"])
    except InputError:  # a fit of fewer draws stands now
        return None
    return found if found.digest == run.record["digests"]["parameters"] else None


def _digest(run: Compared, name: str) -> Any:
    return run.record["population"] if name == "population" else run.record["digests"][name]


def _settings(run: Compared) -> dict[str, Any]:
    scenario = {key: value for key, value in run.record["scenario"].items() if key not in NAMES_ONLY}
    return scenario | {key: run.record[key] for key in ("scale", "draw", "seed")}


def _judged(run: StoredRun) -> dict[str, Any]:
    """What the targets ask, whose files a scenario only names."""
    return {
        f"targets.{target['id']}": {key: target[key] for key in ASKED} for target in run.summary["targets"]
    }


def between(a: Mapping[str, Any], b: Mapping[str, Any], path: str = "") -> Iterator[Difference]:
    """Values that are not the same, by the path of their keys; a key that is missing is one that is not set."""
    for key in dict.fromkeys([*a, *b]):
        mine, other = a.get(key), b.get(key)
        if isinstance(mine, Mapping) and isinstance(other, Mapping):
            yield from between(mine, other, f"{path}{key}.")
        elif mine != other:
            yield Difference(f"{path}{key}", mine, other)


def _counted(found: Iterator[Difference]) -> list[Difference]:
    """Each difference once, with the number of pairs that have it; the largest first, then by name."""
    counted: dict[tuple[str, str, str], list[Difference]] = {}
    for one in found:
        counted.setdefault((one.what, repr(one.a), repr(one.b)), []).append(one)
    each = [Difference(same[0].what, same[0].a, same[0].b, len(same)) for same in counted.values()]
    return sorted(each, key=lambda one: (-one.size, one.what))
