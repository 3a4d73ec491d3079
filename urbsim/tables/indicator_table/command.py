"""What `urbsim export --form indicator-table` does: chooses the scenario, reads its runs, and writes the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.report.standing import line, standing
from urbsim.results.loading import StoredRun
from urbsim.results.store import whole_file
from urbsim.tables.command import notes_of
from urbsim.tables.indicator_table import provenance, workbook
from urbsim.tables.indicator_table.grades import RULE
from urbsim.tables.indicator_table.measure_rows import measure_rows
from urbsim.tables.indicator_table.outcomes import Outcome, counted, outcomes
from urbsim.tables.indicator_table.plan_figures import figures
from urbsim.tables.indicator_table.table_rows import Row, rows
from urbsim.tables.summary import LEFT_OUT, exchangeable

NAME = "指标表.xlsx"
"""The file where none is named."""
PLAN = "baseline"
"""The scenario of the plan as issued, taken where none is named."""


@dataclass(frozen=True)
class IndicatorTable:
    """The runs of one scenario as an indicator table; nothing is read before it is written or asked for."""

    runs: tuple[StoredRun, ...]

    @property
    def notes(self) -> list[str]:
        """What to know before the table is handed on."""
        behind = counted(self.runs)
        said = notes_of(self.runs)
        if len(exchangeable(self.runs)) < len(self.runs):
            said.append(LEFT_OUT)
        if not behind.enough:
            said.append(
                f"no interval and no probability: they need {PROBABILITY_NEEDS} draws beside the central one, "
                f"and here are {behind.draws}"
            )
        return said

    def records(self) -> list[dict[str, Any]]:
        """The rows of the first sheet as plain values for JSON."""
        return [asdict(row) for row in self._rows]

    def write(self, path: Path) -> int:
        """Writes the workbook; returns how many rows its first sheet has. Raises InputError and OSError."""
        title = str(self.runs[0].scenario["title"]["zh"])
        basis = standing([run.record.get("fit") or {} for run in self.runs])
        table, dosed = self._rows, measure_rows(self.runs)
        about = list(provenance.about(self.runs, self._outcomes, counted(self.runs)))
        with whole_file(path) as temporary, workbook.opened(temporary) as book:
            sheets = workbook.Sheets(book)
            sheets.indicators(table, title, line(basis, "zh"), RULE)
            sheets.measures(dosed, title, line(basis, "zh"))
            sheets.about(about, self.runs)
        return len(table)

    @cached_property
    def _outcomes(self) -> dict[str, Outcome]:
        return outcomes(self.runs)

    @cached_property
    def _rows(self) -> list[Row]:
        return rows(figures(), self._outcomes, counted(self.runs))


def chosen(runs: Sequence[StoredRun], scenario: str | None) -> IndicatorTable:
    """The runs of that scenario: of the plan, or of the only one, where none is named. Raises InputError."""
    names = list(dict.fromkeys(run.key[0] for run in runs))
    if scenario is None and PLAN not in names and len(names) > 1:
        message = f"is missing: there are several scenarios and none is {quoted(PLAN)}"
        raise InputError([Problem(message, key="--scenario", allowed=", ".join(names))])
    wanted = scenario or (PLAN if PLAN in names else names[0])
    if wanted not in names:
        message = f"{quoted(wanted)} is not among these runs"
        allowed, near = ", ".join(names), nearest(wanted, names)
        raise InputError([Problem(message, key="--scenario", allowed=allowed, nearest=near)])
    return IndicatorTable(tuple(run for run in runs if run.key[0] == wanted))
