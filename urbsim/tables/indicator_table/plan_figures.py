"""Every figure of the plan as the indicator table words it: unit, base, target, who leads and by which sentence."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from urbsim.facts.register import register
from urbsim.paths import scenarios_dir
from urbsim.report.texts import measure_name
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.measures import NO_LEAD, PROGRAMMES, Measure, measures
from urbsim.scenario.reader import load_targets

BASE_YEAR, LAST_COUNTED = 2020, 2021
"""The year of the base, and the last one of which the register gives what came out."""
_SECTION = {"A": "一", "B": "二", "C": "三", "D": "四"}
_GOAL = "一、总体要求（二）行动目标"
_PERCENT = "%"
_NUMBER = re.compile(r"\d+(\.\d+)?")
_TARGET_FILES = ("plan_2021_2023", "plan_parts")


@dataclass(frozen=True)
class Figure:
    """A target of the plan.

    id: of plan_targets; judged_by: id of the target in `scenarios/targets/` by which runs judge it, empty for none;
    name, unit, lead, clause: in Chinese; per: how many of the unit of an indicator make one of `unit` (1 for shares);
    operator: about, >=, <= or =; value, base, actual: in `unit`, shares for percent, None where nothing is known;
    notes: on the base, the date and how it is read; why: why runs do not judge it.
    """

    id: str
    judged_by: str
    name: str
    unit: str
    per: float
    operator: str
    value: float | None
    base: float | None
    actual: float | None
    lead: str
    clause: str
    notes: tuple[str, ...]
    why: str

    @property
    def is_share(self) -> bool:
        """Whether its numbers are shares from 0 to 1."""
        return self.unit == _PERCENT


@cache
def figures() -> tuple[Figure, ...]:
    """All of them, in the order of the plan."""
    worded, reasons = _rows("indicator_table"), _rows("not_judged")
    known = register().rows("plan_targets")
    return tuple(_figure(row, worded[row["target_id"]], reasons.get(row["target_id"])) for row in known)


def _rows(name: str) -> dict[str, dict[str, str]]:
    with (scenarios_dir() / "targets" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return {row["target_id"]: row for row in csv.DictReader(stream)}


def _figure(row: Mapping[str, str], worded: Mapping[str, str], reason: Mapping[str, str] | None) -> Figure:
    measure = measures().get(worded["measure"])
    is_share, per = worded["unit_zh"] == _PERCENT, float(worded["per"])

    def shown(text: str) -> float | None:
        """A plain number in the unit of the table; nothing where the register has none, or words beside it."""
        return float(text) / per if _NUMBER.fullmatch(text) else None

    base, of_base_year = shown(row["baseline_value"]), row["baseline_year"] == str(BASE_YEAR)
    notes = []
    if base is not None and not of_base_year:
        notes.append(f"已知最近的基数为{row['baseline_year']}年{base:{'.2%' if is_share else ',.10g'}}")
    if not row["deadline"]:
        notes.append("行动计划未写明完成年份")
    if worded["judged_by"] in _readings():
        notes.append(_readings()[worded["judged_by"]])
    return Figure(
        id=row["target_id"],
        judged_by=worded["judged_by"],
        name=row["name_zh"],
        unit=worded["unit_zh"],
        per=1.0 if is_share else per,
        operator=row["operator"],
        value=shown(row["value"]),
        base=base if of_base_year else None,
        actual=shown(row[f"outcome_{LAST_COUNTED}"]),
        lead=worded["lead_zh"] or (measure.lead if measure else NO_LEAD)["zh"],
        clause=f"{_place_in_plan(measure)}：{worded['clause_zh']}。",
        notes=tuple(notes),
        why=_named(reason["why_zh"]) if reason else "",
    )


@cache
def _readings() -> dict[str, str]:
    """How the plan's words were turned into a number, by id of the target."""
    targets = [target for file in _TARGET_FILES for target in load_targets(file)]
    return {target.id: target.note.zh.rstrip("。") for target in targets if target.note}


def _place_in_plan(measure: Measure | None) -> str:
    """Where the plan says it: the goal, or programme and item; an item only where the copy read has its heading."""
    if measure is None:
        return _GOAL
    letter = measure.programme
    place = f"二、主要任务（{_SECTION[letter]}）{PROGRAMMES[letter]['zh']}"
    item = f"{measure.id[1:]}．{measure.heading['zh']}" if measure.heading_zh_is == "heading" else ""
    return f"{place} {item}".strip()


def _named(text: str) -> str:
    """A reason with levers by their names instead of their keys."""

    def name(found: re.Match[str]) -> str:
        return f"“{measure_name(found[0], 'zh')}”" if found[0] in CATALOGUE else found[0]

    return re.sub(r"[a-z]+\.[a-z_]+", name, text)
