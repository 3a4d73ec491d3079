"""Newly published rows, read strictly: every mistake of the file at once, each with its line and column."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from urbsim.calendar import month_text
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts import gazetteer
from urbsim.update import layout, periods
from urbsim.update.kinds import KINDS, Kind

_BASES = {"year_end": 12, "": 12}
_LEVELS = ("province", "prefecture", "county")
_YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Row:
    """One published figure.

    line, year_column: in the file, from 1; months: first and last, since 1900-01, the same for a stock or a share;
    value: in the unit of the indicator (persons, or a share from 0 to 1); observable: of the protocol, whose errors it
    has.
    """

    line: int
    year_column: int
    kind: Kind
    place: str
    months: tuple[int, int]
    value: float
    observable: str

    @property
    def at(self) -> str:
        """Its months as the protocol names them: `2012-12`, or `2012-01..2012-12`."""
        first, last = map(month_text, self.months)
        return f"{first}..{last}" if self.kind.is_flow else last

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.kind.name} of {gazetteer.places()[self.place].name['en']} in {self.at}"


@dataclass
class _Reader:
    """Gathers rows and problems of one file. columns: name -> position from 0."""

    file: str
    columns: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def refuse(
        self, line: int, column: str, message: str, allowed: str | None = None, near: str | None = None
    ) -> None:
        """Adds a problem of one cell."""
        where = self.columns[column] + 1
        self.problems.append(Problem(message, self.file, line, where, column, allowed, near))

    def row(self, line: int, cells: dict[str, str]) -> Row | None:
        """The row, or None with its problems added."""
        before = len(self.problems)
        jobs = "indicator" in self.columns
        of_kind, of_level, of_place = (
            ("indicator", "area_level", "area_code") if jobs else ("variable", "level", "geography")
        )
        kind = KINDS.get(cells[of_kind])
        if kind is None:
            message = f"{quoted(cells[of_kind])} cannot be compared with the runs"
            self.refuse(line, of_kind, message, ", ".join(KINDS), nearest(cells[of_kind], KINDS))
        place = self._place(line, of_place, cells[of_place])
        observable = self._observable(line, of_level, cells[of_level], kind, place)
        months = self._months(line, cells, kind)
        value = self._value(line, cells, kind)
        if jobs and cells["value_kind"] != "actual":
            self.refuse(line, "value_kind", f"{quoted(cells['value_kind'])} is no observation", "actual")
        if len(self.problems) > before:
            return None
        assert kind and place and months and observable and value is not None
        return Row(line, self.columns["year"] + 1, kind, place, months, value, observable)

    def _place(self, line: int, column: str, text: str) -> str | None:
        code = text if text in gazetteer.places() else gazetteer.codes_by_name().get(text)
        if code is None:
            allowed = "the name or six-digit code of the province or a prefecture"
            self.refuse(line, column, f"no place is named {quoted(text)}", allowed, gazetteer.code_of(text))
        return code

    def _observable(
        self, line: int, column: str, level: str, kind: Kind | None, place: str | None
    ) -> str | None:
        """The observable of the protocol that a level of the kind belongs to."""
        if level not in _LEVELS:
            self.refuse(
                line, column, f"{quoted(level)} is no level", ", ".join(_LEVELS), nearest(level, _LEVELS)
            )
            return None
        if place is not None and (of := _level_of(place)) != level:
            self.refuse(line, column, f"the place is a {of}, not a {level}", of)
        if kind is not None and level not in kind.observables:
            message = f"the protocol states no errors of {kind.name} of a {level}"
            self.refuse(line, column, message, ", ".join(kind.observables))
        return kind.observables.get(level) if kind else None

    def _months(self, line: int, cells: dict[str, str], kind: Kind | None) -> tuple[int, int] | None:
        year = cells["year"]
        number = int(year) if year.isascii() and year.isdigit() else 0
        if number not in _YEARS:
            self.refuse(line, "year", f"{quoted(year)} is no year", "four digits")
        if "period" in self.columns:
            of_year = self._period(line, cells["period"], kind)
        else:
            of_year = self._of_basis(line, cells.get("basis", ""), kind)
        if number not in _YEARS or of_year is None:
            return None
        start = (number - 1900) * 12 - 1
        return start + of_year[0], start + of_year[1]

    def _period(self, line: int, text: str, kind: Kind | None) -> tuple[int, int] | None:
        if kind is None:
            return None
        if kind.is_flow:
            found, allowed = periods.of_flow(text), periods.OF_FLOWS
        else:
            month, allowed = periods.of_level(text), periods.OF_LEVELS
            found = None if month is None else (month, month)
        if found is None:
            self.refuse(line, "period", f"{quoted(text)} is no period of {kind.name}", allowed)
        return found

    def _of_basis(self, line: int, text: str, kind: Kind | None) -> tuple[int, int] | None:
        if text not in _BASES:
            self.refuse(line, "basis", f"{quoted(text)} is no date that a run has", "year_end")
            return None
        month = _BASES[text]
        return (1 if kind is not None and kind.is_flow else month), month

    def _value(self, line: int, cells: dict[str, str], kind: Kind | None) -> float | None:
        try:
            number = float(cells["value"])
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < 0:
            self.refuse(
                line, "value", f"{quoted(cells['value'])} is no such figure", "a finite number from 0"
            )
            return None
        if kind is None:
            return None
        unit = cells["unit"]
        if unit not in kind.units:
            near = nearest(unit, kind.units)
            message = f"{quoted(unit)} is no unit of {kind.name}"
            self.refuse(line, "unit", message, ", ".join(kind.units), near)
            return None
        value = number * kind.units[unit]
        if "pct" in kind.units and value > 1:
            self.refuse(line, "value", f"{quoted(cells['value'])} is no share", "0 to 100")
            return None
        return value


def read(path: Path) -> list[Row]:
    """The rows of a file, in its order. Raises InputError with everything wrong with them, duplicates included."""
    head, body = layout.read(path)
    reader = _Reader(str(path), {name: position for position, name in enumerate(head)})
    rows: list[Row] = []
    for line, cells in body:
        if len(cells) != len(head):
            message = f"has {len(cells)} cells, the header {len(head)}"
            reader.problems.append(Problem(message, file=str(path), line=line))
        elif row := reader.row(line, dict(zip(head, map(str.strip, cells), strict=True))):
            rows.append(row)
    for row in rows:
        _same_months(reader, row, rows)
    if reader.problems:
        raise InputError(
            sorted(reader.problems, key=lambda problem: (problem.line or 0, problem.column or 0))
        )
    return rows


def _same_months(reader: _Reader, row: Row, rows: list[Row]) -> None:
    """Refuses a row whose months an earlier row of its kind and place speaks of: news counts once."""
    for other in rows:
        if other.line >= row.line:
            return
        if (other.kind, other.place) == (row.kind, row.place) and not (
            other.months[1] < row.months[0] or row.months[1] < other.months[0]
        ):
            same = other.months == row.months
            message = f"{row.name} stands in line {other.line} {'already' if same else 'in part'}"
            allowed = "each once" if same else "months that do not overlap: keep the longer period"
            reader.refuse(row.line, "value", message, allowed)
            return


def _level_of(place: str) -> str:
    return "province" if place == gazetteer.PROVINCE else "prefecture" if place.endswith("00") else "county"
