"""Everything a page shows, counted once from the runs, before any word or chart is made of it."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbsim.facts import gazetteer
from urbsim.report import accounts, because, sample
from urbsim.report.folders import Comparison, Run, Scenario
from urbsim.report.texts import say

Array = NDArray[np.float64]

MOST_SPOKEN = 3
PLAN = "baseline"
"""The scenario of which a page speaks first, where it is there."""


@dataclass(frozen=True)
class Group:
    """Scenarios with equal results, shown as one series.

    All are medians over the scenario's runs. share: urban share at the report's place, one a month; band, half: its
    5% and 95%, and its quarters, over the runs, or None; change: components, each with its own median; shares: urban
    share of each county, shape (counties, 2), on the base night and at the end; because: who it moved, None where no
    pair of runs can say.
    """

    scenarios: tuple[Scenario, ...]
    share: Array
    band: tuple[Array, Array] | None
    half: tuple[Array, Array] | None
    change: accounts.Change
    shares: Array
    because: because.Effect | None = None

    @property
    def run(self) -> Run:
        return self.scenarios[0].shown

    @property
    def name(self) -> str:
        return self.scenarios[0].name

    @property
    def runs(self) -> tuple[Run, ...]:
        return sample.runs_of(self.scenarios[0])

    def middle(self, read: Callable[[Run], float]) -> float:
        """The median over the runs of what is read of each."""
        return float(sample.middle(self.scenarios[0], read))

    def values(self, indicator: str, place: str) -> Array:
        """The median over the runs of an indicator at a place, one value a month; NaN where a run lacks it."""
        if (indicator, place) not in self._values:
            found = sample.middle(self.scenarios[0], lambda run: run.values(indicator, place))
            self._values[indicator, place] = found
        return self._values[indicator, place]

    @functools.cached_property
    def asked(self) -> dict[tuple[object, ...], float]:
        """Numbers of tables, by what was asked: both languages ask for the same."""
        return {}

    @functools.cached_property
    def _values(self) -> dict[tuple[str, str], Array]:
        """What `values` has counted: both languages ask for the same."""
        return {}


@dataclass(frozen=True)
class Findings:
    """comparison: all runs; place: of path, components and indicators; groups: the compared one first."""

    comparison: Comparison
    place: gazetteer.Place
    groups: tuple[Group, ...]

    @property
    def run(self) -> Run:
        return self.comparison.baseline.shown

    @property
    def is_province(self) -> bool:
        return self.place.code == gazetteer.PROVINCE

    @property
    def compared(self) -> Group:
        """The group that the others are compared with."""
        return self.groups[0]

    @property
    def lead(self) -> Group:
        """The group the page speaks of first: that of the plan, else the first one that is not the comparison."""
        plan = (group for group in self.groups if any(each.name == PLAN for each in group.scenarios))
        return next(plan, self.groups[min(1, len(self.groups) - 1)])

    @property
    def ordered(self) -> tuple[Group, ...]:
        """All groups in the order of tables and charts: the lead, the comparison, the others."""
        first = dict.fromkeys((self.lead.name, self.compared.name))
        by_name = {group.name: group for group in self.groups}
        return tuple(by_name[name] for name in dict.fromkeys((*first, *by_name)))

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """All scenarios in that order."""
        return tuple(scenario for group in self.ordered for scenario in group.scenarios)

    @functools.cached_property
    def moves(self) -> dict[str, accounts.Moves]:
        """Moves of the groups spoken of, by their names. Raises InputError where a run's table of movers is damaged."""
        return {group.name: accounts.middle_moves(group.runs) for group in self.spoken}

    @property
    def spoken(self) -> tuple[Group, ...]:
        """Groups that get sentences, cards and lines of their own; of many, the lead and the comparison.

        The others stand in every table and file, and in charts of differences.
        """
        return self.ordered if len(self.groups) <= MOST_SPOKEN else self.ordered[:2]

    def apart(self, group: Group, read: Callable[[Run], float]) -> sample.Apart:
        """What a group has more than the comparison, pair by pair."""
        return sample.apart(group.scenarios[0], self.comparison.baseline, read)

    def label(self, group: Group, lang: str) -> str:
        """Titles of the group's scenarios; names are added where two scenarios have one title."""
        label = self.title(group.scenarios[0], lang)
        for scenario in group.scenarios[1:]:
            label = say("joined", lang, a=label, b=self.title(scenario, lang))
        return label

    def title(self, scenario: Scenario, lang: str) -> str:
        """A scenario's title, with its name where another one has the same title."""
        title = scenario.title(lang)
        same = sum(other.title(lang) == title for other in self.comparison.scenarios)
        return title if same == 1 or title == scenario.name else f"{title} ({scenario.name})"

    def out_of_step(self) -> list[tuple[Scenario, Scenario]]:
        """Pairs of scenarios with the same settings and yet different results: not made by one program."""
        groups = itertools.combinations(self.groups, 2)
        pairs = [(a, b) for one, other in groups for a in one.scenarios for b in other.scenarios]
        return [pair for pair in pairs if not accounts.differing_settings(pair)]


def find(comparison: Comparison, place: gazetteer.Place, with_people: bool = True) -> Findings:
    """Counts what the page shows; with_people: also who moved because of it, which reads every person's record."""
    others = [group[0] for group in comparison.groups if comparison.baseline not in group]
    moved = because.find_all(others, comparison.baseline) if with_people else {}
    groups = (_group(group, place.code, moved.get(group[0].name)) for group in comparison.groups)
    return Findings(comparison, place, tuple(groups))


def _group(scenarios: tuple[Scenario, ...], place: str, moved: because.Effect | None) -> Group:
    scenario = scenarios[0]
    runs = sample.runs_of(scenario)
    paths = np.array([run.values("urbanisation_rate", place) for run in runs])
    half = None
    if len(runs) >= sample.INTERVAL_NEEDS:
        low, high = np.quantile(paths, [0.25, 0.75], axis=0)
        half = (low, high)
    codes = [county.code for county in gazetteer.counties()]
    return Group(
        scenarios,
        np.median(paths, axis=0),
        sample.edges(paths) if len(runs) > 1 else None,
        half,
        _middle_change([accounts.urban_change(run, place) for run in runs]),
        sample.middle(
            scenario,
            lambda run: np.array([run.values("urbanisation_rate", code)[[0, -1]] for code in codes]),
        ),
        moved,
    )


def _middle_change(changes: list[accounts.Change]) -> accounts.Change:
    """The median of each component and of the total; of what is left over the one farthest from zero."""
    parts = {
        name: float(np.median([change.components[name] for change in changes]))
        for name in changes[0].components
    }
    total = float(np.median([change.total for change in changes]))
    return accounts.Change(parts, total, max((change.residual for change in changes), key=abs))
