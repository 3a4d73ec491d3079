"""How far the results of runs lie apart: targets, indicators of the province, and where two runs begin to differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from urbsim.calendar import month_number, month_text
from urbsim.compare.sides import Pair
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS, PRICED
from urbsim.results.loading import StoredRun
from urbsim.results.price import Price, price
from urbsim.tables.price import apart, figures_of
from urbsim.tables.rows import monthly, timed
from urbsim.tables.selection import RUN, Selection

StoredPair = tuple[StoredRun, StoredRun]


@dataclass(frozen=True)
class Change:
    """One figure on both sides: means over the pairs.

    name: of an indicator, or the id of a target; period: such as 2023-12; difference: b less a; error: standard error
    of its mean over pairs, None for one pair; met: how many runs of either side meet the target, None for an indicator.
    """

    name: str
    indicator: str
    period: str
    a: float
    b: float
    difference: float
    error: float | None
    met: tuple[int, int] | None = None

    @property
    def relative(self) -> float | None:
        """The difference over the size of `a`; None where that is 0."""
        return self.difference / abs(self.a) if self.a else None

    @property
    def size(self) -> float:
        """What changes are ranked by: their relative size, endless where something came from nothing."""
        return abs(self.relative) if self.relative is not None else math.inf if self.difference else 0.0


@dataclass(frozen=True)
class Outcome:
    """Two scenarios, or one in two versions: what all pairs of their runs say together, the largest change first.

    prices: what one more costs in b against a, by what is gained (ODD equation F5); none of one scenario.
    """

    a: str
    b: str
    pairs: int
    targets: tuple[Change, ...]
    indicators: tuple[Change, ...]
    prices: Mapping[str, Price]


@dataclass(frozen=True)
class First:
    """Where two runs begin to differ: month, an indicator and a place, and how many figures differ in that month."""

    month: str
    indicator: str
    place: str
    a: float | None
    b: float | None
    figures: int


def outcomes(pairs: Sequence[Pair]) -> list[Outcome]:
    """What the pairs of stored runs say, by the scenarios that are set against each other."""
    groups: dict[tuple[str, str], list[StoredPair]] = {}
    for a, b in pairs:
        if a.stored is not None and b.stored is not None:
            groups.setdefault((a.key.scenario, b.key.scenario), []).append((a.stored, b.stored))
    return [
        Outcome(*names, len(group), ranked(_targets(group)), ranked(_indicators(group)), _prices(group))
        for names, group in groups.items()
    ]


def _targets(group: Sequence[StoredPair]) -> Iterator[Change]:
    """Targets that both sides have and all runs give a value for."""
    each = [
        tuple({target["id"]: target for target in run.summary["targets"]} for run in pair) for pair in group
    ]
    for name, target in each[0][0].items():
        found = [(a.get(name), b.get(name)) for a, b in each]
        judged = [(a, b) for a, b in found if a and b and a["value"] is not None and b["value"] is not None]
        if len(judged) == len(group):
            values = [(a["value"], b["value"]) for a, b in judged]
            met = sum(a["met"] for a, _ in judged), sum(b["met"] for _, b in judged)
            yield _change(name, target["indicator"], _span(target), values, met)


def _prices(group: Sequence[StoredPair]) -> dict[str, Price]:
    """What one more costs in the second scenario, of runs that share draw and seed and are as long."""
    if any(
        a.key[0] == b.key[0] or a.key[1:] != b.key[1:] or a.scenario["until"] != b.scenario["until"]
        for a, b in group
    ):
        return {}
    each = [(a.draw, figures_of(b), figures_of(a)) for a, b in group]
    return {gain: price(apart(*one, gain) for one in each) for gain in PRICED}


def _span(target: dict[str, str]) -> str:
    return target["to"] if target["aggregate"] == "last" else f"{target['from']}..{target['to']}"


def _indicators(group: Sequence[StoredPair]) -> Iterator[Change]:
    """Every indicator of the province: stocks and rates in the last month that all runs have, flows added up to it."""
    last = min(month_number(run.scenario["until"]) for pair in group for run in pair)
    selection = Selection(tuple(INDICATORS), (gazetteer.PROVINCE,), RUN, last=last)
    each = [tuple(_figures(run, selection) for run in pair) for pair in group]
    for name in INDICATORS:
        if all(name in figures for pair in each for figures in pair):
            spans = {figures[name][0] for pair in each for figures in pair}
            if len(spans) == 1:  # a flow of two bases covers other months
                yield _change(name, name, spans.pop(), [(a[name][1], b[name][1]) for a, b in each])


def _figures(run: StoredRun, selection: Selection) -> dict[str, tuple[str, float]]:
    """Indicator -> period and value."""
    frame = timed(monthly(run, selection), selection)
    return {
        str(name): (str(period), float(value))
        for name, period, value in zip(frame["indicator"], frame["period"], frame["value"], strict=True)
    }


def _change(
    name: str,
    indicator: str,
    period: str,
    values: Sequence[tuple[float, float]],
    met: tuple[int, int] | None = None,
) -> Change:
    differences = [b - a for a, b in values]
    error = stdev(differences) / math.sqrt(len(values)) if len(values) > 1 else None
    a, b = fmean(a for a, _ in values), fmean(b for _, b in values)
    return Change(name, indicator, period, a, b, fmean(differences), error, met)


def ranked(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes from the largest."""
    return tuple(sorted(changes, key=lambda change: -change.size))


def first_difference(a: StoredRun, b: StoredRun) -> First | None:
    """The first month in which any figure of any place differs, and there a county's before sums; None if none does.

    Months and figures that only one of the runs has are not compared.
    """
    codes = [place.code for place in (*gazetteer.counties(), *gazetteer.prefectures())]
    selection = Selection(tuple(INDICATORS), (*codes, gazetteer.PROVINCE), (*RUN, "month"))
    keys = ["number", "indicator", "place"]
    both = monthly(a, selection).merge(monthly(b, selection), on=keys, suffixes=("_a", "_b"))
    other = both.loc[both["value_a"] != both["value_b"]]
    if not len(other):
        return None
    here = other.loc[other["number"] == other["number"].min()].sort_values(by=["place", "indicator"])
    row = here.iloc[0]
    month = month_text(int(row["number"]))
    return First(
        month, row["indicator"], row["place"], float(row["value_a"]), float(row["value_b"]), len(here)
    )
