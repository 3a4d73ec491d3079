"""Rows of the first sheet: the targets that the runs judge, then the other figures of the plan with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.tables.indicator_table.grades import grade
from urbsim.tables.indicator_table.outcomes import Counted, Outcome
from urbsim.tables.indicator_table.plan_figures import Figure

NATURE = "行动计划未标注"
_TEN_THOUSAND = 10_000.0


@dataclass(frozen=True)
class Row:
    """A line of the table. Numbers stand in `unit`, shares for percent; None is an empty cell.

    judged: whether runs say anything of it; id: of the target, or of the figure of the plan.
    """

    id: str
    judged: bool
    name: str
    unit: str
    base: float | None
    operator: str
    target: float | None
    actual: float | None
    value: float | None
    low: float | None
    high: float | None
    probability: float | None
    grade: str
    lead: str
    clause: str
    note: str
    nature: str = NATURE


def rows(figures: Sequence[Figure], found: Mapping[str, Outcome], behind: Counted) -> list[Row]:
    """Judged targets of the plan, judged targets of others, then what is not judged, in the order of the plan."""
    judged = [
        _judged(figure, found[figure.judged_by], behind) for figure in figures if figure.judged_by in found
    ]
    of_plan = {figure.judged_by for figure in figures}
    own = [_own(outcome, behind) for name, outcome in found.items() if name not in of_plan]
    rest = [_not_judged(figure) for figure in figures if figure.judged_by not in found]
    return [*judged, *own, *rest]


def _judged(figure: Figure, outcome: Outcome, behind: Counted) -> Row:
    threshold = outcome.target.threshold / figure.per
    other = (
        ()
        if figure.value is None or abs(threshold - figure.value) < 1e-9
        else ("目标值按情景所设，与行动计划不同",)
    )
    return Row(
        id=outcome.target.id, judged=True, name=figure.name, unit=figure.unit, base=figure.base,
        operator=figure.operator, target=threshold, actual=figure.actual, **_said(outcome, figure.per),
        lead=figure.lead, clause=figure.clause, note=_joined(*figure.notes, *other, *_notes(outcome, behind)),
    )  # fmt: skip


def _own(outcome: Outcome, behind: Counted) -> Row:
    """A target of the scenario's own, which no figure of the plan stands for."""
    target = outcome.target
    known = INDICATORS.get(target.indicator)
    share = known is not None and known.kind == "rate"
    per = 1.0 if share else _TEN_THOUSAND
    unit = "%" if share else "万人" if known is not None and known.unit == "person" else "万"
    return Row(
        id=target.id, judged=True, unit=unit, base=None, operator=target.operator, actual=None,
        name=f"{gazetteer.places()[target.place].name['zh']}{known.zh if known else target.indicator}",
        target=target.threshold / per, **_said(outcome, per), lead="", clause="",
        note=_joined("情景自设目标，不属行动计划", *_notes(outcome, behind)),
    )  # fmt: skip


def _not_judged(figure: Figure) -> Row:
    why = figure.why or "本批模拟未评判该目标：在情景的targets中加入plan_parts后重新模拟即可评判"
    return Row(
        id=figure.id, judged=False, name=figure.name, unit=figure.unit, base=figure.base,
        operator=figure.operator, target=figure.value, actual=figure.actual, value=None, low=None, high=None,
        probability=None, grade="", lead=figure.lead, clause=figure.clause, note=_joined(why, *figure.notes),
    )  # fmt: skip


def _said(outcome: Outcome, per: float) -> dict:
    numbers = {name: getattr(outcome, name) for name in ("value", "low", "high")}
    scaled = {name: None if number is None else number / per for name, number in numbers.items()}
    return {**scaled, "probability": outcome.chance, "grade": grade(outcome)}


def _notes(outcome: Outcome, behind: Counted) -> list[str]:
    if outcome.value is None:
        return ["本次模拟未覆盖该指标或时期"]
    if behind.runs == 1:
        return ["单次模拟，不能给出区间和概率"]
    if not behind.enough:
        draws = f"{behind.draws}组参数抽样" if behind.draws else "同一组参数"
        return [
            f"{behind.runs}次模拟（{draws}）的中位数；区间和概率至少需要{PROBABILITY_NEEDS}组参数抽样，此处不给出"
        ]
    if outcome.target.tolerance and outcome.chance_strict is not None:
        return [f"实现概率按“左右”口径；严格口径为{outcome.chance_strict:.0%}"]
    return []


def _joined(*notes: str) -> str:
    return "；".join(note for note in notes if note)
