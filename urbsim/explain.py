"""What a name means: a parameter, indicator, lever, target, measure, source or table of facts.

Everything is looked up in the files that define it, so an explanation cannot grow stale; where a name is used
is found by searching the text of the package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from urbsim.calendar import BASE_MONTH
from urbsim.errors import nearest
from urbsim.facts.parameters import Parameters, Specification, load_parameters
from urbsim.facts.register import Row, Source, conflicts, ids, read_rows, register, sources
from urbsim.paths import scenarios_dir
from urbsim.scenario.catalogue import CATALOGUE

_USES_SHOWN = 8


class UnknownName(LookupError):
    """Nothing has this name. nearest: the name that was probably meant, or None."""

    def __init__(self, name: str, near: str | None) -> None:
        super().__init__(f"nothing is named {name!r}" + (f"; did you mean {near!r}?" if near else ""))
        self.nearest = near


@dataclass(frozen=True)
class Citation:
    """A source as an explanation names it. grade and address are empty for an assumption."""

    source_id: str
    title: str
    grade: str = ""
    address: str = ""

    def __str__(self) -> str:
        grade = f" (grade {self.grade})" if self.grade else ""
        return f"{self.source_id}: {self.title}{grade}" if self.title else self.source_id


@dataclass(frozen=True)
class Explanation:
    """What is known of one name.

    kind: one of the keys of `_KINDS`; value: a number, or words; interval: 5% and 95% points of the belief;
    status: for a parameter sourced, fitted or assumed; sources: where it comes from; used_in: places in the
    package as `file:line`, or the names that rest on it; also: other kinds of thing with this name.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    value: Any = None
    interval: tuple[float, float] | None = None
    status: str = ""
    sources: tuple[Citation, ...] = ()
    note: str = ""
    used_in: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.name} ({self.kind})"]
        for label, text in self._lines():
            lines.append(f"  {label:<9} {text}")
        return "\n".join(lines)

    def _lines(self) -> Iterator[tuple[str, str]]:
        yield "meaning", self.meaning
        if self.unit:
            yield "unit", self.unit
        if self.value is not None:
            yield "value", _number(self.value)
        if self.interval:
            low, high = (_number(end) for end in self.interval)
            yield "interval", f"{low} to {high} in 90 of 100 draws"
        if self.status:
            yield "status", self.status
        for number, source in enumerate(self.sources):
            yield ("source" if number == 0 else ""), str(source)
        if self.note:
            yield "note", self.note
        for number, place in enumerate(self.used_in[:_USES_SHOWN]):
            yield ("used in" if number == 0 else ""), place
        if len(self.used_in) > _USES_SHOWN:
            yield "", f"and {len(self.used_in) - _USES_SHOWN} more"
        if self.also:
            yield "also", "there is a " + " and a ".join(self.also) + " of this name"


def explain(name: str) -> Explanation:
    """What `name` means. Raises UnknownName with the nearest name if nothing is called so."""
    kinds = [kind for kind, (names, _) in _KINDS.items() if name in names()]
    if not kinds:
        everything = [known for names, _ in _KINDS.values() for known in names()]
        raise UnknownName(name, nearest(name, everything))
    first, *others = kinds
    found = _KINDS[first][1](name)
    return Explanation(**{**vars(found), "also": tuple(others)})


def explain_text(name: str) -> str:
    """What `name` means, as lines for a terminal. Raises UnknownName."""
    return str(explain(name))


def explain_json(name: str) -> dict[str, Any]:
    """What `name` means, as plain values for JSON. Raises UnknownName."""
    return asdict(explain(name))


def status_summary() -> dict[str, int]:
    """How many parameters of each status stand behind a result."""
    return _parameters().by_status()


@cache
def _parameters() -> Parameters:
    return load_parameters(0)


def _parameter(name: str) -> Explanation:
    spec = _parameters().info[name]
    by_hand = ", start set by hand" if spec.set_by_hand else ""
    return Explanation(
        name=name,
        kind="parameter",
        meaning=spec.meaning,
        unit=spec.unit,
        value=_content(spec),
        interval=spec.interval,
        status=spec.status + by_hand,
        sources=tuple(_cited(source) for source in spec.source),
        note="; ".join(text for text in (spec.note, *_on_other_bases(name, spec)) if text),
        used_in=_uses(name, f"calibration/parameters/{spec.process}.yaml"),
    )


def _on_other_bases(name: str, spec: Specification) -> Iterator[str]:
    """What a run from another census takes instead."""
    for base in BASE_MONTH:
        other = load_parameters(0, base=base).info[name]
        if other is not spec and _content(other) != _content(spec):
            cited = ", ".join(other.source)
            yield f"a run from {base} takes {_number(_content(other))} ({other.status}, {cited})"


def _content(spec: Specification) -> Any:
    if spec.table:
        return f"table calibration/tables/{spec.table}"
    return spec.start if spec.array is None else spec.array.tolist()


def _indicators() -> dict[str, Any]:
    from urbsim.facts.indicators import INDICATORS

    return INDICATORS


def _indicator(name: str) -> Explanation:
    found = _indicators()[name]
    # A part of the definition that a table does not give is left out rather than guessed.
    parts = [getattr(found, field, "") for field in ("zh", "kind", "basis")]
    ages = getattr(found, "ages", "all")
    return Explanation(
        name=name,
        kind="indicator",
        meaning=found.definition,
        unit=found.unit,
        note="; ".join([part for part in parts if part] + [f"ages {ages}"]),
        used_in=_uses(name),
    )


@cache
def _targets() -> dict[str, Any]:
    from urbsim.scenario.reader import load_targets

    paths = sorted((scenarios_dir() / "targets").glob("*.yaml"))
    return {target.id: (target, path.name) for path in paths for target in load_targets(path)}


def _target(name: str) -> Explanation:
    target, file = _targets()[name]
    rule = f"{target.indicator} of {target.place}, {target.aggregate} of {target.from_} to {target.to}"
    return Explanation(
        name=name,
        kind="target",
        meaning=f"{target.title.en} ({target.title.zh}): {rule}",
        unit=_indicators()[target.indicator].unit if target.indicator in _indicators() else "",
        value=f"{target.operator} {target.threshold:,g}, tolerance {target.tolerance:g}",
        sources=(Citation(target.document, target.clause),),
        note=target.note.en if target.note else "",
        used_in=(f"scenarios/targets/{file}",),
    )


def _priors() -> dict[str, Row]:
    return {row["parameter"]: row for row in register().rows("behaviour_priors")}


def _prior(name: str) -> Explanation:
    row = _priors()[name]
    return Explanation(
        name=name,
        kind="prior",
        meaning=f"{row['meaning']} ({row['context']})",
        unit=row["unit"],
        value=f"{row['central']}, believed {row['low']} to {row['high']} ({row['distribution']})",
        status=f"{row['kind']}, grade {row['grade']}",
        sources=tuple(_cited(source) for source in ids(row["source_id"])),
        note=row["note"],
        used_in=("calibration/observations/behaviour_priors.csv",),
    )


def _lever(name: str) -> Explanation:
    lever = CATALOGUE[name]
    rows = [row for row in _doses() if f"{row['lever']}.".startswith(f"{name}.")]
    facts = {
        "measures of the plan": ", ".join(lever.measures),
        "joins": " and ".join(lever.stocks),
        "goes by": lever.spread or "",
        "ends with its dose": "yes" if lever.ends else "",
        "gives": lever.gives or "nobody in person",
    }
    if lever.unit:
        facts["yuan a unit"] = "not known" if lever.unit_cost is None else f"{lever.unit_cost:,g}"
    return Explanation(
        name=name,
        kind="lever",
        meaning=f"{lever.en} ({lever.zh}): {lever.meaning}",
        unit=lever.unit.en if lever.unit else "",
        value="; ".join(_dose(row, name) for row in rows) or None,
        sources=tuple(
            _cited(source) for source in dict.fromkeys(id_ for row in rows for id_ in ids(row["source"]))
        ),
        note="; ".join(f"{label}: {text}" for label, text in facts.items() if text),
        used_in=("scenarios/doses.csv", f"urbsim/levers/{name.partition('.')[0]}.py"),
    )


def _dose(row: Row, lever: str) -> str:
    """A row of doses.csv in words, as `committed 5,000 (assumed)`."""
    field = row["lever"].removeprefix(lever).removeprefix(".")
    return " ".join(
        filter(None, (row["scenario_part"], field, f"{float(row['total']):,g}", f"({row['status']})"))
    )


@cache
def _doses() -> list[Row]:
    path = scenarios_dir() / "doses.csv"
    return read_rows(path) if path.is_file() else []


@cache
def _measures() -> dict[str, Row]:
    path = scenarios_dir() / "measures.csv"
    return {row["id"]: row for row in read_rows(path)} if path.is_file() else {}


def _measure(name: str) -> Explanation:
    row = _measures()[name]
    return Explanation(
        name=name,
        kind="measure",
        meaning=f"{row['heading_en']} ({row['heading_zh']})",
        value=row["plan_figures"] or None,
        status=row["status"],
        sources=(_cited("E000"),),
        note=f"mechanisms: {row['mechanisms'].replace(';', ', ')}" if row["mechanisms"] else "",
        used_in=tuple(f"lever {key}" for key in ids(row["levers"])),
    )


def _source(name: str) -> Explanation:
    source = sources()[name]
    resting = [f"parameter {key}" for key, spec in _parameters().info.items() if name in spec.source]
    tables = [f"table {table}" for table in source.tables.split(";") if table]
    facts = [
        source.document,
        source.publisher,
        source.year,
        f"licence {source.licence}",
        source.note,
        source.weakness,
    ]
    return Explanation(
        name=name,
        kind="source",
        meaning=source.title,
        value=f"{source.rows} rows, {source.confirmed} confirmed" if source.tables else None,
        status=f"{source.kind}, grade {source.grade}",
        sources=(Citation(source.address or "address not known", source.copy_held_by),),
        note="; ".join(fact for fact in facts if fact),
        used_in=tuple(tables + resting),
    )


def _table(name: str) -> Explanation:
    table = register().tables[name]
    rows = register().rows(name)
    units = sorted({row["unit"] for row in rows if row.get("unit")})
    grades = [f"{sum(row['grade'] == grade for row in rows)} {grade}" for grade in "ABC"]
    used = {source.source_id for source in sources().values() if name in source.tables.split(";")}
    return Explanation(
        name=name,
        kind="table",
        meaning=table.what,
        unit=f"by column, see {name}_columns.csv" if register().columns(name) else ", ".join(units),
        value=f"{len(rows)} rows; grades: {', '.join(grades)}",
        status=f"after 2021: {table.after_2021}" + (f" ({table.reason})" if table.reason else ""),
        sources=tuple(_cited(source) for source in sorted(used)),
        used_in=_uses(name, f"calibration/observations/{name}.csv"),
    )


def _conflict(name: str) -> Explanation:
    found = next(conflict for conflict in conflicts() if conflict.id == name)
    pairs = [("a", found.value_a, found.source_a), ("b", found.value_b, found.source_b)]
    return Explanation(
        name=name,
        kind="conflict",
        meaning=f"{found.what} ({found.place})",
        unit=found.unit,
        value="; ".join(f"{letter}: {value}" for letter, value, _ in pairs if value),
        status=f"follows {found.follows}",
        sources=tuple(_cited(source) for _, _, source in pairs if source),
        note=found.why,
        used_in=("calibration/conflicts.csv",),
    )


# A name is explained as the first kind that has it.
_KINDS: dict[str, tuple[Callable[[], Any], Callable[[str], Explanation]]] = {
    "parameter": (lambda: _parameters().info, _parameter),
    "indicator": (_indicators, _indicator),
    "lever": (lambda: CATALOGUE, _lever),
    "target": (_targets, _target),
    "measure": (_measures, _measure),
    "prior": (_priors, _prior),
    "source": (sources, _source),
    "table": (lambda: register().tables, _table),
    "conflict": (lambda: {conflict.id for conflict in conflicts()}, _conflict),
}


def _cited(source: str) -> Citation:
    """A source id, `behaviour_priors.NAME` or the word assumption as a citation."""
    table, _, row_name = source.partition(".")
    if row_name:
        row = next(row for row in register().rows(table) if row["parameter"] == row_name)
        return Citation(source, f"{row['meaning']}, from {row['source_id']}", row["grade"])
    known: Source | None = sources().get(source)
    return Citation(source, known.title, known.grade, known.address) if known else Citation(source, "")


def _uses(name: str, *defined_in: str) -> tuple[str, ...]:
    """Where the name is defined, then the lines of the package that quote it, as `urbsim/file.py:line`."""
    quoted = re.compile(rf"""["']{re.escape(name)}["']""")
    return (*defined_in, *(place for place, line in _package_lines() if quoted.search(line)))


@cache
def _package_lines() -> list[tuple[str, str]]:
    """Every line of the package with its place, in the order of the files."""
    return [
        (f"urbsim/{path}:{number}", line)
        for path, text in sorted(_texts(files("urbsim"), ""))
        for number, line in enumerate(text.splitlines(), start=1)
    ]


def _texts(folder: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith(("_", ".")):
            yield from _texts(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield prefix + entry.name, entry.read_text(encoding="utf-8")


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
