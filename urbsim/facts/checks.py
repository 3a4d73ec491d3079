"""What the facts must satisfy: the identities of `calibration/identities.csv` and the rules of the register.

Sums are exact (decimal arithmetic on the text of the files), so a difference of one person is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase

from urbsim.errors import InputError, nearest
from urbsim.facts.register import Register, Row, grade_of_row, graded_sources, ids, read_rows, sha256_of

_SHOWN = 3  # offending rows named in a finding
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_TIME_COLUMNS = ("year", "period", "date", "year_end", "as_of", "in_force_from", "opening_date", "deadline")
_NAME_COLUMNS = ("variable", "indicator", "measure", "target_id")
_GEOGRAPHIES = {"county", "prefecture", "province"}


@dataclass(frozen=True)
class Finding:
    """One check. what: in words; expected, found: what should be and what is; difference: found less expected
    where both are numbers, else how many rows are wrong."""

    ok: bool
    what: str
    expected: str
    found: str
    difference: str = "0"

    def __str__(self) -> str:
        if self.ok:
            return f"ok      {self.what}: {self.found}"
        gap = f"expected {self.expected}, found {self.found} (difference {self.difference})"
        return f"BROKEN  {self.what}: {gap}"


def check_register(register: Register) -> list[Finding]:
    """Every check of one register, in a fixed order. Raises InputError if a table cannot be read at all."""
    findings = list(_identities(register))
    held = {table: register.rows(table) for table in sorted(register.tables)}
    findings += _rules_of_rows(register, held)
    findings += _rules_of_sources(register, held)
    findings += _rules_of_tables(register, held)
    findings += _held_out(register, held)
    findings += _controls(register)
    findings += _conflicts(register)
    findings.append(_parameters(register))
    return findings


# Sums and identities


def _identities(register: Register) -> Iterator[Finding]:
    for rule in read_rows(register.folder / "identities.csv"):
        what = f"{rule['what']} [{rule['id']}]"
        try:
            left = _sums(register.rows(rule["table"]), rule["where"], rule["key"], rule["left"])
            if rule["right"]:
                other = register.rows(rule["with_table"] or rule["table"])
                where = rule["with_where"] if rule["with_table"] else rule["where"]
                right = _sums(other, where, rule["with_key"] or rule["key"], rule["right"])
            else:
                right = {}
        except KeyError as error:
            yield Finding(False, what, "a column", f"no column {error}", "unknown")
            continue
        except ValueError as error:
            yield Finding(False, what, "numbers", str(error), "unknown")
            continue
        if rule["key"]:
            yield _each(what, left, right, Decimal(rule["tolerance"]))
        else:
            yield _whole(what, left, right, rule)


def _whole(what: str, left: dict[str, Decimal], right: dict[str, Decimal], rule: Row) -> Finding:
    """Compare one sum with the expected number; with a right side too, the difference of both sides."""
    found = left.get("", Decimal(0))
    if rule["expected"]:
        found, expected = found - right.get("", Decimal(0)), Decimal(rule["expected"])
    else:
        expected = right.get("", Decimal(0))
    gap = found - expected
    ok = abs(gap) <= Decimal(rule["tolerance"])
    return Finding(ok, what, _shown(expected), f"{_shown(found)} {rule['unit']}", f"{gap:+,}")


def _each(what: str, left: dict[str, Decimal], right: dict[str, Decimal], tolerance: Decimal) -> Finding:
    """Compare left and right place by place; a place on one side only is wrong."""
    wrong = []
    for key in sorted(left.keys() | right.keys()):
        a, b = left.get(key), right.get(key)
        if a is None or b is None or abs(a - b) > tolerance:
            wrong.append(f"{key} ({_shown(a)} against {_shown(b)})")
    if wrong or not left:
        return Finding(False, what, "equality in every place", _some(wrong), f"{len(wrong)} of {len(left)}")
    return Finding(True, what, "equality in every place", f"all {len(left)} agree")


def _sums(rows: list[Row], where: str, key: str, terms: str) -> dict[str, Decimal]:
    """Sum of `terms` over the rows that meet `where`, by `key` (one sum under "" if there is no key).

    where: `column=value` pairs joined by `; `. key: columns joined by `+`. terms: numbers, columns or
    patterns of columns joined by ` + ` and ` - `; a name that is no column is a `variable` of a long table.
    Raises ValueError for a cell that is no number or a name that fits nothing, KeyError for no such column.
    """
    wanted = [part.split("=", 1) for part in where.split("; ") if part]
    rows = [row for row in rows if all(row[column] == value for column, value in wanted)]
    long = bool(rows) and "variable" in rows[0] and "value" in rows[0]
    sums: dict[str, Decimal] = {}
    for sign, term in _terms(terms):
        used = False
        for row in rows:
            if term.isdigit():
                cells = [term]
            elif long and term not in row:
                cells = [row["value"]] if fnmatchcase(row["variable"], term) else []
            else:
                cells = [cell for column, cell in row.items() if fnmatchcase(column, term)]
            for cell in cells:
                used = True
                name = " ".join(row[column] for column in key.split("+")) if key else ""
                sums[name] = sums.get(name, Decimal(0)) + sign * _number(cell, term, row)
        if not used:
            raise ValueError(f"nothing is called {term}")
    return sums


def _terms(text: str) -> Iterator[tuple[int, str]]:
    parts = re.split(r"\s+([+-])\s+", text)
    yield 1, parts[0]
    for sign, term in zip(parts[1::2], parts[2::2], strict=True):
        yield (1 if sign == "+" else -1), term


def _number(cell: str, term: str, row: Row) -> Decimal:
    try:
        return Decimal(cell)
    except InvalidOperation:
        raise ValueError(f"{term} is {cell!r} in the row of {_name(row)}") from None


# Rules


def _rules_of_rows(register: Register, held: dict[str, list[Row]]) -> Iterator[Finding]:
    sources, stray, lost, wrong, odd = graded_sources(register, held), [], [], [], []
    for table, rows in held.items():
        described = register.columns(table)
        if rows and described:
            odd += [f"{table}.{c}" for c in rows[0] if described.get(c, {}).get("unit") not in register.units]
        for number, row in enumerate(rows, start=2):
            place = f"{table}.csv line {number}"
            cited = [s for c, text in row.items() if c.startswith("source_id") for s in ids(text)]
            if not ids(row["source_id"]):
                stray.append(f"{place} names no source")
            for source in cited:
                if source not in sources:
                    near = nearest(source, sources)
                    hint = f", perhaps {near!r} is meant" if near else ""
                    stray.append(f"{place} names {source!r}{hint}")
            if row.get("grade") not in {"A", "B", "C"}:
                lost.append(place)
            elif row["grade"] != (ruled := grade_of_row(row, sources)):
                wrong.append(f"{place} is {row['grade']}, the rule says {ruled or 'nothing'}")
            if not described and row.get("unit", "") not in register.units:
                odd.append(f"{place}: {row.get('unit', '')!r}")
    total = sum(len(rows) for rows in held.values())
    yield _none("every observation row resolves to a source", stray, total)
    yield _none("every observation row has a grade", lost, total)
    yield _none("every grade is what the rule gives", wrong, total)
    yield _none("every row or column has a known unit", odd, total)


def _rules_of_sources(register: Register, held: dict[str, list[Row]]) -> Iterator[Finding]:
    twice = _repeated(row["source_id"] for row in read_rows(register.folder / "sources.csv"))
    yield _none("no source id is used twice", twice, len(register.sources))
    graded = graded_sources(register, held)
    stale = [key for key, source in register.sources.items() if graded[key] != vars(source)]
    yield _none("grades and counts of the sources are what the rule gives", stale, len(register.sources))


def _rules_of_tables(register: Register, held: dict[str, list[Row]]) -> Iterator[Finding]:
    files = {path.stem for path in (register.folder / "observations").glob("*.csv")}
    known = held.keys() | {f"{table}_columns" for table in held}
    yield _none("every observation file is listed in tables.csv", sorted(files - known), len(held))
    changed = [name for name, t in register.tables.items() if t.sha256 != sha256_of(register.path(name))]
    yield _none("no observation file has changed since it was registered", changed, len(held))
    late = []
    for name, table in register.tables.items():
        if table.after_2021 == "none":
            late += [f"{name}.csv line {n}" for n, row in enumerate(held[name], 2) if _year(row) > 2021]
    yield _none("tables said to hold nothing after 2021 hold nothing after 2021", late, len(held))


def _held_out(register: Register, held: dict[str, list[Row]]) -> Iterator[Finding]:
    """Outcomes the model is judged by, later than the last year that may be seen."""
    leaked, rules = [], read_rows(register.folder / "holdout.csv")
    for rule in rules:
        name, last = rule["name"], int(rule["last_year"])
        for table, rows in held.items():
            if table == rule["except_table"] or not rows:
                continue
            dated = [c for c in rows[0] if _later(c, name, last)]
            for number, row in enumerate(rows, start=2):
                named = name in (row.get(column) for column in _NAME_COLUMNS)
                found = [c for c in dated if row[c]]
                if named:
                    found += [c for c in row if _later(c, "outcome", last) and row[c]]
                if _year(row) > last and row.get("value_kind") != "target":
                    found += ["value"] if named and row.get("value") and "target_id" not in row else []
                    found += [name] if row.get(name) else []
                leaked += [f"{table}.csv line {number}: {name} ({column})" for column in found]
    what = "no outcome that the model is judged by is later than 2021"
    yield _none(what, leaked, sum(len(rows) for rows in held.values()))


def _later(column: str, stem: str, last: int) -> bool:
    """Whether a column such as `urban_population_2022` holds `stem` for a year after `last`."""
    head, _, tail = column.rpartition("_")
    return head == stem and tail.isdigit() and len(tail) == 4 and int(tail) > last


def _year(row: Row) -> int:
    """The latest year named by the time columns of a row; 0 if there is none."""
    years = [int(y) for c in _TIME_COLUMNS for y in _YEAR.findall(row.get(c, ""))]
    return max(years, default=0)


def _controls(register: Register) -> Iterator[Finding]:
    wrong = []
    rules = {row["id"]: row for row in read_rows(register.folder / "identities.csv")}
    for control in register.controls:
        if control.importance not in {"exact", "fitted"} or control.geography not in _GEOGRAPHIES:
            wrong.append(f"{control.control}: {control.importance}, {control.geography}")
        if control.table == "identities":
            known, grades = control.column in rules, {control.grade}
        elif control.table in register.tables:
            level = control.geography
            rows = [row for row in register.rows(control.table) if row.get("level", level) == level]
            names = {r["variable"] for r in rows} if rows and "variable" in rows[0] else set()
            names |= set(rows[0]) if rows else set()
            known = any(fnmatchcase(name, control.column) for name in names)
            grades = {row["grade"] for row in rows}
        else:
            known, grades = False, set()
        if not known:
            wrong.append(f"{control.control}: no {control.table}.{control.column}")
        if control.grade not in {"A", "B"} or "C" in grades:
            wrong.append(f"{control.control}: rests on grade C")
        lost = [source for source in ids(control.source_id) if source not in register.sources]
        wrong += [f"{control.control}: no source {source}" for source in lost]
    yield _none("every control exists and none rests on grade C", wrong, len(register.controls))


def _conflicts(register: Register) -> Iterator[Finding]:
    stray = [
        f"{conflict.id}: {source}"
        for conflict in register.conflicts
        for source in (conflict.source_a, conflict.source_b)
        if source not in register.sources and source not in {"", "none"}
    ]
    yield _none("every conflict names its sources", stray, len(register.conflicts))


def _parameters(register: Register) -> Finding:
    from urbsim.facts.parameters import read_specifications

    what = "every parameter file can be read and names its sources"
    try:
        found = read_specifications(register.folder)
    except InputError as error:
        return Finding(False, what, "no problem", str(error.problems[0]), f"{len(error.problems)} wrong")
    return Finding(True, what, "no problem", f"{len(found)} parameters")


# Words


def _none(what: str, wrong: list[str], of: int) -> Finding:
    if wrong:
        return Finding(False, what, "none wrong", _some(wrong), f"{len(wrong)} wrong")
    return Finding(True, what, "none wrong", f"{of:,} checked")


def _some(items: list[str]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ("; ".join(items[:_SHOWN]) or "nothing") + more


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]


def _shown(number: Decimal | None) -> str:
    return "nothing" if number is None else f"{number:,}"


def _name(row: Row) -> str:
    return next((row[c] for c in ("adcode", "geography", "name_zh", "source_id") if row.get(c)), "?")
