"""The runs of a search as batches: each round has worlds of its own, in one folder, and finds what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from urbsim.batch.members import Plan
from urbsim.seek.question import Mix, Question
from urbsim.seek.search import ladder


def cases(question: Question, batch: Plan, mixes: Sequence[Mix]) -> Plan:
    """The batch of these mixes. batch: scale, draws and seeds. Raises InputError where settings do not go together.

    Two mixes that come to the same settings are one world, and stand once.
    """
    worlds = {world.digest: world for world in (question.world(mix) for mix in mixes)}
    variations = tuple(worlds.values())
    name = f"{question.scenario.name}_seek"
    asked: dict[str, Any] = {
        "name": name,
        "scale": batch.scale,
        "scenarios": [variation.scenario.name for variation in variations],
        "draws": list(batch.draws),
        "seeds": list(batch.seeds),
        "baseline": None,
        "seek": as_asked(question),
    }
    return replace(batch, name=name, variations=variations, baseline=None, asked=asked)


def as_asked(question: Question) -> Mapping[str, Any]:
    """The question as plain values."""
    return {
        "scenario": question.scenario.name,
        "of": list(question.players),
        "alone": question.alone,
        "targets": list(dict.fromkeys(goal.target.id for goal in question.goals)),
        "probabilities": list(question.probabilities),
        "largest_multiple": question.most,
        "envelope_yuan": question.envelope,
    }


def first_mixes(question: Question) -> list[Mix]:
    """What is run whatever comes of it: the ladder of each player."""
    players = range(len(question.players))
    return list(dict.fromkeys(question.one(k, dose) for k in players for dose in ladder(question, k)))
