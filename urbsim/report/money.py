"""What the levers cost, and what one more urban resident or job costs against the comparison (ODD equation F5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbsim.facts.gazetteer import PROVINCE
from urbsim.facts.indicators import PRICED
from urbsim.report import accounts, wording
from urbsim.report.findings import Findings, Group
from urbsim.report.folders import Run, Scenario
from urbsim.report.tables import Table
from urbsim.report.texts import measure_name, say
from urbsim.results import stored_table
from urbsim.results.loading import StoredRun
from urbsim.results.seal import FULFILMENT, SPENDING
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import NotPriced
from urbsim.scenario.measures import PROGRAMMES

if TYPE_CHECKING:
    from urbsim.results.stored_table import Kind

KINDS, PARTS = ("capital", "running"), ("committed", "additional")
_UNIT = {"en": 1e6, "zh": 1e8}  # unit: million yuan, 亿元
_COLUMNS: dict[str, Kind] = {"lever": "text", "part": "text", "kind": "text", "yuan": "whole"}
_OF_FULFILMENT: dict[str, Kind] = {"lever": "text", "planned": "count", "due": "count", "delivered": "count"}


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
    frame = table.to_pandas()
    sums: dict[tuple[str, str], int] = {}
    for column in ("part", "kind"):
        by = frame.groupby(["lever", column], observed=True)["yuan"].sum()
        sums |= {(str(lever), str(word)): int(yuan) for (lever, word), yuan in by.items()}  # type: ignore[misc]

    def both(lever: str, words: tuple[str, str]) -> tuple[int, int]:
        return sums.get((lever, words[0]), 0), sums.get((lever, words[1]), 0)

    levers = {lever for lever, _ in sums}
    return [Spent(key, both(key, KINDS), both(key, PARTS)) for key in CATALOGUE if key in levers]


@dataclass(frozen=True)
class Price:
    """A scenario against the comparison, a pair of runs each: (pairs,) more yuan and more of what is gained."""

    more_yuan: np.ndarray
    gained: np.ndarray

    @property
    def of_one(self) -> float:
        """Yuan for one more: mean over mean; NaN where nothing is gained on average."""
        gained = float(self.gained.mean()) if self.gained.size else 0.0
        return float(self.more_yuan.mean()) / gained if gained > 0 else np.nan

    @property
    def by_pair(self) -> np.ndarray:
        """Yuan for one more in each pair in which something is gained."""
        some = self.gained > 0
        return self.more_yuan[some] / self.gained[some]


def price(scenario: Scenario, baseline: Scenario, gain: str) -> Price:
    """What one more of `gain`, of `PRICED`, costs in a scenario (ODD equation F5)."""
    others = {run.key: run for run in baseline.runs}
    pairs = [(run, others[run.key]) for run in scenario.runs if run.key in others]

    def apart(indicator: str, aggregate: str) -> np.ndarray:
        return np.array([_value(a, indicator, aggregate) - _value(b, indicator, aggregate) for a, b in pairs])

    return Price(apart("fiscal_cost_yuan", "sum"), apart(gain, PRICED[gain]))


def _value(run: Run, indicator: str, aggregate: str) -> float:
    values = run.values(indicator, PROVINCE)
    return float(values[-1] if aggregate == "last" else values[1:].sum())


def prices(findings: Findings, lang: str) -> Table | None:
    """What each scenario costs, and each more than the comparison; None where the runs have no ledger."""
    baseline = findings.comparison.baseline
    if not np.isfinite(_value(baseline.shown, "fiscal_cost_yuan", "sum")):
        return None
    head = [say("scenario", lang), say("money_all", lang), say("money_more", lang)]
    head += [say(f"money_{gain}", lang) for gain in PRICED]
    rows = []
    for scenario in (baseline, *(s for s in findings.comparison.scenarios if s is not baseline)):
        found = [price(scenario, baseline, gain) for gain in PRICED]
        whole = float(np.mean([_value(run, "fiscal_cost_yuan", "sum") for run in scenario.runs]))
        row = [findings.title(scenario, lang), amount(whole, lang)]
        if scenario is baseline or not found[0].more_yuan.size:
            row += [say("unset", lang)] * (1 + len(PRICED))
        else:
            row += [wording.signed(amount(float(found[0].more_yuan.mean()), lang))]
            row += [_of_one(each, lang) for each in found]
        rows.append(row)
    return Table(say("money_prices", lang), head, rows)


def _of_one(found: Price, lang: str) -> str:
    """Yuan for one more, with the lowest and highest pair, and in how many pairs nothing is gained."""
    if not np.isfinite(found.of_one):
        return say("money_no_gain", lang)
    text, by_pair = wording.rounded(found.of_one, -2), found.by_pair
    if found.gained.size > 1:
        low, high = (wording.rounded(float(value), -2) for value in (by_pair.min(), by_pair.max()))
        text = say("effects_range", lang, mean=text, low=low, high=high)
    none = int((found.gained <= 0).sum())
    return say("money_some", lang, text=text, n=none, of=found.gained.size) if none else text


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
    return (amount(yuan, lang) for yuan in (*one.kinds, *one.parts, sum(one.parts)))


def cut(findings: Findings, group: Group, lang: str) -> Table | None:
    """What a rate or an envelope cut of each additional dose; None where everything was carried out in time."""
    file = group.run.folder / FULFILMENT
    if not file.is_file():
        return None
    table = stored_table.read(file, _OF_FULFILMENT, ["lever"])
    sums = table.to_pandas().groupby("lever", observed=True)[["planned", "due", "delivered"]].sum()
    head = [
        say("money_lever", lang),
        *(say(f"money_{word}", lang) for word in ("planned", "delivered", "cut")),
    ]
    head += [say("money_unpaid", lang)]
    rows = []
    for key in (key for key in CATALOGUE if key in sums.index):
        planned, due, delivered = (float(units) for units in sums.loc[key])
        shown = planned, delivered, planned - delivered, due - delivered
        rows.append([CATALOGUE[key].name_and_unit(lang), *(wording.rounded(units, 0) for units in shown)])
    return Table(say("money_fulfilment", lang, name=findings.label(group, lang)), head, rows)


def not_priced(findings: Findings, lang: str) -> Table | None:
    """Levers of the scenarios that no ledger holds, and why; None where every lever has a price."""
    used = {lever for scenario in findings.comparison.scenarios for lever in _levers_of(scenario)}
    rows = [
        [measure_name(key, lang), getattr(lever.cost, lang)]
        for key, lever in CATALOGUE.items()
        if key in used and isinstance(lever.cost, NotPriced)
    ]
    head = [say("money_lever", lang), say("money_why", lang)]
    return Table(say("money_not_priced", lang), head, rows, frozenset({0, 1})) if rows else None


def _levers_of(scenario: Scenario) -> Iterator[str]:
    """Keys of the levers of which a scenario says anything, committed or additional."""
    for path, value in accounts.settings(scenario).items():
        part, _, lever = path.partition(".")
        if part in ("levers", "committed") and value:
            yield lever


def amount(yuan: float, lang: str) -> str:
    """Money in the unit of a language: million yuan, or 亿元."""
    return wording.rounded(yuan / _UNIT[lang], 0 if lang == "en" else 2)


def priced_rows(findings: Findings) -> Iterator[list[object]]:
    """Rows of price.csv: scenario, gain, pair, more yuan, gained."""
    baseline = findings.comparison.baseline
    for scenario in findings.comparison.scenarios:
        if scenario is not baseline:
            for gain in PRICED:
                found = price(scenario, baseline, gain)
                for k, (yuan, gained) in enumerate(zip(found.more_yuan, found.gained, strict=True)):
                    if np.isfinite(yuan):
                        yield [scenario.name, gain, k + 1, int(yuan), round(float(gained), 3)]
