"""The plan in the model: measures it leaves out or carries in part, and which sizes of doses are assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from urbsim.facts.register import read_rows
from urbsim.paths import scenarios_dir
from urbsim.report import wording
from urbsim.report.tables import Table
from urbsim.report.texts import say
from urbsim.scenario.measures import STATUSES, measures

OWN, MIXED = "own", "mixed"
"""Of a size that doses.csv does not have; of a lever some of whose sizes are assumed."""


def left_out_said(lang: str) -> str:
    """How many measures of the plan the model has, in part, and not at all, with the names of the last."""
    every = measures().values()
    counts = {status: sum(each.status == status for each in every) for status in STATUSES}
    missing = [f"{each.id} {each.heading[lang]}" for each in every if each.status == "not modelled"]
    text = say("left_out", lang, all=len(every), whole=counts["modelled"], partial=counts["partial"])
    if not missing:
        return text
    return text + say("left_out_names", lang, none=len(missing), names=wording.listed(missing, lang))


def left_out(lang: str) -> Table:
    """Every measure that the model does not carry as the plan words it, with its weakest assumption."""
    rows = [
        [f"{each.id} {each.heading[lang]}", STATUSES[each.status][lang], each.weakest[lang]]
        for each in measures().values()
        if each.status != "modelled"
    ]
    head = [say(f"left_out_{key}", lang) for key in ("measure", "status", "weakest")]
    return Table(say("left_out_table", lang), head, rows, frozenset({0, 1, 2}))


def status(path: str, values: Sequence[Any]) -> str:
    """Whether the size of a setting is sourced, assumed, mixed or the scenario's own; empty for what has no size.

    path: such as levers.housing.public_rental_units; values: in the scenarios, None where it is not set.
    """
    part, _, lever = path.partition(".")
    if part not in ("levers", "committed"):
        return OWN if part in ("conditions", "behaviour") else ""
    known = _sizes().get(("additional" if part == "levers" else part, lever), {})
    if not known:
        return OWN
    if lever in known:
        given = {value.get("total") for value in values if isinstance(value, dict)}
        total, said = known[lever]
        return said if float(total) in given else OWN
    statuses = {said for _, said in known.values()}
    return statuses.pop() if len(statuses) == 1 else MIXED


def is_assumed(lever: str) -> bool:
    """Whether the plan as issued has a size of the lever that is an assumption."""
    return any(said == "assumed" for _, said in _sizes().get(("additional", lever), {}).values())


@cache
def _sizes() -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
    """Part and lever -> what of the lever -> size and status, from doses.csv."""
    found: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for row in read_rows(scenarios_dir() / "doses.csv"):
        lever = ".".join(row["lever"].split(".")[:2])
        found.setdefault((row["scenario_part"], lever), {})[row["lever"]] = (row["total"], row["status"])
    return found
