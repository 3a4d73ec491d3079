"""Answers that other commands left beside the runs: who earned how much (attribution*.json), what it would take
(seek*.json), what the targets hinge on (sensitivity*.json). Read strictly, shown as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from urbsim.errors import InputError, Problem

Number = Annotated[float, Field(allow_inf_nan=False)]
Answer = TypeVar("Answer", bound="_Part")


class _Part(BaseModel):
    """A part of a file; keys that the page does not show are left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Named(_Part):
    """A name in both languages."""

    en: str
    zh: str

    def say(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class Player(_Part):
    player: str
    name: Named


class Share(_Part):
    """share: in the unit of its outcome; of_effect: part of the whole effect, None where that is not sure."""

    player: str
    share: Number
    standard_error: Number | None
    of_effect: Number | None = None


class Interaction(_Part):
    """interaction: what both add together beyond each alone; reads: None where it is no more than luck."""

    players: tuple[str, str]
    interaction: Number
    standard_error: Number | None
    reads: str | None = None


class Outcome(_Part):
    outcome: str
    indicator: str
    unit: str
    effect: Number
    standard_error: Number | None
    shares: tuple[Share, ...]
    interactions: tuple[Interaction, ...] = ()


class Attribution(_Part):
    """What `urbsim attribute` wrote."""

    scenario: str
    baseline: str
    by: str
    within: str | None = None
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    scale: Number
    runs: int
    players: tuple[Player, ...]
    outcomes: tuple[Outcome, ...]


class Spread(_Part):
    median: Number
    low: Number
    high: Number


class Goal(_Part):
    """indicator: that the goal is on; level: to be reached; strict: whether without the tolerance of the target."""

    goal: str
    title: Named
    indicator: str
    strict: bool
    level: Number


class Dose(_Part):
    """The dose for one probability.

    multiple: of the plan's, None where none will do; probability_there: with it, or the best that was found.
    """

    probability: Number
    reads: str
    multiple: Number | None
    probability_there: Number | None
    yuan_of_the_dose: Spread | None = None


class Doses(_Part):
    player: str
    goal: str
    answers: tuple[Dose, ...]


class Mix(_Part):
    """The mix that reaches a goal with a probability at the least cost, or the best that was found."""

    goal: str
    probability: Number
    reads: str
    multiples: dict[str, Number]
    probability_there: Number
    yuan: Spread | None = None


class Sought(_Part):
    """What `urbsim seek` wrote."""

    scenario: str
    alone: bool
    largest_multiple: Number
    envelope_yuan: Number | None = None
    scale: Number
    draws: int
    runs: int
    players: tuple[Player, ...]
    goals: tuple[Goal, ...]
    doses: tuple[Doses, ...]
    mixes: tuple[Mix, ...] = ()


class Swing(_Part):
    """An input. alone, in_all, error: Sobol index by itself, with interactions, and its half-width; low, high: what is
    expected of the target with the input at its 5% and 95%."""

    input: str
    group: str
    process: str
    alone: Number
    in_all: Number
    error: Number
    low: Number
    high: Number


class OfGroup(_Part):
    """share: of the variance of the target over the runs."""

    group: str
    share: Number


class Hinges(_Part):
    """What one target hinges on. r2: of the emulator on runs it was not trained on; middle: mean of the target."""

    target: str
    indicator: str
    r2: Number
    middle: Number
    groups: tuple[OfGroup, ...]
    inputs: tuple[Swing, ...]


class Sensitivity(_Part):
    """What `python -m bench.sensitivity` wrote."""

    batch: str
    scenarios: tuple[str, ...]
    scale: Number
    draws: int
    inputs_that_differ: int
    targets: tuple[Hinges, ...]


def attributions(given: Iterable[Path]) -> list[Attribution]:
    """Of the folders and those in them. Raises InputError that names every file that cannot be read."""
    return _all(given, "attribution*.json", Attribution)


def sought(given: Iterable[Path]) -> list[Sought]:
    """Of the folders and those in them. Raises InputError that names every file that cannot be read."""
    return _all(given, "seek*.json", Sought)


def sensitivities(given: Iterable[Path]) -> list[Sensitivity]:
    """Of the folders and those in them. Raises InputError that names every file that cannot be read."""
    return _all(given, "sensitivity*.json", Sensitivity)


def _all(given: Iterable[Path], pattern: str, model: type[Answer]) -> list[Answer]:
    files: dict[Path, None] = {}
    for folder in given:
        if folder.is_dir():
            files |= dict.fromkeys(sorted([*folder.glob(pattern), *folder.glob(f"*/{pattern}")]))
    found, problems = [], []
    for file in files:
        try:
            found.append(model.model_validate(json.loads(file.read_text(encoding="utf-8"))))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            key = ".".join(map(str, first["loc"]))
            message = "was written by another version, or changed: this value has not the form expected"
            problems.append(Problem(message, file=str(file), key=key))
        except (OSError, ValueError, RecursionError):
            problems.append(Problem("is damaged and cannot be read", file=str(file)))
    if problems:
        raise InputError(problems)
    return found
