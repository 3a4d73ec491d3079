"""The register of measures: what the plan asks for, who leads, how the model carries it, and how far that is known."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.paths import scenarios_dir

STATUSES = {
    "modelled": {"en": "as the plan words it", "zh": "已按计划表述建模"},
    "partial": {"en": "in part", "zh": "部分建模"},
    "not modelled": {"en": "not at all", "zh": "尚未建模"},
}
SIGNS = {
    "+": {"en": "up", "zh": "上升"},
    "-": {"en": "down", "zh": "下降"},
    "open": {"en": "open", "zh": "方向不定"},
}
EVIDENCE = {
    "causal": {"en": "studies of causes in China", "zh": "有中国的因果研究"},
    "related": {
        "en": "studies of the mechanism, not of the measure",
        "zh": "有机制方面的研究，无该措施的研究",
    },
    "assumed": {"en": "assumption alone", "zh": "仅为假设"},
}
PROGRAMMES = {
    "A": {"en": "Cities that gather people", "zh": "城市集聚能力提升行动"},
    "B": {"en": "Quality of cities", "zh": "城市品质提升行动"},
    "C": {"en": "Settling migrants", "zh": "农业转移人口市民化质量提升行动"},
    "D": {"en": "Town and country", "zh": "城乡融合发展水平提升行动"},
    "S": {"en": "Support", "zh": "保障措施"},
}
"""The four programmes of the plan, by the letter of their measures, and what supports them."""
NO_LEAD = {"en": "not in the copy of the plan", "zh": "所据文本未载明"}
"""What stands for who leads where the copy of the plan read for urbsim lacks the words."""
_CHOICES = {"status": STATUSES, "sign": SIGNS, "evidence": EVIDENCE, "heading_zh_is": ("heading", "phrase")}


@dataclass(frozen=True)
class Measure:
    """A row of `measures.csv`.

    heading, lead, weakest: {"en", "zh"}; lead is `NO_LEAD` where the copy read lacks it;
    heading_zh_is: heading or phrase; figures: of the plan; levers: keys; mechanisms: groups of levers;
    moves_first: indicators; status, sign, evidence: of `STATUSES`, `SIGNS`, `EVIDENCE`.
    """

    id: str
    heading: dict[str, str]
    heading_zh_is: str
    figures: str
    lead: dict[str, str]
    status: str
    levers: tuple[str, ...]
    mechanisms: tuple[str, ...]
    moves_first: tuple[str, ...]
    sign: str
    evidence: str
    weakest: dict[str, str]

    @property
    def programme(self) -> str:
        """The letter of its programme."""
        return self.id[0]


@cache
def measures(folder: Path | None = None) -> dict[str, Measure]:
    """Every measure by its id, in the order of the plan. folder: of scenarios; None for the installed one.

    Raises InputError with every word of the table that is not one of those it may be.
    """
    path = (folder or scenarios_dir()) / "measures.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    problems = [
        Problem(
            f"{quoted(row[column])} is not known", str(path), line, key=f"{row['id']}.{column}",
            allowed=", ".join(choices), nearest=nearest(row[column], choices),
        )
        for line, row in enumerate(rows, 2)
        for column, choices in _CHOICES.items()
        if row[column] not in choices
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return {row["id"]: _measure(row) for row in rows}


def _measure(row: dict[str, str]) -> Measure:
    def both(column: str) -> dict[str, str]:
        return {lang: row[f"{column}_{lang}"] for lang in ("en", "zh")}

    def several(column: str) -> tuple[str, ...]:
        return tuple(part for part in row[column].split(";") if part)

    return Measure(
        id=row["id"],
        heading=both("heading"),
        heading_zh_is=row["heading_zh_is"],
        figures=row["plan_figures"],
        lead=both("lead"),
        status=row["status"],
        levers=several("levers"),
        mechanisms=several("mechanisms"),
        moves_first=several("moves_first"),
        sign=row["sign"],
        evidence=row["evidence"],
        weakest=both("weakest"),
    )
