"""The table that `urbsim run` prints: each target, its value and what that means, in English and Chinese."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from urbsim.facts.indicators import decimals
from urbsim.report import wording
from urbsim.report.accounts import unit_of
from urbsim.report.texts import indicator_name, say

_STYLE = {"met": "bold green", "about": "green", "missed": "bold red", "none": "dim"}


def verdict_table(targets: Sequence[Mapping[str, Any]], residents: Mapping[str, float]) -> Table:
    """One row a target.

    targets: as in summary.json; residents: target id -> residents of its place in its last month (persons),
    to say a shortfall of a share in people.
    """
    table = Table(show_lines=True)
    for header in ("Target\n目标", "Value\n模拟值", "Threshold\n目标值", "Verdict\n结论", "Short by\n差距"):
        table.add_column(header)
    for target in targets:
        state = state_of(target)
        table.add_row(
            f"{target['id']} {_both(lambda lang, t=target: _name(t, lang))}",
            _amount(target["value"], target),
            _amount(target["threshold"], target, sign=True),
            Text(_both(lambda lang, s=state: say(f"verdict_{s}", lang)), style=_STYLE[state]),
            _both(lambda lang, t=target: shortfall(t, residents.get(t["id"], math.nan), lang)),
        )
    return table


def state_of(target: Mapping[str, Any]) -> str:
    """met (strictly), about (within the tolerance only), missed, or none (the run has no such value)."""
    if target["met"] is None:
        return "none"
    return ("met" if target["met_strict"] else "about") if target["met"] else "missed"


def shortfall(target: Mapping[str, Any], residents: float, lang: str) -> str:
    """How far the value is on the wrong side of the strict threshold: points and persons, or its own unit."""
    value = target["value"]
    if value is None:
        return "-"
    gap = target["threshold"] - value if target["operator"] == ">=" else value - target["threshold"]
    if gap <= 0:
        return {"en": "none", "zh": "无"}[lang]
    if places := decimals(target["indicator"]):
        return wording.rounded(gap, places)
    if not is_share(target):
        unit = say(f"unit_{unit_of(target['indicator'])}", lang)
        number = wording.about_count(gap, lang)
        return f"{number} {unit}" if lang == "en" else number + unit
    points = wording.points(gap, 2) + {"en": " points", "zh": "个百分点"}[lang]
    if not math.isfinite(residents):
        return points
    people = wording.about_people(gap * residents, lang)
    return f"{points}, about {people} residents" if lang == "en" else f"{points}，约{people}"


def is_share(target: Mapping[str, Any]) -> bool:
    """Whether the target's indicator is a share from 0 to 1."""
    return str(target["indicator"]).endswith("_rate")


def _name(target: Mapping[str, Any], lang: str) -> str:
    when = wording.period(target["from"], target["to"], target["aggregate"], lang)
    name = indicator_name(target["indicator"], lang)
    return f"{name} {when}" if lang == "en" else f"{when}{name}"


def _amount(value: float | None, target: Mapping[str, Any], sign: bool = False) -> str:
    if value is None:
        return "-"
    text = (
        wording.percent(value, 2)
        if is_share(target)
        else wording.rounded(value, decimals(target["indicator"]))
    )
    return f"{'≥' if target['operator'] == '>=' else '≤'} {text}" if sign else text


def _both(words: Any) -> str:
    return f"{words('en')}\n{words('zh')}"
