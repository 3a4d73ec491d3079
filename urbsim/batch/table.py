"""What `urbsim batch` prints when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.table import Table

from urbsim.batch import failures
from urbsim.batch.work import Tally


def verdicts_table(content: dict[str, Any]) -> Table:
    """A row for each scenario and target. content: as verdicts.json."""
    table = Table()
    heads = (
        "Scenario 情景",
        "Target 目标",
        "Runs 次数",
        "Median 中位数",
        "5%-95%",
        "Short by 差距",
        "Probability 概率",
    )
    for column, head in enumerate(heads):
        table.add_column(head, justify="left" if column < 2 else "right", overflow="fold")
    for entry in content["verdicts"]:
        target = entry["target"]
        probability = target["probability"]
        table.add_row(
            entry["scenario"],
            target["id"],
            str(target["n"]),
            _amount(target["median"], target),
            "-"
            if target["low"] is None
            else f"{_amount(target['low'], target)} - {_amount(target['high'], target)}",
            _short(target),
            "-" if probability is None else f"{100 * probability:.0f}%",
        )
    reasons = {entry["target"]["no_probability_because"] for entry in content["verdicts"]} - {None}
    if reasons:
        table.caption = f"No probability 不给出概率: {'; '.join(sorted(reasons))}"
    return table


def failures_text(content: dict[str, Any], tally: Tally, folder: Path) -> str:
    """What to say of runs that failed."""
    if tally.hopeless:
        return f"failed: stopped with {tally.left} runs left: {tally.hopeless}; the same command goes on"
    return (
        f"failed: {tally.failed} of {content['runs']} runs; reasons in {folder / failures.FOLDER}; "
        "the same command tries them again"
    )


def _amount(value: float | None, target: dict[str, Any]) -> str:
    if value is None:
        return "-"
    return f"{value:.2%}" if target["indicator"].endswith("_rate") else f"{value:,.0f}"


def _short(target: dict[str, Any]) -> str:
    gap = target["shortfall"]
    return "-" if gap is None or gap <= 0 else _amount(gap, target)
