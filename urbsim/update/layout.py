"""A CSV file in one of the two layouts of the observation files, as lines of cells.

Layouts: `geography, level, year, variable, value, unit` (as in guangxi_annual) and `area_code, area_level, year,
period, indicator, value_kind, value, unit` (as in jobs_annual); a file may have their other columns too.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from urbsim.errors import InputError, Problem, nearest

Line = tuple[int, list[str]]
"""Number in the file, and cells."""

_BESIDE = {"source_id", "checked", "derived", "note", "grade"}  # read by people, not by the update
_PEOPLE = ("geography", "level", "year", "variable", "value", "unit")
_JOBS = ("area_code", "area_level", "year", "period", "indicator", "value_kind", "value", "unit")
_LAYOUTS = {_PEOPLE: {"basis", "series"} | _BESIDE, _JOBS: {"area_name_en"} | _BESIDE}


def read(path: Path) -> tuple[list[str], list[Line]]:
    """The names of the columns, and every row below that is not blank. Raises InputError with what is wrong."""
    lines = _lines(path)
    if not lines:
        raise InputError([Problem("holds no row", file=str(path), allowed=_heads())])
    (_, head), *body = lines
    problems = _head_problems(str(path), head)
    if not body:
        problems.append(Problem("holds no row below its header", file=str(path)))
    if problems:
        raise InputError(problems)
    return head, body


def _lines(path: Path) -> list[Line]:
    """Line and cells of every row that is not blank."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem("is no UTF-8 text", file=str(path), allowed="CSV in UTF-8")]) from None
    except OSError as error:
        raise InputError([Problem(f"cannot be read: {error.strerror}", file=str(path))]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = []
    try:
        for cells in reader:
            if cells:
                found.append((reader.line_num, cells))
    except csv.Error as error:
        raise InputError([Problem(f"is no CSV: {error}", file=str(path), line=reader.line_num)]) from None
    return found


def _head_problems(file: str, head: list[str]) -> list[Problem]:
    """What is wrong with the names of the columns, against the layout that they resemble more."""
    layout = max(_LAYOUTS, key=lambda names: len(set(names) & set(head)))
    known = {*layout, *_LAYOUTS[layout]}
    problems = [
        Problem("this column is missing", file, 1, key=name, allowed=_heads())
        for name in layout
        if name not in head
    ]
    for position, name in enumerate(head, start=1):
        if name not in known:
            near = nearest(name, known)
            problems.append(
                Problem("is no column of an observation file", file, 1, position, name, None, near)
            )
        elif name in head[: position - 1]:
            problems.append(Problem("stands twice", file, 1, position, name))
    return problems


def _heads() -> str:
    return "; or ".join(", ".join(names) for names in _LAYOUTS)
