"""A scenario: the content of a file in `scenarios/`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, Strict, ValidationInfo, field_validator

from urbsim.calendar import BASE_MONTH, month_text
from urbsim.errors import Problem
from urbsim.scenario.schema.base import PLAN, Bilingual, Frozen, Month, Name, Text
from urbsim.scenario.schema.behaviour import Behaviour
from urbsim.scenario.schema.complaints import complaint, once
from urbsim.scenario.schema.conditions import Conditions
from urbsim.scenario.schema.levers import Levers
from urbsim.scenario.schema.targets import Target

LAST_MONTH = {"census_2020": "2030-12", "census_2010": "2020-10"}
"""The last month a run may reach: a hindcast ends where the next census stands."""


class Scenario(Frozen):
    """One future: a starting census, conditions nobody in Guangxi decides, and what government does."""

    name: Name
    """Short name, also of the folder of its results. Left out: the file's name without `.yaml`.
    Not inherited."""
    title: Bilingual = Field(
        default_factory=lambda data: Bilingual(en=data.get("name", "-"), zh=data.get("name", "-"))
    )
    """Heading in reports. Left out: the name. Not inherited."""
    question: Bilingual | None = None
    """What the scenario asks. Not inherited."""
    extends: Text | None = None
    """The scenario it differs from: a name (its own folder is searched first) or a path."""
    measures: Annotated[tuple[Text, ...], Strict(False)] = ()
    """Keeps of the levers that `extends` brings those of these measures alone: ids such as C7, or the letter of a
    programme. Left out: all. Not inherited."""
    without: Annotated[tuple[Text, ...], Strict(False)] = ()
    """Takes out of the levers that `extends` brings those that are of these measures and of no other. Not
    inherited."""
    base: Literal["census_2020", "census_2010"] = "census_2020"
    """The census the run starts from: `census_2020` (forecast) or `census_2010` (hindcast)."""
    until: Month = Field(default=PLAN.last_month, validate_default=True)
    """Last month simulated. Left out: the last of the plan."""
    committed: Levers = Levers()
    """What comes anyway, decided before the plan: written in `no_plan`, inherited by all."""
    conditions: Conditions = Conditions()
    """Conditions outside the government's hands."""
    behaviour: Behaviour = Behaviour()
    """Which account of behaviour the run takes where more than one is held."""
    levers: Levers = Levers()
    """What government adds; only what differs from the parent."""
    targets: Annotated[tuple[Text, ...], Strict(False)] = ("plan_2021_2023",)
    """Target files the run is judged by: names or paths."""

    _files: tuple[Path, ...] = PrivateAttr(default=())
    _judged_by: tuple[Target, ...] = PrivateAttr(default=())
    _notes: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What `load_scenario` found to have another effect than its numbers say, without being wrong."""
        return self._notes

    @property
    def files(self) -> tuple[Path, ...]:
        """The files the scenario was read from, its own first, then the one it extends, and so on."""
        return self._files

    @property
    def judged_by(self) -> tuple[Target, ...]:
        """The targets that the names in `targets` stand for, as `load_scenario` read them."""
        return self._judged_by

    def __repr__(self) -> str:
        """The name, the span and how many levers and targets there are, in one line."""
        levers = sum(bool(value) for _, group in self.levers for _, value in group)
        return f"Scenario({self.name}: {self.base} to {self.until}, {levers} levers, {len(self._judged_by)} targets)"

    __str__ = __repr__

    def resolved(self) -> dict[str, Any]:
        """Every value with what was inherited and defaulted, in the order of the schema, as plain JSON types.

        Written as YAML it is a scenario file again, one that extends nothing and has the same digest. (It is refused
        if it inherited input that has no effect in its months: an heir may hold that, a file may not write it.)
        """
        return self.model_dump(mode="json", by_alias=True, exclude={"extends", "measures", "without"})

    def digest(self) -> str:
        """sha256 of all that a run's results follow from: world and targets, not names, titles or files."""
        content = self.model_dump(
            mode="json",
            by_alias=True,
            include={"base", "until", "committed", "conditions", "behaviour", "levers"},
        )
        content["targets"] = [
            target.model_dump(mode="json", by_alias=True, exclude={"title", "note", "document", "clause"})
            for target in self._judged_by
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @field_validator("until")
    @classmethod
    def _within_reach(cls, until: str, info: ValidationInfo) -> str:
        base = info.data.get("base")
        if base and not (first := month_text(BASE_MONTH[base] + 1)) <= until <= LAST_MONTH[base]:
            span = f"{first} and {LAST_MONTH[base]}"
            raise complaint("reach", f"a run from {base} ends between {span}, not in {until}")
        return until

    @field_validator("committed")
    @classmethod
    def _comes_anyway(cls, committed: Levers) -> Levers:
        if committed.delivery != type(committed.delivery)():
            raise complaint("alone", "`delivery` is of `levers`: what is committed comes as it is written")
        return committed

    @field_validator("conditions")
    @classmethod
    def _observed_in_the_past(cls, conditions: Conditions, info: ValidationInfo) -> Conditions:
        if conditions.drivers == "observed" and info.data.get("base") == "census_2020":
            raise complaint(
                "reach", "`drivers: observed` needs `base: census_2010`: a forecast knows no later year"
            )
        return conditions

    @field_validator("measures", "without")
    @classmethod
    def _measures_once(cls, measures: tuple[str, ...]) -> tuple[str, ...]:
        return once(measures)

    @field_validator("targets")
    @classmethod
    def _targets_once(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        return once(targets)
