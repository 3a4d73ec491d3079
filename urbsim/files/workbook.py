"""Reads a workbook (XLSX) of settings, one a row, as strictly as a YAML file: every value knows its cell.

The sheet has two columns that count: the path of a setting, such as `levers.housing.public_rental_units.total` or
`conditions.outside_jobs[0].from`, and its value. A row without a value says nothing. Formulas are refused: what they
come to is not in the file of who typed them.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from urbsim.errors import InputError, Problem, quoted
from urbsim.files.strict_yaml import (
    MAX_DEPTH,
    MAX_DIGITS,
    Document,
    Mark,
    Origin,
    Steps,
    control_character,
    dotted,
)

SUFFIX = ".xlsx"
HEADS = ("setting", "value")
"""Words at the head of the two columns, in any case; a word in another language may follow."""
MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 32 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 5_000, 40
_WORD, _PLACE = r"[^.\[\]\s]+", r"\[[0-9]{1,3}\]"
_PATH = re.compile(rf"{_WORD}(?:{_PLACE})*(?:\.{_WORD}(?:{_PLACE})*)*")
_STEPS = re.compile(rf"{_PLACE}|{_WORD}")
_TEXTS: dict[str, Any] = {"[]": [], "{}": {}, "null": None, "true": True, "false": False}
"""What a cell of text cannot say otherwise."""


def load(path: Path) -> Document:
    """The document that a workbook describes. Raises InputError with every problem, each with its cell."""
    rows = _rows(path)
    (key_at, value_at), head = _head(path, rows)
    reader = _Reader(path)
    for cells in rows[head + 1 :]:
        reader.row(cells[key_at], cells[value_at])
    value = reader.whole()
    if reader.problems:
        raise InputError(reader.problems)
    return Document(value, reader.origins)


class Cell(NamedTuple):
    """row, column: from 1."""

    row: int
    column: int
    value: Any


def _rows(path: Path) -> list[list[Cell]]:
    """The rows of the first sheet."""
    name = str(path)
    if find_spec("openpyxl") is None:
        message = "a workbook needs openpyxl, which is not installed: pip install 'urbsim[xlsx]'"
        raise InputError([Problem(message, file=name, allowed="a YAML file without it")])
    import openpyxl

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError([Problem(f"is larger than {MAX_BYTES // 1024**2} MiB", file=name)])
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > MAX_UNPACKED:
                message = f"is larger than {MAX_UNPACKED // 1024**2} MiB when unpacked"
                raise InputError([Problem(message, file=name)])
        book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
        try:
            rows = book.worksheets[0].iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            return [
                [Cell(number, column, value) for column, value in enumerate(row, 1)]
                for number, row in enumerate(rows, 1)
            ]
        finally:
            book.close()
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError([Problem("no such file", file=name)]) from None
    except Exception as error:  # a damaged workbook fails in many ways inside the library
        raise InputError([Problem("is no workbook, or is damaged", file=name, allowed="XLSX")]) from error


def _head(path: Path, rows: list[list[Cell]]) -> tuple[tuple[int, int], int]:
    """Columns of path and value, and the position of the row that names them."""
    for at, cells in enumerate(rows[:20]):
        said = [
            str(cell.value).split()[0].casefold() if str(cell.value or "").split() else "" for cell in cells
        ]
        if all(head in said for head in HEADS):
            return (said.index(HEADS[0]), said.index(HEADS[1])), at
    message = f"has no row that heads its columns {' and '.join(HEADS)}"
    raise InputError([Problem(message, file=str(path))])


class _Reader:
    """Puts rows together, and gathers problems."""

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        self._value: dict[Any, Any] = {}  # lists as mappings of their positions, until all is read
        whole = Mark(self._file, None, None)
        self.problems: list[Problem] = []
        self.origins: dict[Steps, Origin] = {(): Origin(whole, whole)}

    def row(self, key: Cell, cell: Cell) -> None:
        """One setting."""
        if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
            return
        text = "" if key.value is None else str(key.value).strip()
        if not text:
            self._refuse(cell, None, "a value without the path of its setting")
        elif not _PATH.fullmatch(text):
            self._refuse(key, None, f"{quoted(text)} is no path of a setting", "words joined by points")
        else:
            found = _STEPS.findall(text)
            steps: Steps = tuple(int(step[1:-1]) if step[0] == "[" else step for step in found)
            scalar = self._scalar(cell, steps)
            if scalar is not self and len(steps) <= MAX_DEPTH:
                self._put(steps, scalar, key, cell)

    def whole(self) -> dict[str, Any]:
        """All settings, lists as lists."""
        return self._listed(self._value, ())

    def _scalar(self, cell: Cell, steps: Steps) -> Any:
        """The value; the reader itself where there is none."""
        given = cell.value
        if isinstance(given, dt.datetime | dt.date):
            return f"{given:%Y-%m}"  # what spreadsheets make of a month that is typed
        if isinstance(given, bool | int):
            return (
                given
                if len(str(abs(given))) <= MAX_DIGITS
                else self._refuse(cell, steps, "is too large a number")
            )
        if isinstance(given, float):
            if not math.isfinite(given):
                return self._refuse(cell, steps, "is no number")
            return int(given) if given.is_integer() and abs(given) < 1e15 else given
        if not isinstance(given, str):
            return self._refuse(cell, steps, f"is of the type {type(given).__name__}")
        text = given.strip()
        if text.startswith("="):
            return self._refuse(cell, steps, "holds a formula; write its value")
        if control_character(text):
            return self._refuse(cell, steps, "holds a control character")
        return _TEXTS.get(text, text)

    def _put(self, steps: Steps, value: Any, key: Cell, cell: Cell) -> None:
        node = self._value
        for depth in range(1, len(steps)):
            above = steps[:depth]
            inner = node.setdefault(above[-1], {})
            if not isinstance(inner, dict):
                where = self.origins[above].value.line
                self._refuse(
                    cell, steps, f"stands inside {dotted(above)}, which has a value of its own (row {where})"
                )
                return
            mark = self._mark(key)
            self.origins.setdefault(above, Origin(mark, mark))
            node = inner
        if steps[-1] in node:
            self._refuse(key, steps, f"is written twice (first in row {self.origins[steps].value.line})")
            return
        node[steps[-1]] = value
        self.origins[steps] = Origin(self._mark(key), self._mark(cell))

    def _listed(self, value: Any, path: Steps) -> Any:
        if not isinstance(value, dict):
            return value
        inner = {key: self._listed(item, (*path, key)) for key, item in value.items()}
        positions = [key for key in inner if isinstance(key, int)]
        if not positions:
            return inner
        if sorted(positions) != list(range(len(inner))):
            at = self.origins[(*path, positions[0])].key
            message = "the entries of a list are numbered from [0] on, without gaps"
            self.problems.append(Problem(message, at.file, at.line, at.column, dotted(path)))
        return [inner[key] for key in sorted(positions)]

    def _mark(self, cell: Cell) -> Mark:
        return Mark(self._file, cell.row, cell.column)

    def _refuse(self, cell: Cell, steps: Steps | None, message: str, allowed: str | None = None) -> _Reader:
        key = dotted(steps) if steps else None
        self.problems.append(Problem(message, self._file, cell.row, cell.column, key, allowed))
        return self
