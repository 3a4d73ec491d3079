"""Writes the generated tables of the documents, and the flow chart; a test fails when one is out of step.

Run as `python docs/generate.py --write`; without `--write` it only says which files are out of step. A table
stands between `<!-- NAME: generated -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from urbsim.facts.indicators import INDICATORS
from urbsim.facts.parameter_files import Specification
from urbsim.facts.parameters import load_parameters
from urbsim.facts.register import Source, ids, read_rows, register
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import Cost
from urbsim.scenario.measures import EVIDENCE, SIGNS, STATUSES, measures

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

from flow_chart import flow_chart  # noqa: E402 - it stands beside this file

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
    """Every document that holds a generated table, and the flow chart, as they should read."""
    texts = {DOCS / "month.svg": flow_chart()}
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


def _prices() -> str:
    """A row for each lever: the parameters of its price, or why it has none."""
    rows = []
    info = load_parameters(0).info
    for lever in CATALOGUE.values():
        if isinstance(lever.cost, Cost):
            prices = (f"`{name}`" if name else "" for name in lever.cost)
            rows.append((f"`{lever.key}`", *prices, ""))
        elif lever.cost is not None:
            guide = lever.cost.guide
            by_hand = f"; by hand: `{guide}`, {_start(info[guide])} {info[guide].unit}" if guide else ""
            rows.append((f"`{lever.key}`", "", "", "", lever.cost.en + by_hand))
    return _table(("lever", "capital", "once", "running", "not priced because"), rows)


def _land() -> str:
    """A row for each size of land: the levers whose units take it."""
    takers: dict[str, list[str]] = {}
    for lever in CATALOGUE.values():
        if lever.land is not None:
            takers.setdefault(lever.land, []).append(f"`{lever.key}`")
    info = load_parameters(0).info
    rows = (
        (f"`{name}`", f"{_start(info[name])} ({_interval(info[name])})", info[name].unit, ", ".join(levers))
        for name, levers in takers.items()
    )
    return _table(("land", "size", "unit", "levers"), rows)


def _measures(lang: str) -> Callable[[], str]:
    """The register of measures in a language."""
    header = {
        "en": ("id", "measure", "led by", "in the model", "levers", "moves first", "evidence", "weakest assumption"),
        "zh": ("编号", "措施", "牵头单位", "建模情况", "政策工具", "首先影响", "依据", "最弱的假设"),
    }  # fmt: skip

    def rows() -> Iterator[tuple[str, ...]]:
        for row in measures().values():
            tools = (
                CATALOGUE[key].name("zh") if lang == "zh" else f"[`{key}`](odd.md#levers)"
                for key in row.levers
            )
            first = (INDICATORS[name].zh if lang == "zh" else f"`{name}`" for name in row.moves_first)
            yield (
                row.id, row.heading[lang], row.lead[lang], STATUSES[row.status][lang],
                ", ".join(tools), f"{', '.join(first)}: {SIGNS[row.sign][lang]}", EVIDENCE[row.evidence][lang],
                row.weakest[lang],
            )  # fmt: skip

    return lambda: _table(header[lang], rows())


def _licences() -> str:
    """A line a kind of source and licence: how many sources, and who published most of them."""
    groups: dict[tuple[str, str], list[Source]] = {}
    for source in register().sources.values():
        groups.setdefault((source.kind, source.licence), []).append(source)
    rows = []
    for (kind, licence), sources in sorted(groups.items()):
        publishers = Counter(source.publisher for source in sources)
        most = [f"{name} ({number})" for name, number in publishers.most_common() if number > 1][:4]
        others = len(publishers) - len(most)
        if others:
            most.append(f"{others} more" if most else "one each" if others > 1 else next(iter(publishers)))
        rows.append((f"`{kind}`", licence, str(len(sources)), ", ".join(most)))
    return _table(("kind of source", "licence stated", "sources", "publishers"), rows)


def _licensed() -> str:
    """A line a source whose copy states a licence."""
    resting = _tables_by_source()
    rows = (
        (
            f"`{source.source_id}`", source.title, source.address, source.licence,
            ", ".join(f"`{table}`" for table in resting.get(source.source_id, [])) or "none: cross-checks only",
        )
        for source in register().sources.values()
        if source.licence != "not stated"
    )  # fmt: skip
    return _table(("source", "title", "copy read", "licence stated", "tables that hold numbers of it"), rows)


def _tables_by_source() -> dict[str, list[str]]:
    """Source -> observation tables whose rows name it, in whatever column."""
    found: dict[str, list[str]] = {}
    for table in register().tables:
        rows = read_rows(register().folder / "observations" / f"{table}.csv")
        cells = {row[column] for row in rows for column in row if column.startswith("source_id")}
        for source in sorted({source for cell in cells for source in ids(cell)}):
            found.setdefault(source, []).append(table)
    return found


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
    "prices": _prices,
    "land": _land,
    "measures-en": _measures("en"),
    "measures-zh": _measures("zh"),
    "licences": _licences,
    "licensed": _licensed,
}

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
