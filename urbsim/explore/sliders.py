"""The sliders of a scenario: each of its levers from nothing to twice its dose, and the conditions around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from urbsim.batch.members import Variation, world_of
from urbsim.calendar import BASE_MONTH, month_number, month_text
from urbsim.emulator import model
from urbsim.emulator.answer import Setting
from urbsim.errors import InputError, Problem
from urbsim.facts.parameters import load_parameters
from urbsim.levers.spending import MONTHS_OF_A_YEAR
from urbsim.report.texts import say
from urbsim.report.wording import month_name
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.measures import PROGRAMMES
from urbsim.scenario.schema import Bilingual, Dose, Scenario
from urbsim.seek.question import Question, owners_of
from urbsim.shares.game import programmes_of

LARGEST = 2.0
"""Times the plan's dose that a slider goes to."""
_WIDTHS = 1.5  # of a prior, on each side of its middle, that a condition may be moved
_JOBS, _SPELL = (0.5, 1.5), (0.3, 1.0)  # ends of multipliers of which 1 is as ever


@dataclass(frozen=True)
class Condition:
    """What no government decides, as a slider.

    key: of its words; put: writes a value into `conditions` as a scenario file holds them; parameter: which it takes
    the place of, if any; usual: its value where the scenario leaves it alone and it is no parameter; months: that it is
    of, written 2022-01 2022-12.
    """

    key: str
    low: float
    high: float
    put: Callable[[dict[str, Any], float], None]
    parameter: str | None = None
    usual: float = 1.0
    toggle: bool = False
    months: str = ""

    def is_as_ever(self, value: float) -> bool:
        """Whether a value is what there is without it: a scenario file may not say what changes nothing."""
        return self.parameter is None and value == self.usual

    def name(self) -> model.Named:
        """Its words in both languages."""
        year, month = (int(part) for part in (self.months[:7] or "0-1").split("-"))
        said = {
            lang: say(f"slider_{self.key}", lang, first=month_name(year, month, lang), year=year)
            for lang in ("en", "zh")
        }
        return model.Named(**said)


@dataclass(frozen=True)
class Sliders:
    """The sliders of a scenario. question: of which the players are its levers."""

    question: Question
    conditions: tuple[Condition, ...]

    @property
    def scenario(self) -> Scenario:
        """At 1 of every dose, and conditions left alone."""
        return self.question.scenario

    @property
    def levers(self) -> tuple[str, ...]:
        """Keys of the levers that have a slider."""
        return self.question.players

    @property
    def nothing(self) -> Setting:
        """No dose: what answers are compared with."""
        return Setting((0.0,) * len(self.levers), (None,) * len(self.conditions))

    @cached_property
    def programmes(self) -> tuple[str, ...]:
        """Letters of the programmes that have a slider, in the order of the plan."""
        there = {self.programme_of(key) for key in self.levers}
        return tuple(letter for letter in PROGRAMMES if letter in there)

    def programme_of(self, key: str) -> str:
        """The programme under which a lever stands: the first of those that bring it."""
        letters = {letter for path in self.question.paths_of(key) for letter in programmes_of(path)}
        return next(letter for letter in PROGRAMMES if letter in letters)

    def is_toggle(self, key: str) -> bool:
        """Whether a lever is there or not, whatever the dose."""
        return len(self.question.without_size(key)) > 0

    def world(self, at: Setting) -> Variation:
        """The scenario at a setting, named after what its runs follow from. Raises InputError where it cannot stand."""
        content = self.content(at)
        said = Bilingual(en=say("slider_moved", "en"), zh=say("slider_moved", "zh"))
        try:
            return world_of(self.scenario, content, said)
        except ValidationError as error:
            message = f"this setting of the sliders cannot stand: {error}"
            raise InputError([Problem(message, key=self.scenario.name)]) from None

    def content(self, at: Setting) -> dict[str, Any]:
        """The scenario at a setting as plain values, with everything it inherits."""
        whole = self.scenario.resolved()
        conditions = dict(whole["conditions"])
        for condition, value in zip(self.conditions, at.conditions, strict=True):
            if value is not None and not condition.is_as_ever(value):
                condition.put(conditions, value)
        return {**whole, "levers": self.question.levers_at(tuple(at.doses)), "conditions": conditions}

    def lever_models(self) -> tuple[model.Lever, ...]:
        """As the emulator's file holds them."""
        return tuple(map(self._lever, self.levers))

    def _lever(self, key: str) -> model.Lever:
        lever, value = CATALOGUE[key], setting(self.scenario.levers, key)
        counted = isinstance(value, Dose) and lever.unit is not None
        return model.Lever(
            key=key,
            name=model.Named(en=lever.en, zh=lever.zh),
            programme=self.programmes.index(self.programme_of(key)),
            toggle=self.is_toggle(key),
            total=value.total if counted else None,
            unit=model.Named(en=lever.unit.en, zh=lever.unit.zh) if counted and lever.unit else None,
        )

    def condition_models(self, draws: Sequence[int]) -> tuple[model.Condition, ...]:
        """As the emulator's file holds them. draws: the central one first."""
        return tuple(self._condition(each, draws) for each in self.conditions)

    def _condition(self, condition: Condition, draws: Sequence[int]) -> model.Condition:
        name, values = condition.parameter, [condition.usual] * len(draws)
        off = False
        if name is not None:
            own = getattr(self.scenario.conditions, name)
            of_draws = [load_parameters(draw, base=self.scenario.base) for draw in draws]
            values = [float(each[name]) if own is None else own for each in of_draws]
            off = of_draws[0].fit is not None and of_draws[0].info[name].learnt is not None
        return model.Condition(
            key=condition.key,
            name=condition.name(),
            low=condition.low,
            high=condition.high,
            values=tuple(values),
            percent=name is not None,
            toggle=condition.toggle,
            off_the_fit=off,
        )


def sliders_of(scenario: Scenario) -> Sliders:
    """The sliders of a scenario. Raises InputError where it adds no lever."""
    keys = tuple(key for key in CATALOGUE if any(owners_of(scenario, [key]).values()))
    if not keys:
        message = f"{scenario.name} adds no lever: there is nothing to move"
        raise InputError(
            [Problem(message, key="SCENARIO", allowed="a scenario with levers, such as baseline")]
        )
    question = Question(scenario, keys, owners_of(scenario, keys), False, (), (), LARGEST)
    return Sliders(question, tuple(_conditions(scenario)))


def _conditions(scenario: Scenario) -> Iterator[Condition]:
    """What can be moved: of what the scenario itself has a path or spells of, nothing is moved."""
    said = scenario.conditions
    p = load_parameters(0, base=scenario.base)
    for name in ("growth_per_year", "outside_wage_per_year"):
        if said.drivers == "observed" and name == "growth_per_year":
            continue
        prior = p.info[name].prior
        if prior is not None:
            middle, width = (prior.low + prior.high) / 2, prior.high - prior.low
            low, high = (float(f"{middle + side * _WIDTHS * width:.6g}") for side in (-1, 1))
            yield Condition(name, low, high, _value(name), name)
    first = _first_january(scenario)
    if first is None:
        return
    if not said.outside_jobs:
        yield Condition("outside_jobs", *_JOBS, _outside_jobs(first), months=first)
    last = month_number(scenario.until)
    start = last - 2 * MONTHS_OF_A_YEAR + 1  # the last year but one: its echo is still heard at the end
    if not said.epidemic and start >= month_number(first):
        spell = f"{month_text(start)} {month_text(start + MONTHS_OF_A_YEAR - 1)}"
        for part in ("mobility", "hiring"):
            yield Condition(f"epidemic_{part}", *_SPELL, _epidemic(spell, part), months=spell)
    if said.reclassification == "base":
        yield Condition("reclassification", 0.0, 1.0, _frozen, usual=0.0, toggle=True)


def _first_january(scenario: Scenario) -> str | None:
    """The first January of the run, if there is one."""
    base = BASE_MONTH[scenario.base]
    for month in range(base + 1, month_number(scenario.until) + 1):
        if month_text(month).endswith("-01"):
            return month_text(month)
    return None


def _value(name: str) -> Callable[[dict[str, Any], float], None]:
    def put(conditions: dict[str, Any], value: float) -> None:
        conditions[name] = value

    return put


def _outside_jobs(first: str) -> Callable[[dict[str, Any], float], None]:
    def put(conditions: dict[str, Any], value: float) -> None:
        conditions["outside_jobs"] = [{"from": first, "value": value}]

    return put


def _epidemic(spell: str, part: str) -> Callable[[dict[str, Any], float], None]:
    first, last = spell.split()

    def put(conditions: dict[str, Any], value: float) -> None:
        there = conditions["epidemic"] or [{"from": first, "to": last, "mobility": 1.0, "hiring": 1.0}]
        conditions["epidemic"] = [{**there[0], part: value}]

    return put


def _frozen(conditions: dict[str, Any], value: float) -> None:
    conditions["reclassification"] = "frozen" if value >= 0.5 else "base"
