"""What the levers cost, and what one more urban resident or job costs against the comparison (ODD equation F5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbsim.facts import gazetteer
from urbsim.facts.gazetteer import PROVINCE
from urbsim.facts.indicators import PRICED
from urbsim.report import accounts, sample, wording
from urbsim.report.findings import Findings, Group
from urbsim.report.folders import Run, Scenario
from urbsim.report.tables import Table
from urbsim.report.texts import measure_name, say
from urbsim.results import stored_table
from urbsim.results.loading import StoredRun
from urbsim.results.price import Apart, Price
from urbsim.results.price import price as price_of
from urbsim.results.seal import FULFILMENT, LAND, SPENDING
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import NotPriced
from urbsim.scenario.measures import PROGRAMMES

if TYPE_CHECKING:
    from urbsim.results.stored_table import Kind

KINDS, PARTS = ("capital", "running"), ("committed", "additional")
_COLUMNS: dict[str, Kind] = {"lever": "text", "part": "text", "kind": "text", "yuan": "whole"}
_OF_FULFILMENT: dict[str, Kind] = {
    "lever": "text", "planned": "count", "due": "count", "on_land": "count",
    "delivered": "count",
}  # fmt: skip

_OF_LAND: dict[str, Kind] = {
    "place": "text", "quota": "count", "beside": "count", "due": "count", "on_land": "count",
}  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """Yuan of one lever over a run, by kind and by part; each pair has the same sum."""

    lever: str
    kinds: tuple[int, int]
    parts: tuple[int, int]


def spent(run: Run | StoredRun) -> list[Spent]:
    """What each lever cost, in the order of the catalogue; empty where a run has no ledger."""
    file = run.folder / SPENDING
    if not file.is_file():
        return []
    table = stored_table.read(file, _COLUMNS, ["lever", "part", "kind"])
    if not table.num_rows:
        return []
    yuan = stored_table.numbers(table["yuan"])
    lever_at, levers = stored_table.coded(table["lever"])
    sums: dict[tuple[str, str], int] = {}
    for column in ("part", "kind"):
        at, words = stored_table.coded(table[column])
        of_both = np.zeros((len(levers), len(words)), np.int64)
        np.add.at(of_both, (lever_at, at), yuan)
        sums |= {
            (lever, word): int(of_both[i, j])
            for i, lever in enumerate(levers)
            for j, word in enumerate(words)
        }

    def both(lever: str, words: tuple[str, str]) -> tuple[int, int]:
        return sums.get((lever, words[0]), 0), sums.get((lever, words[1]), 0)

    return [Spent(key, both(key, KINDS), both(key, PARTS)) for key in CATALOGUE if key in levers]


def price(scenario: Scenario, baseline: Scenario, gain: str) -> Price:
    """What one more of `gain`, of `PRICED`, costs in a scenario (ODD equation F5)."""
    return price_of(_apart(scenario, baseline, gain))


def _apart(scenario: Scenario, baseline: Scenario, gain: str) -> list[Apart]:
    """A scenario against the comparison, a pair of runs each."""
    others = {run.key: run for run in baseline.runs}
    pairs = [(run, others[run.key]) for run in scenario.runs if run.key in others]
    return [
        Apart(run.draw, _less(run, other, *_MONEY), _less(run, other, gain, PRICED[gain]))
        for run, other in pairs
    ]


def _less(run: Run, other: Run, indicator: str, aggregate: str) -> float:
    return _value(run, indicator, aggregate) - _value(other, indicator, aggregate)


_MONEY = ("fiscal_cost_yuan", "sum")


def _value(run: Run, indicator: str, aggregate: str) -> float:
    values = run.values(indicator, PROVINCE)
    return float(values[-1] if aggregate == "last" else values[1:].sum())


def prices(findings: Findings, lang: str) -> Table | None:
    """What each scenario costs, and each more than the comparison; None where the runs have no ledger."""
    baseline = findings.comparison.baseline
    if not np.isfinite(_value(baseline.shown, *_MONEY)):
        return None
    head = [say("scenario", lang), say("money_all", lang), say("money_more", lang)]
    head += [say(f"money_{gain}", lang) for gain in PRICED]
    rows, coarse = [], _is_coarse(findings)
    for scenario in findings.scenarios:
        whole = float(sample.middle(scenario, _yuan))
        row = [findings.title(scenario, lang), wording.money(whole, lang, coarse)]
        found = [] if scenario is baseline else [price(scenario, baseline, gain) for gain in PRICED]
        if not found or found[0].more_yuan.mean is None:
            row += [say("unset", lang)] * (1 + len(PRICED))
        else:
            row += [_more(findings, scenario, coarse, lang), *(of_one(each, lang) for each in found)]
        rows.append(row)
    return Table(say("money_prices", lang), head, rows)


def said(findings: Findings, lang: str) -> list[str]:
    """A sentence or two for each scenario that costs more than the comparison: how much, and the price of one more."""
    baseline = findings.comparison.baseline
    sentences, coarse = [], _is_coarse(findings)
    for scenario in _others(findings):
        residents, jobs = (price(scenario, baseline, gain) for gain in PRICED)
        if residents.more_yuan.mean is not None and residents.status != "no_more_cost":
            names = {"name": findings.title(scenario, lang), "other": findings.title(baseline, lang)}
            texts = {"residents": of_one(residents, lang), "jobs": of_one(jobs, lang)}
            more = _more(findings, scenario, coarse, lang).removeprefix("+")
            sentences.append(say("money_said", lang, more=more, **names, **texts))
    return sentences


def _others(findings: Findings) -> list[Scenario]:
    baseline = findings.comparison.baseline
    return [scenario for scenario in findings.comparison.scenarios if scenario is not baseline]


def more(findings: Findings, scenario: Scenario) -> sample.Apart:
    """Yuan that a scenario spends more than the comparison, pair by pair."""
    return sample.apart(scenario, findings.comparison.baseline, _yuan)


def _yuan(run: Run) -> float:
    return _value(run, *_MONEY)


def _is_coarse(findings: Findings) -> bool:
    """Whether what scenarios spend more is told to a hundred million yuan."""
    return wording.is_coarse(more(findings, scenario).middle for scenario in _others(findings))


def _more(findings: Findings, scenario: Scenario, coarse: bool, lang: str) -> str:
    """More money than the comparison: the median, and of many pairs what 5% and 95% of them lie below.

    coarse: as `_is_coarse` says of all scenarios.
    """
    found = more(findings, scenario)
    middle, low, high = (wording.money(yuan, lang, coarse) for yuan in (found.middle, found.low, found.high))
    if found.pairs < sample.INTERVAL_NEEDS:
        return wording.signed(middle)
    return say("money_range", lang, middle=wording.signed(middle), low=low, high=high)


def of_one(found: Price, lang: str) -> str:
    """Yuan for one more, to two figures, or why they cannot be told (ODD equation F5)."""
    each = {
        name: wording.price(value, lang) for name, value in vars(found.yuan_each).items() if value is not None
    }
    gains = round((found.gained_in or 0.0) * found.draws)
    word = found.status
    if word == "few_draws" and not each:
        word = "cannot_be_told"
    return say(f"money_{word}", lang, **each, gains=gains, draws=found.draws, pairs=found.pairs)


def ledger(findings: Findings, group: Group, lang: str) -> Table | None:
    """What each lever costs in a scenario, by programme of the plan; None where there is nothing."""
    found = spent(group.run)
    if not found:
        return None
    head = [say("money_lever", lang), *(say(f"money_{word}", lang) for word in (*KINDS, *PARTS, "sum"))]
    rows: list[list[str]] = []
    for letter, name in PROGRAMMES.items():
        mine = [one for one in found if CATALOGUE[one.lever].measures[0].startswith(letter)]
        if mine:
            rows.append([name[lang]])
            rows += [[measure_name(one.lever, lang), *_cells(one, lang)] for one in mine]
    sums = (np.sum([getattr(one, by) for one in found], axis=0).tolist() for by in ("kinds", "parts"))
    rows.append([say("money_sum", lang), *_cells(Spent("", *map(tuple, sums)), lang)])  # type: ignore[arg-type]
    return Table(say("money_ledger", lang, name=findings.label(group, lang)), head, rows)


def _cells(one: Spent, lang: str) -> Iterator[str]:
    return (wording.money(yuan, lang) for yuan in (*one.kinds, *one.parts, sum(one.parts)))


def cut(findings: Findings, group: Group, lang: str) -> Table | None:
    """What a rate or a limit cut of each additional dose; None where everything was carried out in time."""
    file = group.run.folder / FULFILMENT
    if not file.is_file():
        return None
    table = stored_table.read(file, _OF_FULFILMENT, ["lever"])
    sums = table.to_pandas().groupby("lever", observed=True)[[*_OF_FULFILMENT][1:]].sum()
    head = [
        say("money_lever", lang),
        *(say(f"money_{word}", lang) for word in ("planned", "delivered", "cut")),
    ]
    head += [say("money_landless", lang), say("money_unpaid", lang)]
    rows = []
    for key in (key for key in CATALOGUE if key in sums.index):
        planned, due, on_land, delivered = (float(units) for units in sums.loc[key])
        shown = planned, delivered, planned - delivered, due - on_land, on_land - delivered
        rows.append([CATALOGUE[key].name_and_unit(lang), *(wording.rounded(units, 0) for units in shown)])
    return Table(say("money_fulfilment", lang, name=findings.label(group, lang)), head, rows)


def land(findings: Findings, group: Group, lang: str) -> Table | None:
    """Hectares that each place was short of, by its quota; None where no quota of places cut anything."""
    file = group.run.folder / LAND
    if not file.is_file():
        return None
    frame = stored_table.read(file, _OF_LAND, ["place"]).to_pandas()
    by_place = frame.groupby("place", observed=True, sort=True)
    sums = by_place[["due", "on_land"]].sum().join(by_place[["quota", "beside"]].first())
    words = ("quota", "beside", "due", "on_land", "short")
    head = [say("money_place", lang), *(say(f"money_{word}", lang) for word in words)]
    rows = []
    for code, one in sums.iterrows():
        hectares = one["quota"], one["beside"], one["due"], one["on_land"], one["due"] - one["on_land"]
        rows.append(
            [
                gazetteer.places()[str(code)].name[lang],
                *(wording.rounded(float(each), 0) for each in hectares),
            ]
        )
    return Table(say("money_land", lang, name=findings.label(group, lang)), head, rows)


def not_priced(findings: Findings, lang: str) -> Table | None:
    """Levers of the scenarios that no ledger holds, and why; None where every lever has a price."""
    used = {lever for scenario in findings.comparison.scenarios for lever in levers_of(scenario)}
    rows = [
        [measure_name(key, lang), getattr(lever.cost, lang)]
        for key, lever in CATALOGUE.items()
        if key in used and isinstance(lever.cost, NotPriced)
    ]
    head = [say("money_lever", lang), say("money_why", lang)]
    return Table(say("money_not_priced", lang), head, rows, frozenset({0, 1})) if rows else None


def levers_of(scenario: Scenario) -> Iterator[str]:
    """Keys of the levers of which a scenario says anything, committed or additional."""
    for path, value in accounts.settings(scenario).items():
        part, _, lever = path.partition(".")
        if part in ("levers", "committed") and value:
            yield lever


def priced_rows(findings: Findings) -> Iterator[list[object]]:
    """Rows of price.csv: scenario, gain, pair, more yuan, gained."""
    for scenario in _others(findings):
        for gain in PRICED:
            for k, pair in enumerate(_apart(scenario, findings.comparison.baseline, gain)):
                if np.isfinite(pair.more_yuan):
                    yield [scenario.name, gain, k + 1, int(pair.more_yuan), round(pair.gained, 3)]


INTERVALS = ("scenario", "against", "gain", *Price("no_ledger", 0, 0).flat())
"""Columns of price_intervals.csv."""


def interval_rows(findings: Findings) -> Iterator[list[object]]:
    """Rows of price_intervals.csv: what one more costs, and how sure that is; empty cells where it cannot be told."""
    baseline = findings.comparison.baseline
    for scenario in _others(findings):
        for gain in PRICED:
            numbers = price(scenario, baseline, gain).flat().values()
            cells = [
                "" if value is None else f"{value:.6g}" if isinstance(value, float) else value
                for value in numbers
            ]
            yield [scenario.name, baseline.name, gain, *cells]
