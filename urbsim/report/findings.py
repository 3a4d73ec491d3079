"""Everything a page shows, counted once from the runs, before any word or chart is made of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbsim.facts import gazetteer
from urbsim.report import accounts, because
from urbsim.report.folders import Comparison, Run, Scenario
from urbsim.report.texts import say

Array = NDArray[np.float64]

MOST_SPOKEN = 3


@dataclass(frozen=True)
class Group:
    """Scenarios with equal results, shown as one series.

    share: urban share at the report's place, one a month; band: its 5% and 95% over the scenario's runs,
    or None; shares: urban share of each county, shape (counties, 2), on the base night and at the end;
    moves: from movers; because: who it moved, None where no pair of runs can say.
    """

    scenarios: tuple[Scenario, ...]
    share: Array
    band: tuple[Array, Array] | None
    change: accounts.Change
    shares: Array
    moves: accounts.Moves
    because: because.Effect | None = None

    @property
    def run(self) -> Run:
        return self.scenarios[0].shown

    @property
    def name(self) -> str:
        return self.scenarios[0].name


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
    def spoken(self) -> tuple[Group, ...]:
        """Groups that get sentences, maps and panels of their own; of many, the comparison and the first other one.

        The others stand in every chart with a line or bar for each scenario, in tables and in files.
        """
        return self.groups if len(self.groups) <= MOST_SPOKEN else self.groups[:2]

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


def find(comparison: Comparison, place: gazetteer.Place) -> Findings:
    """Counts what the page shows."""
    baseline = comparison.baseline
    return Findings(
        comparison, place, tuple(_group(scenarios, place.code, baseline) for scenarios in comparison.groups)
    )


def _group(scenarios: tuple[Scenario, ...], place: str, baseline: Scenario) -> Group:
    run = scenarios[0].shown
    runs = scenarios[0].runs
    band = None
    if len(runs) > 1:
        low, high = np.quantile([r.values("urbanisation_rate", place) for r in runs], [0.05, 0.95], axis=0)
        band = (low, high)
    shares = np.array(
        [run.values("urbanisation_rate", county.code)[[0, -1]] for county in gazetteer.counties()]
    )
    return Group(
        scenarios,
        run.values("urbanisation_rate", place),
        band,
        accounts.urban_change(run, place),
        shares,
        accounts.moves(run),
        None if baseline in scenarios else because.find(scenarios[0], baseline),
    )
