"""What an emulator was trained on, and whether runs of now would still be the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from urbsim.emulator.model import Emulator, Origin
from urbsim.facts.parameters import load_parameters
from urbsim.results import store
from urbsim.results.digests import code_digest, facts_digest, libraries_digest
from urbsim.scenario.schema import Scenario

_DIGITS = 16  # of a digest: enough to tell two apart


def origin_of(
    scenario: Scenario,
    draws: Sequence[int],
    scale: float,
    seeds: tuple[int, ...],
    runs: int,
    draws_from: str,
) -> Origin:
    """What runs of these draws follow from now. draws_from: as verdicts.json says it."""
    return Origin(
        urbsim=store.version("urbsim"),
        digests=_now(scenario),
        parameters=tuple(_parameters(draw, scenario.base) for draw in draws),
        scale=scale,
        seeds=seeds,
        runs=runs,
        draws_from=draws_from,
    )


def _now(scenario: Scenario) -> dict[str, str]:
    found = {
        "scenario": scenario.digest(),
        "facts": facts_digest(),
        "code": code_digest(),
        "libraries": libraries_digest(),
    }
    return {name: digest[:_DIGITS] for name, digest in found.items()}


def _parameters(draw: int, base: str) -> str:
    return load_parameters(draw, base=base).digest[:_DIGITS]


def outdated(emulator: Emulator, scenario: Scenario) -> list[str]:
    """What is no longer as it was when the emulator was trained: scenario, facts, code, libraries, parameters."""
    origin = emulator.origin
    found = [name for name, digest in _now(scenario).items() if origin.digests.get(name) != digest]
    first, last = emulator.draws[0], emulator.draws[-1]
    now = _parameters(first, scenario.base), _parameters(last, scenario.base)
    return [*found, *(["parameters"] if now != (origin.parameters[0], origin.parameters[-1]) else [])]


def other_than(emulator: Emulator, draw: int, digests: Mapping[str, str]) -> list[str]:
    """In what a stored run of a draw followed from other things than the emulator. digests: of its run.yaml."""
    origin = emulator.origin
    found = [
        name
        for name in ("facts", "code", "libraries")
        if origin.digests.get(name) != str(digests.get(name))[:_DIGITS]
    ]
    if draw in emulator.draws:
        own = origin.parameters[emulator.draws.index(draw)]
        found += ["parameters"] if own != str(digests.get("parameters"))[:_DIGITS] else []
    return found
