"""Which runs a batch has: every scenario, swept setting, draw and seed, each a run with a folder of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from urbsim.batch import arguments
from urbsim.errors import InputError, Problem
from urbsim.facts.parameters import load_parameters
from urbsim.limits import MAX_SEED
from urbsim.results import store
from urbsim.results.digests import Digests, code_digest, facts_digest, input_digest, libraries_digest
from urbsim.scenario.batches import load_batch
from urbsim.scenario.schema import Batch, Bilingual, Scenario
from urbsim.scenario.sweep import Settings, swept_name, swept_scenarios
from urbsim.simulation import options


@dataclass(frozen=True)
class Member:
    """One run of a batch.

    scenario: with the swept settings, named after them; digests, input_digest: of what the run will follow from.
    """

    scenario: Scenario
    scale: float
    seed: int
    draw: int
    digests: Digests
    input_digest: str

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.scenario.name}, draw {self.draw}, seed {self.seed}"

    def folder(self, out: Path) -> Path:
        """Its run folder below the batch's folder."""
        return store.run_folder(out, self.scenario.name, self.scale, self.draw, self.seed)


@dataclass(frozen=True)
class Variation:
    """One scenario that the batch runs. origin: the name of the scenario it was made from; settings: what was swept."""

    scenario: Scenario
    origin: str
    settings: Settings
    digest: str


_NAME, _DIGEST = 40, 12
"""Characters of the scenario's name and of the digest in the name of a world made from it."""


def world_of(scenario: Scenario, content: Mapping[str, Any], said: Bilingual) -> Variation:
    """The world of a changed content of the scenario, named after what its runs follow from, `said` behind its title.

    Two contents that bring the same settings are one world. Raises pydantic's ValidationError.
    """
    changed = Scenario.model_validate(content)
    changed._files, changed._judged_by = scenario.files, scenario.judged_by
    digest, title = changed.digest(), scenario.title
    update = {
        "name": f"{scenario.name[:_NAME]}-{digest[:_DIGEST]}",
        "title": Bilingual(en=f"{title.en} ({said.en})", zh=f"{title.zh}（{said.zh}）"),
    }
    named = changed.model_copy(update=update)
    named._files, named._judged_by = scenario.files, scenario.judged_by
    return Variation(named, scenario.name, {}, digest)


@dataclass(frozen=True)
class Plan:
    """A whole batch. asked: its settings as plain values, for batch.yaml."""

    name: str
    scale: float
    variations: tuple[Variation, ...]
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    baseline: str | None
    asked: Mapping[str, Any]
    precision: Mapping[str, float] = field(default_factory=dict)
    """Standard errors asked for: target -> percentage points of a rate, else the unit of the indicator."""
    most_seeds: int = 0
    """Seeds that the batch may have in the end; without `precision` those it has."""

    @property
    def most_runs(self) -> int:
        """Runs of the batch if it adds all the seeds that it may add."""
        return len(self.variations) * len(self.draws) * max(len(self.seeds), self.most_seeds)

    def with_more_seeds(self, number: int) -> Plan:
        """The batch with so many seeds added: those that follow its largest, in order, or the first not in use."""
        numbers = itertools.chain(range(max(self.seeds) + 1, MAX_SEED + 1), range(MAX_SEED))
        unused = (seed for seed in numbers if seed not in self.seeds)
        return replace(self, seeds=(*self.seeds, *itertools.islice(unused, number)))

    def __len__(self) -> int:
        return len(self.variations) * len(self.draws) * len(self.seeds)

    def baseline_of(self, variation: Variation) -> str | None:
        """The scenario that one is compared with: the baseline with the same settings swept."""
        for other in self.variations:
            if other.origin == self.baseline and other.settings == variation.settings:
                return other.scenario.name
        return None

    def variations_of(self, draw: int, seed: int) -> tuple[Variation, ...]:
        """The scenarios that are run with a draw and seed: all of them."""
        return self.variations

    def members(self) -> Iterator[Member]:
        """Every run, one after the other: of a draw and seed all scenarios first, so that what is done is balanced."""
        same = {"facts": facts_digest(), "code": code_digest(), "libraries": libraries_digest()}
        for seed in self.seeds:
            for draw in self.draws:
                for variation in self.variations_of(draw, seed):
                    scenario = variation.scenario
                    parameters = parameters_digest(draw, scenario.base)
                    digests = Digests(scenario=variation.digest, parameters=parameters, **same)
                    digest = input_digest(digests, self.scale, seed)
                    yield Member(scenario, self.scale, seed, draw, digests, digest)


@cache
def parameters_digest(draw: int, base: str) -> str:
    """The digest of the parameters of a draw."""
    return load_parameters(draw, base=base).digest


def plan_of(batch: Batch) -> Plan:
    """The runs of a batch file. Raises InputError."""
    return _plan(batch, batch.name)


def plan_of_scenario(
    scenario: Scenario | None,
    scale: str,
    seeds: str,
    draws: str,
    given: Sequence[str],
    problems: list[Problem],
) -> Plan | None:
    """The runs of one scenario, asked for without a file, or None with problems added.

    Texts are as on the command line; the batch is called after the scenario and what was set. Raises InputError.
    """
    share = options.decimal(scale)
    refused = options.scale_problem(share, scale)
    problems += [refused] if refused else []
    changed = arguments.settings(given, problems)
    several = {
        "seeds": arguments.spans("--seeds", seeds, problems),
        "draws": arguments.spans("--draws", draws, problems),
    }
    if scenario is None:
        return None
    content = {
        "name": scenario.name,
        "scale": 1.0
        if refused or share is None
        else share,  # what is wrong is reported, and the rest is checked
        "scenarios": [str(scenario.files[0].absolute())],
        **{option: numbers or [1] for option, numbers in several.items()},
        "sweep": {path: [value] for path, value in changed.items()},
    }
    try:
        batch = load_batch(content)
    except InputError as error:
        raise InputError([_as_option(problem) for problem in error.problems]) from None
    return _plan(batch, swept_name(f"{scenario.name}_runs", changed))


def _as_option(problem: Problem) -> Problem:
    """A problem of a batch's content as that of the option it came from."""
    key = problem.key or ""
    for name, option in (("sweep.", "--set "), ("seeds", "--seeds"), ("draws", "--draws")):
        if key.startswith(name):
            key = option + key.removeprefix(name).removesuffix("[0]")
            return replace(problem, key=key, file=None, line=None, column=None)
    return problem


def _plan(batch: Batch, name: str) -> Plan:
    variations = [
        Variation(changed, origin.name, settings, changed.digest())
        for changed, origin, settings in swept_scenarios(batch)
    ]
    if any(variation.scenario.name == name for variation in variations):
        message = f"a batch cannot have the name of one of its scenarios, {name}: their folders would be one"
        raise InputError([Problem(message, key="name")])
    given = dict(zip(batch.scenarios, batch.loaded, strict=True))
    baseline = given[batch.baseline].name if batch.baseline else None
    asked = batch.model_dump(mode="json", by_alias=True)
    if not batch.precision:
        del asked["precision"], asked["most_seeds"]
    most_seeds = batch.most_seeds if batch.precision else 0
    return Plan(
        name,
        batch.scale,
        tuple(variations),
        batch.draws,
        batch.seeds,
        baseline,
        asked,
        batch.precision,
        most_seeds,
    )
