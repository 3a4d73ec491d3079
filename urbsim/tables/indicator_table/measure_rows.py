"""Rows of the second sheet: every measure of the plan, what a scenario delivers under it, and what that cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbsim.facts.register import observations
from urbsim.report.money import Spent, spent
from urbsim.report.texts import measure_name, setting_value
from urbsim.results.loading import StoredRun
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import Lever, NotPriced
from urbsim.scenario.measures import EVIDENCE, STATUSES, Measure, measures
from urbsim.tables.summary import exchangeable

_MILLION = 1e6
_PARTS = {"levers": "情景新增", "committed": "既定"}
_NONE_DOSED = "本情景未设"


@dataclass(frozen=True)
class MeasureRow:
    """A measure. doses: a line a lever; capital, running, additional: million yuan over the run, the mean of the runs,
    None where the runs have no ledger or none of its levers a price of its own here; note: what its cost leaves out."""

    id: str
    heading: str
    lead: str
    doses: tuple[str, ...]
    capital: float | None
    running: float | None
    additional: float | None
    status: str
    evidence: str
    weakest: str
    note: str


def measure_rows(runs: Sequence[StoredRun]) -> list[MeasureRow]:
    """All measures in the order of the plan. runs: of one scenario, at least one."""
    used = exchangeable(runs)
    ledger = _mean_ledger(used)
    return [_row(measure, used[0].scenario, ledger) for measure in measures().values()]


def _row(measure: Measure, scenario: Mapping[str, Any], ledger: Mapping[str, np.ndarray]) -> MeasureRow:
    levers = [CATALOGUE[key] for key in measure.levers if key in CATALOGUE]
    mine = [ledger[lever.key] for lever in levers if lever.key in ledger and _payer(lever) == measure.id]
    capital, running, additional = np.sum(mine, axis=0).tolist() if mine else (None, None, None)
    return MeasureRow(
        id=measure.id,
        heading=measure.heading["zh"],
        lead=measure.lead["zh"],
        doses=tuple(line for lever in levers for line in _doses(lever, measure.id, scenario)),
        capital=capital,
        running=running,
        additional=additional,
        status=STATUSES[measure.status]["zh"],
        evidence=EVIDENCE[measure.evidence]["zh"],
        weakest=measure.weakest["zh"],
        note=_cost_note(measure, levers, ledger),
    )


def _payer(lever: Lever) -> str:
    """The measure under which the whole cost of a lever stands, so that it is counted once."""
    return lever.measures[0]


def _cost_note(measure: Measure, levers: Iterable[Lever], ledger: Mapping[str, np.ndarray]) -> str:
    elsewhere = [
        f"“{lever.name('zh')}”的支出计入{_payer(lever)}"
        for lever in levers
        if lever.key in ledger and _payer(lever) != measure.id
    ]
    free = [f"“{lever.name('zh')}”未定价" for lever in levers if isinstance(lever.cost, NotPriced)]
    return "；".join([*elsewhere, *free])


def _mean_ledger(runs: Sequence[StoredRun]) -> dict[str, np.ndarray]:
    """Lever -> (capital, running, additional) in million yuan, the mean over the runs."""
    each = [{one.lever: _amounts(one) for one in spent(run)} for run in runs]
    keys = dict.fromkeys(key for of in each for key in of)
    nothing = np.zeros(3)
    return {key: np.mean([of.get(key, nothing) for of in each], axis=0) for key in keys}


def _amounts(one: Spent) -> np.ndarray:
    return np.array([*one.kinds, one.parts[1]], dtype=np.float64) / _MILLION


def _doses(lever: Lever, measure: str, scenario: Mapping[str, Any]) -> Iterator[str]:
    """`公共租赁住房：情景新增15,000套（2021-11至2023-12）；既定5,000套（…）`, or that the scenario sets nothing."""
    said = []
    for part, word in _PARTS.items():
        group, _, name = lever.key.partition(".")
        value = (scenario.get(part) or {}).get(group, {}).get(name)
        if lever.items and isinstance(value, Mapping):
            value = {item: of for item, of in value.items() if measure in lever.measures_of(item)}
        if value:
            said.append(word + _amount(lever, part, value))
    yield f"{measure_name(lever.key, 'zh')}：{'；'.join(said) or _NONE_DOSED}"


def _amount(lever: Lever, part: str, value: Any) -> str:
    if isinstance(value, Mapping) and value.get("total") is not None:
        where = "，限指定地区" if value.get("places") else ""
        unit = lever.unit.zh if lever.unit else ""
        return f"{value['total']:,.10g}{unit}（{value['from']}至{value['to']}{where}）"
    if lever.items and isinstance(value, Mapping):
        return "、".join(_item(item, of) for item, of in value.items())
    if lever.kind == "months" and isinstance(value, Mapping):
        return _openings(value)
    return f"：{setting_value(f'{part}.{lever.key}', value, 'zh')}"


def _openings(months: Mapping[str, str]) -> str:
    """Railway lines by number and months: no table of facts gives their names in Chinese."""
    open_in = sorted(month for month in months.values() if month != "never")
    span = "至".join(dict.fromkeys((open_in[0], open_in[-1]))) + "开通" if open_in else "不开通"
    closed = len(months) - len(open_in)
    rest = f"，另{closed}条不开通" if open_in and closed else ""
    return f"{len(open_in) or closed}条线路（{span}{rest}）"


def _item(name: str, value: Any) -> str:
    """An entry of a lever that has several, such as a travel circle by its name."""
    known = {row["circle"]: row["name_zh"] for row in observations("travel_circles").to_dict("records")}
    if isinstance(value, Mapping) and "share" in value:
        return f"{known.get(name, name)}达到规划时间的{value['share']:.0%}（{value['from']}至{value['to']}）"
    return f"{known.get(name, name)} {setting_value(name, value, 'zh')}"
