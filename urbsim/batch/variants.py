"""Scenarios that differ in nothing but how people behave: each has a verdict, and they have one together.

A batch that sweeps settings below `behaviour.` runs every scenario under several accounts of behaviour, its structural
variants. None of them is known to be right, so they count alike in the verdict that they have together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from urbsim.batch.members import Variation
from urbsim.batch.verdicts import Judged
from urbsim.scenario.sweep import Settings, swept_name

_BEHAVIOUR = "behaviour."


@dataclass(frozen=True)
class Group:
    """Scenarios with one verdict. settings: what was swept and is the same in all of them."""

    name: str
    origin: str
    settings: Settings
    scenarios: tuple[str, ...]

    def described(self) -> dict[str, Any]:
        """The head of its entries in verdicts.json."""
        return {
            "scenario": self.name,
            "origin": self.origin,
            "settings": dict(self.settings),
            "variants": list(self.scenarios) if len(self.scenarios) > 1 else None,
        }

    def joined(self, judged: Mapping[str, Mapping[str, Sequence[Judged]]]) -> Iterator[list[Judged]]:
        """The runs of its scenarios, for one target after the other. judged: scenario -> target -> runs."""
        for target in dict.fromkeys(target for name in self.scenarios for target in judged[name]):
            yield [one for name in self.scenarios for one in judged[name].get(target, ())]


def groups(variations: Sequence[Variation]) -> list[Group]:
    """Each scenario by itself; variants together stand before the first of them."""
    together: dict[tuple[Any, ...], list[str]] = {}
    for variation in variations:
        together.setdefault(_without_behaviour(variation), []).append(variation.scenario.name)
    found = []
    for variation in variations:
        name, origin = variation.scenario.name, variation.origin
        variants = together[_without_behaviour(variation)]
        if len(variants) > 1 and name == variants[0]:
            same = dict(_without_behaviour(variation)[1:])
            found.append(Group(swept_name(origin, same), origin, same, tuple(variants)))
        found.append(Group(name, origin, variation.settings, (name,)))
    return found


def _without_behaviour(variation: Variation) -> tuple[Any, ...]:
    """The scenario a variation was made from, and what was swept beside behaviour."""
    swept = variation.settings.items()
    return (variation.origin, *(item for item in swept if not item[0].startswith(_BEHAVIOUR)))
