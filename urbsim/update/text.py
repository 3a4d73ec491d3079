"""What `urbsim update` prints: each row beside the runs, and each verdict before and after."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from urbsim.facts.indicators import decimals
from urbsim.update.command import Update
from urbsim.update.judgement import Standing

_HEADS = (
    "Scenario 情景",
    "Target 目标",
    "",
    "About 约",
    "Strict 严格",
    "Median 中位数",
    "5%-95%",
)


def rows_lines(update: Update) -> list[str]:
    """A line for each row, and what they are taken for."""
    lines = [f"Rows of {update.observations.name}, as what happened under {update.scenario}:"]
    return lines + [_row(standing) for standing in update.standings]


def effective_lines(update: Update) -> list[str]:
    """How much is left to speak from."""
    lines = [f"Effective draws 有效抽样数: {update.effective:.1f} of {update.draws}"]
    if update.silent:
        lines.append(f"Nothing can be said after the rows 不作判断: {update.silent}.")
        if any(standing.far for standing in update.standings):
            lines.append(
                "The runs did not expect such rows: look for what changed, and fit and forecast anew."
            )
        else:
            lines.append("More draws of the same batch would say more.")
    return lines


def verdicts_table(update: Update) -> Table:
    """Two rows for each scenario and target."""
    table = Table()
    for column, head in enumerate(_HEADS):
        table.add_column(head, justify="left" if column < 3 else "right", overflow="fold")
    for entry in update.verdicts:
        name = entry["before"]["indicator"]
        table.add_row(entry["scenario"], entry["target"], "before", *_cells(entry["before"], name))
        table.add_row("", "", "after", *_cells(entry["after"], name), end_section=True)
    return table


def _cells(said: dict[str, Any], indicator: str) -> tuple[str, ...]:
    chances = (
        "-" if said[name] is None else f"{100 * said[name]:.0f}%"
        for name in ("probability", "probability_strict")
    )
    span = (
        "-"
        if said["low"] is None
        else f"{_amount(said['low'], indicator)} - {_amount(said['high'], indicator)}"
    )
    return (*chances, "-" if said["median"] is None else _amount(said["median"], indicator), span)


def _row(standing: Standing) -> str:
    row, name = standing.row, standing.row.kind.indicator
    said = (
        f"  line {row.line}: {row.name}: {_amount(row.value, name)}; runs {_amount(standing.median, name)} "
        f"({_amount(standing.low, name)} to {_amount(standing.high, name)})"
    )
    if standing.outside:
        return f"{said}; outside all runs, {abs(standing.gap):.1f} standard deviations from their mean"
    if standing.far:
        return f"{said}; {abs(standing.gap):.1f} standard deviations from their mean"
    return said


def _amount(value: float, indicator: str) -> str:
    return f"{value:.2%}" if indicator.endswith("_rate") else f"{value:,.{decimals(indicator)}f}"
