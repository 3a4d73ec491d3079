"""The register of facts: sources, observations, controls and conflicts, as tables of `calibration/`.

`python -m urbsim.facts.register` checks every identity the facts must satisfy, prints the list and the known
conflicts, and exits with 1 if something does not hold. `--regrade` rewrites grades, counts and checksums
after a fact was added (the rule is in `urbsim.facts.grades`).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from urbsim.errors import InputError, Problem, nearest
from urbsim.facts.grades import is_confirmed, row_grade, source_grade
from urbsim.paths import calibration_dir

if TYPE_CHECKING:
    import pandas as pd

    from urbsim.facts.checks import Finding

Row = dict[str, str]

# Columns that look like numbers and are names of places.
CODE_COLUMNS = ("adcode", "adcode_census2020", "adcode_2010", "area_code", "prefecture_code")


@dataclass(frozen=True)
class Source:
    """A row of sources.csv.

    publisher: who published the figures; address: the copy that was read; copy_held_by: whose copy, if not
    the publisher's; kind: see `urbsim.facts.grades.KINDS`; weakness: why its grade is C whatever else holds;
    tables, rows, confirmed: the observation tables it feeds, their rows and how many are confirmed;
    sha256: of the one table that rests on this source alone, else empty.
    """

    source_id: str
    title: str
    authors: str
    publisher: str
    document: str
    year: str
    address: str
    copy_held_by: str
    kind: str
    grade: str
    licence: str
    weakness: str
    note: str
    tables: str
    rows: str
    confirmed: str
    sha256: str


@dataclass(frozen=True)
class Table:
    """A row of tables.csv: what an observation table holds, and why anything in it is later than 2021."""

    table: str
    what: str
    rows: str
    after_2021: str
    reason: str
    sha256: str


@dataclass(frozen=True)
class Control:
    """A row of controls.csv: a total that the synthetic population meets exactly or is fitted to.

    column: a column, or a pattern of columns, of the observation table.
    """

    control: str
    table: str
    column: str
    geography: str
    importance: str
    unit: str
    source_id: str
    grade: str
    note: str


@dataclass(frozen=True)
class Conflict:
    """A row of conflicts.csv: two values for one thing, what urbsim follows and why."""

    id: str
    what: str
    place: str
    value_a: str
    source_a: str
    value_b: str
    source_b: str
    unit: str
    follows: str
    why: str


Record = TypeVar("Record", Source, Table, Control, Conflict)


def ids(text: str) -> list[str]:
    """The source ids in a cell: `B02;B03` gives both."""
    return [part.strip() for part in text.split(";") if part.strip()]


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file as text. Raises InputError if it is missing or a row is too long or short."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError([Problem(f"cannot be read: {error.strerror}", file=str(path))]) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    rows, problems = [], []
    for cells in reader:
        if len(cells) == len(header):
            rows.append(dict(zip(header, cells, strict=True)))
        else:
            message = f"has {len(cells)} cells, the header {len(header)}"
            problems.append(Problem(message, file=str(path), line=reader.line_num))
    if problems:
        raise InputError(problems)
    return rows


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV; the columns are those of the first row. Replaces the file in one step."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    part = path.with_name(path.name + ".part")
    part.write_text(text.getvalue(), encoding="utf-8", newline="")
    os.replace(part, path)


class Register:
    """The facts in one calibration folder, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows: dict[str, list[Row]] = {}
        self._frames: dict[str, pd.DataFrame] = {}

    def _records(self, name: str, kind: type[Record]) -> list[Record]:
        wanted = [field.name for field in fields(kind)]
        rows = read_rows(self.folder / name)
        if rows and list(rows[0]) != wanted:
            message = f"its columns are {', '.join(rows[0])}"
            raise InputError([Problem(message, str(self.folder / name), 1, allowed=", ".join(wanted))])
        return [kind(**row) for row in rows]

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources by id."""
        return {source.source_id: source for source in self._records("sources.csv", Source)}

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Observation tables by name."""
        return {table.table: table for table in self._records("tables.csv", Table)}

    @cached_property
    def controls(self) -> list[Control]:
        """Totals for the synthetic population."""
        return self._records("controls.csv", Control)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Known disagreements between sources."""
        return self._records("conflicts.csv", Conflict)

    @cached_property
    def units(self) -> dict[str, str]:
        """Units that may be used, with their meaning."""
        return {row["unit"]: row["meaning"] for row in read_rows(self.folder / "units.csv")}

    def path(self, table: str) -> Path:
        """The file of an observation table. Raises InputError with the nearest name if there is none."""
        path = self.folder / "observations" / f"{table}.csv"
        if not path.is_file():
            near = nearest(table, self.tables)
            raise InputError([Problem(f"no observation table {table!r}", nearest=near)])
        return path

    def rows(self, table: str) -> list[Row]:
        """The rows of an observation table as text, in the order of the file; not to be changed."""
        if table not in self._rows:
            self._rows[table] = read_rows(self.path(table))
        return self._rows[table]

    def columns(self, table: str) -> dict[str, Row]:
        """Meaning and unit of each column of a wide table; empty for a long one, whose rows have a unit."""
        path = self.folder / "observations" / f"{table}_columns.csv"
        return {row["column"]: row for row in read_rows(path)} if path.is_file() else {}

    def observations(self, table: str) -> pd.DataFrame:
        """An observation table as a frame: codes as text, numbers as numbers, missing stays missing."""
        import pandas as pd

        if table not in self._frames:
            codes: Any = dict.fromkeys(CODE_COLUMNS, str)
            self._frames[table] = pd.read_csv(self.path(table), dtype=codes, encoding="utf-8")
        return self._frames[table].copy()

    def regrade(self) -> None:
        """Recompute grades, counts and checksums, and write them: after a fact or a source was added."""
        held = {table: self.rows(table) for table in sorted(self.tables)}
        sources = graded_sources(self, held)
        for table, rows in held.items():
            new = [{**row, "grade": grade_of_row(row, sources)} for row in rows]
            if new != rows:
                write_rows(self.path(table), new)
        digests = {table: sha256_of(self.path(table)) for table in held}
        rows_of_sources = []
        for source in sources.values():
            table = source["tables"]
            alone = bool(table) and {s for row in held.get(table, []) for s in ids(row["source_id"])} == {
                source["source_id"]
            }
            rows_of_sources.append({**source, "sha256": digests[table] if alone else ""})
        write_rows(self.folder / "sources.csv", rows_of_sources)
        listed = read_rows(self.folder / "tables.csv")
        for row in listed:
            row.update(rows=str(len(held[row["table"]])), sha256=digests[row["table"]])
        write_rows(self.folder / "tables.csv", listed)


def graded_sources(register: Register, held: dict[str, list[Row]]) -> dict[str, Row]:
    """Each row of sources.csv with tables, rows, confirmed and grade recomputed; sha256 is left as it stands.

    A row counts for its first source, the one that gives the value; `tables` lists all that cite the source.
    """
    rows, confirmed, tables = Counter[str](), Counter[str](), dict[str, set[str]]()
    for table, lines in held.items():
        for line in lines:
            cited = ids(line["source_id"])
            for source in cited:
                tables.setdefault(source, set()).add(table)
            if cited:
                rows[cited[0]] += 1
                confirmed[cited[0]] += is_confirmed(line.get("checked", ""))
    graded = {}
    for source in register.sources.values():
        key = source.source_id
        grade = source_grade(source.kind, source.weakness, rows[key], confirmed[key])
        counts = {"rows": str(rows[key]), "confirmed": str(confirmed[key])}
        cited_by = ";".join(sorted(tables.get(key, ())))
        graded[key] = {**vars(source), "grade": grade, "tables": cited_by, **counts}
    return graded


def grade_of_row(row: Row, sources: dict[str, Row]) -> str:
    """The grade the rule gives to an observation row; empty if its first source is unknown."""
    cited = ids(row["source_id"])
    source = sources.get(cited[0]) if cited else None
    return row_grade(row, source["kind"], source["grade"]) if source else ""  # type: ignore[arg-type]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def register() -> Register:
    """The register that belongs to this installation."""
    return Register(calibration_dir())


def sources() -> dict[str, Source]:
    """Sources by id."""
    return register().sources


def observations(table: str) -> pd.DataFrame:
    """An observation table as a frame of its own: codes as text, numbers as numbers, missing stays missing.

    Raises InputError, with the nearest name, if there is no such table.
    """
    return register().observations(table)


def columns(table: str) -> dict[str, Row]:
    """Meaning and unit of each column of a wide observation table; empty for a long one."""
    return register().columns(table)


def controls() -> list[Control]:
    """Totals that the synthetic population must meet."""
    return register().controls


def conflicts() -> list[Conflict]:
    """Known disagreements between sources, and what urbsim follows."""
    return register().conflicts


def check(folder: Path | None = None) -> list[Finding]:
    """Every sum, identity and rule the facts must satisfy, each with what was expected and found."""
    from urbsim.facts.checks import check_register

    return check_register(Register(folder) if folder else register())


def _print(findings: Iterable[Finding], known: Iterable[Conflict]) -> None:
    for finding in findings:
        print(finding)
    print("\nKnown conflicts between sources:")
    for conflict in known:
        a = f"{conflict.value_a or '-'} ({conflict.source_a or '-'})"
        b = f"{conflict.value_b or '-'} ({conflict.source_b or '-'})"
        print(f"  {conflict.id}: {conflict.what}: a {a}, b {b} {conflict.unit}; follows {conflict.follows}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the checks and the conflicts; 0 if all hold, 1 if not, 2 if the tables cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m urbsim.facts.register", description="Check the facts.")
    parser.add_argument("--regrade", action="store_true", help="first rewrite grades, counts and checksums")
    options = parser.parse_args(arguments)
    try:
        if options.regrade:
            Register(calibration_dir()).regrade()
        findings = check(calibration_dir())
        _print(findings, Register(calibration_dir()).conflicts)
    except InputError as error:
        print(error)
        return 2
    failed = sum(not finding.ok for finding in findings)
    print(f"\n{len(findings) - failed} of {len(findings)} checks hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
