"""Which runs a fit makes: rounds of an ensemble, whose members keep a seed and a draw of what is not fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from urbsim.calendar import BASE_MONTH, calendar_year
from urbsim.facts.parameters import climate_name, climate_year, prior_parameters
from urbsim.fit import smoother, transform
from urbsim.fit.protocol import InForce, Protocol, load_protocol, protocol_in_force
from urbsim.fit.recipe import Recipe, Size
from urbsim.fit.runs import Case

_STRIDE = (
    100_000  # between the first draws of two parts, so that a larger ensemble keeps the runs of a smaller one
)
LUCK_ALONE, ALL_ELSE, MEMBERS = 0, 1, 2  # parts: two that measure noise, and the members of the ensemble


@dataclass(frozen=True)
class Plan:
    """A fit. size: of the recipe, full or reduced; small: whether it is the reduced one."""

    recipe: Recipe
    size: Size
    protocol: Protocol
    in_force: InForce
    small: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Free parameters and climates of the years, in the order of all vectors."""
        return (*self.recipe.free_in(self.small), *self._climates)

    @property
    def _climates(self) -> tuple[str, ...]:
        first = calendar_year(BASE_MONTH["census_2010"]) + 1
        years = range(first, self.protocol.last_year + 1) if self.recipe.climate else ()
        return tuple(map(climate_name, years))

    @cached_property
    def info(self):
        """Specifications by name, as the parameter files have them."""
        return prior_parameters().info

    @property
    def variants(self) -> list[str]:
        """Names of the variants, the order of group numbers."""
        return list(self.protocol.variants)[: 1 if self.small else None]

    @property
    def weights(self) -> list[float]:
        """What each variant weighs before the fit."""
        total = sum(self.protocol.variants[name].weight for name in self.variants)
        return [self.protocol.variants[name].weight / total for name in self.variants]

    @cached_property
    def groups(self) -> np.ndarray:
        """(M,) variant of each member, shared out by prior weight."""
        return np.repeat(np.arange(len(self.weights)), smoother.shares_of(self.weights, self.size.members))

    @cached_property
    def members(self) -> np.ndarray:
        """(M,) numbers of all members."""
        return np.arange(self.size.members)

    def some(self, number: int) -> np.ndarray:
        """(number,) members spread evenly over the ensemble, and so over its variants; all where it has no more."""
        of = self.size.members
        return np.unique(((np.arange(min(number, of)) + 0.5) * of / min(number, of)).astype(int))

    def prior_scores(self) -> np.ndarray:
        """(M, P) normal scores of the first ensemble: a sample of the priors."""
        first = self.first_draw(MEMBERS)
        return np.array([transform.scores_of_draw(self.names, first + k) for k in range(self.size.members)])

    def first_draw(self, part: int) -> int:
        """The draw of the priors that the first run of a part takes all else from."""
        return part * _STRIDE + 1

    def round(self, scores: np.ndarray, members: np.ndarray) -> list[Case]:
        """The runs of a round. scores: (M, P); members: (M,) whose they are."""
        first = self.first_draw(MEMBERS)
        return [
            self._case(
                transform.values(self.info, self.names, row),
                first + int(k),
                first + int(k),
                self.variants[self.groups[k]],
            )
            for k, row in zip(members, scores, strict=True)
        ]

    def start(self, name: str) -> float:
        """The start of a free parameter; a year without a climate."""
        return 0.0 if climate_year(name) is not None else float(self.info[name].start or 0.0)

    def start_score(self, name: str) -> float:
        """The normal score of the start of a free parameter; a year without a climate."""
        return 0.0 if climate_year(name) is not None else transform.score(self.info[name], self.start(name))

    def central(self, scores: np.ndarray, variant: str, seeds: int) -> list[Case]:
        """Runs of one point with the starts of all else. scores: (P,)."""
        values, first = transform.values(self.info, self.names, scores), self.first_draw(LUCK_ALONE)
        return [self._case(values, 0, first + k, variant) for k in range(seeds)]

    def noise_runs(self) -> tuple[list[Case], list[Case]]:
        """Runs at the starts of what is free: seed alone differs; and seed and all else that is not fitted."""
        starts = {name: self.start(name) for name in self.names}
        rows = range(self.size.noise_runs)
        luck, all_else = self.first_draw(LUCK_ALONE), self.first_draw(ALL_ELSE)
        main = self.variants[0]
        return (
            [self._case(starts, 0, luck + k, main) for k in rows],
            [self._case(starts, all_else + k, all_else + k, main) for k in rows],
        )

    def _case(self, values: dict[str, float], prior_draw: int, seed: int, variant: str) -> Case:
        return Case(
            values=tuple((values | dict(self.recipe.set)).items()),
            prior_draw=prior_draw,
            seed=self.recipe.seed + seed,
            scale=self.size.scale,
            behaviour=self.protocol.variants[variant].behaviour,
            replay=self.protocol.replay,
            forecast=self.protocol.forecast,
        )


def plan_of(recipe: Recipe, small: bool = False) -> Plan:
    """The fit of a recipe. Raises InputError."""
    return Plan(recipe, recipe.size(small), load_protocol(), protocol_in_force(), small)


def vectors(found: Sequence[dict[str, float]], keys: Sequence[str]) -> np.ndarray:
    """(M, K) figures of runs."""
    return np.array([[run[key] for key in keys] for run in found])
