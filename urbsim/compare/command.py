"""What `urbsim compare` does: reads both sides, sets runs against each other, and gathers what differs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from urbsim.compare import inputs
from urbsim.compare.inputs import Difference
from urbsim.compare.outcomes import Change, First, Outcome, first_difference, outcomes
from urbsim.compare.sides import Pairs, pair, read_side
from urbsim.errors import InputError, Problem


@dataclass(frozen=True)
class Comparison:
    """Two sides and what differs between them; lists are ranked, the largest first.

    same_pairs: pairs of runs with the same results; parameters, first: None if not known, or not looked at.
    """

    a: str
    b: str
    found: Pairs
    same_pairs: int
    settings: list[Difference]
    digests: list[Difference]
    versions: list[Difference]
    parameters: list[Difference] | None
    outcomes: list[Outcome]
    first: First | None

    @property
    def same(self) -> bool:
        """Whether every run has a counterpart with the same results."""
        return self.same_pairs == len(self.found.pairs) and not (self.found.only_a or self.found.only_b)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        return {
            "a": self.a,
            "b": self.b,
            "same": self.same,
            "pairs": len(self.found.pairs),
            "same_pairs": self.same_pairs,
            "only_a": [key._asdict() for key in self.found.only_a],
            "only_b": [key._asdict() for key in self.found.only_b],
            "settings": [asdict(one) for one in self.settings],
            "digests": [asdict(one) for one in self.digests],
            "versions": [asdict(one) for one in self.versions],
            "parameters": None if self.parameters is None else [asdict(one) for one in self.parameters],
            "results": [
                {
                    "scenario_a": outcome.a,
                    "scenario_b": outcome.b,
                    "pairs": outcome.pairs,
                    "targets": [_plain(change) for change in outcome.targets],
                    "indicators": [_plain(change) for change in outcome.indicators],
                    "prices": {gain: found.as_dict() for gain, found in outcome.prices.items()},
                }
                for outcome in self.outcomes
            ],
            "first_difference": None if self.first is None else asdict(self.first),
        }


def _plain(change: Change) -> dict[str, Any]:
    return asdict(change) | {"relative": change.relative}


def compare(a: Path, b: Path) -> Comparison:
    """What differs between two runs, two folders of runs, or two records; raises InputError with every problem."""
    sides, problems = [], list[Problem]()
    for path in (a, b):
        try:
            sides.append(read_side(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    found = pair(*sides)
    different = [(mine, other) for mine, other in found.pairs if mine.results != other.results]
    known = inputs.digests(found.pairs)
    alone = found.pairs[0] if len(found.pairs) == 1 else None
    other_parameters = any(one.what == "parameters" for one in known)
    return Comparison(
        str(a),
        str(b),
        found,
        len(found.pairs) - len(different),
        inputs.settings(found.pairs),
        known,
        inputs.versions(found.pairs),
        inputs.parameters(alone) if alone and other_parameters else None,
        outcomes(found.pairs) if different else [],
        _first(*different[0]) if alone and different else None,
    )


def _first(mine: Any, other: Any) -> First | None:
    """Where two runs of one scale and seed begin to differ; runs of other samples differ from the start."""
    if mine.stored is None or other.stored is None or mine.key[2:] != other.key[2:]:
        return None
    return first_difference(mine.stored, other.stored)
