"""When the plan runs: what a dose, a new office and a run take where a scenario names no month."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from urbsim.calendar import MONTH_PATTERN
from urbsim.errors import InputError, Problem, quoted
from urbsim.paths import scenarios_dir


@dataclass(frozen=True)
class Plan:
    """First and last month of the plan, as texts such as 2021-11."""

    first_month: str
    last_month: str


def read_plan(folder: Path | None = None) -> Plan:
    """The plan's months of `plan.csv` in a folder of scenarios; None for the installed one.

    Raises InputError with every mistake: a month that is missing, or is none, or a last month before the first.
    """
    path = (folder or scenarios_dir()) / "plan.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = {
            row.get("fact"): (line, row.get("value") or "")
            for line, row in enumerate(csv.DictReader(stream), 2)
        }
    found, problems = {}, []
    for fact in ("first_month", "last_month"):
        line, value = rows.get(fact, (None, ""))
        if line is None:
            problems.append(Problem("is missing", str(path), key=fact, allowed="a row with a month"))
        elif not re.fullmatch(MONTH_PATTERN, value):
            allowed = "YYYY-MM, such as 2021-11"
            problems.append(
                Problem(f"{quoted(value)} is not a month", str(path), line, key=fact, allowed=allowed)
            )
        found[fact] = value
    if not problems and found["last_month"] < found["first_month"]:
        message = f"{found['last_month']} lies before the first month, {found['first_month']}"
        problems.append(Problem(message, str(path), rows["last_month"][0], key="last_month"))
    if problems:
        raise InputError(problems)
    return Plan(**found)
