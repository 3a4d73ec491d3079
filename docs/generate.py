"""Writes the generated tables of the documents; a test fails when one is out of step.

Run as `python docs/generate.py --write`; without `--write` it only says which files are out of step. A table
stands between `<!-- NAME: generated -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from urbsim.facts.indicators import INDICATORS, PLANNED
from urbsim.facts.parameter_files import Specification
from urbsim.facts.parameters import load_parameters

DOCS = Path(__file__).resolve().parent
HEADING = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)
EQUATION = re.compile(r"[A-Z]\d{1,2}(?= )")


def main(arguments: list[str]) -> int:
    """Writes (`--write`) or compares the tables; 0 when all are in step, 1 when not, 2 on bad use."""
    if arguments not in ([], ["--write"]):
        print("usage: python docs/generate.py [--write]", file=sys.stderr)
        return 2
    stale = {path: text for path, text in generated().items() if path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        if arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{'wrote' if arguments else 'out of step:'} {path.relative_to(DOCS.parent)}")
    return 1 if stale and not arguments else 0


def generated() -> dict[Path, str]:
    """Every document that holds a generated table, as it should read."""
    texts = {}
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for name, table in TABLES.items():
            text = _replaced(text, name, table)
        texts[path] = text
    return texts


def _replaced(text: str, name: str, table: Callable[[], str]) -> str:
    marks = re.compile(rf"(<!-- {re.escape(name)}: generated -->\n).*?(<!-- end -->)", re.DOTALL)
    return marks.sub(lambda found: found[1] + table() + found[2], text)


def entries_naming(odd: str) -> dict[str, list[str]]:
    """Word -> ids of the entries of odd.md that name it, or the heading where it stands outside of them."""
    pieces = HEADING.split(_without_tables(odd))
    named: dict[str, list[str]] = {}
    for heading, body in zip(pieces[1::2], pieces[2::2], strict=True):
        equation = EQUATION.match(heading)
        for word in set(re.findall(r"[a-z][a-z0-9_]+", body)):
            named.setdefault(word, []).append(equation[0] if equation else heading)
    return named


def _without_tables(text: str) -> str:
    return re.sub(r"<!-- \S+: generated -->.*?<!-- end -->", "", text, flags=re.DOTALL)


def _parameters() -> str:
    named_in = entries_naming((DOCS / "odd.md").read_text(encoding="utf-8"))
    rows = (
        (
            f"`{name}`", spec.meaning, spec.unit, _start(spec), _interval(spec), _status(spec),
            ", ".join(spec.source), ", ".join(named_in.get(name, ["-"])),
        )
        for name, spec in sorted(load_parameters(0).info.items(), key=lambda item: (item[1].process, item[0]))
    )  # fmt: skip
    return _table(
        ("parameter", "meaning", "unit", "start", "interval", "status", "source", "described in"), rows
    )


def _by_hand() -> str:
    rows = (
        (f"`{name}`", spec.meaning, _start(spec), _interval(spec), spec.note)
        for name, spec in sorted(load_parameters(0).info.items())
        if spec.set_by_hand
    )
    return _table(("parameter", "meaning", "start", "interval", "why"), rows)


def _statuses() -> str:
    parameters = load_parameters(0)
    by_hand = sum(spec.set_by_hand for spec in parameters.info.values())
    rows = [(status, str(number)) for status, number in parameters.by_status().items()]
    return _table(("status", "parameters"), [*rows, ("of the assumed, start set by hand", str(by_hand))])


def _indicators() -> str:
    rows = ((f"`{i.name}`", i.zh, i.unit, i.kind, i.basis, i.ages, i.definition) for i in INDICATORS.values())
    return _table(("indicator", "中文", "unit", "kind", "counted by", "ages", "definition"), rows)


def _planned() -> str:
    return ", ".join(f"`{name}`" for name in PLANNED) + "\n"


def _start(spec: Specification) -> str:
    if spec.array is not None:
        return f"{' x '.join(map(str, spec.array.shape))} numbers"
    return spec.table or f"{spec.start:,.6g}"


def _interval(spec: Specification) -> str:
    return "" if spec.interval is None else " to ".join(f"{end:.3g}" for end in spec.interval)


def _status(spec: Specification) -> str:
    return f"{spec.status}, hand" if spec.set_by_hand else spec.status


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


TABLES: dict[str, Callable[[], str]] = {
    "parameters": _parameters,
    "by-hand": _by_hand,
    "statuses": _statuses,
    "indicators": _indicators,
    "planned": _planned,
}

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
