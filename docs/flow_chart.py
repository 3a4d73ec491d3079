"""docs/month.svg: how a run goes, its month read from urbsim/month.py. `python docs/generate.py --write` writes it."""

from __future__ import annotations

import ast
import re
import textwrap
from html import escape
from pathlib import Path

MONTH = Path(__file__).resolve().parents[1] / "urbsim" / "month.py"
_WIDTH = 560  # of the chart; a phone shows it at two thirds, where the text can still be read
_LEFT, _RIGHT = 26, 486  # of the boxes; right of them runs the way back to the first
_LINE = 19
_LETTERS = 58  # of a line in a box
_STAGE = re.compile(r"^(\d+) +(\w+) +(.+)$", re.MULTILINE)
_BEFORE = (
    (
        "census night",
        "a person for each person counted, in households, with ties, work, dwellings and school",
    ),
    ("scenario, parameters", "levers and conditions by month and place; one draw of what is not known"),
)
_AFTER = (
    ("indicators", "official figures of every county, prefecture and the province, by month"),
    ("verdict", "each target of the plan: met or not in this run; over many draws, how often"),
)


def flow_chart() -> str:
    """The chart as SVG."""
    drawn, y = [], 14
    for name, text in _BEFORE:
        box, y = _box(y, name, text, "#f1f1ec")
        drawn += [box, _arrow(y)]
        y += 22
    top = y
    drawn.append(_text(_LEFT, y + 16, "EVERY MONTH", "bold 13px"))
    y += 28
    first = y
    stages = list(stages_of(MONTH.read_text(encoding="utf-8")))
    for place, (name, text, calls) in enumerate(stages):
        box, y = _box(y, f"{place + 1}  {name}", text, "#e4eef7", calls)
        drawn.append(box)
        if name != stages[-1][0]:
            drawn.append(_arrow(y))
            y += 22
    drawn += [_back(first + 20, y - 20), _frame(top, y + 10)]
    y += 10
    for name, text in _AFTER:
        drawn.append(_arrow(y))
        box, y = _box(y + 22, name, text, "#f1f1ec")
        drawn.append(box)
    height = y + 14
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'role="img" font-family="sans-serif">\n<title>How a run goes</title>\n'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#44546a"/></marker></defs>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


def stages_of(source: str) -> list[tuple[str, str, list[str]]]:
    """Name, text and calls of each numbered stage of the month; source: of month.py."""
    tree = ast.parse(source)
    listed = {
        int(number): (name, text) for number, name, text in _STAGE.findall(ast.get_docstring(tree) or "")
    }
    calls: dict[int, list[str]] = {number: [] for number in listed}
    step = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "step")
    lines, now = source.splitlines(), (1,)
    for statement in step.body[1:]:
        line = lines[statement.lineno - 1]
        if marked := re.search(r"# ([\d, ]+)", line):
            now = tuple(int(number) for number in marked[1].replace(" ", "").split(",") if number)
        called = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Name):
            for number in now:
                calls[number].append(called.func.id)
    return [(name, text, calls[number]) for number, (name, text) in sorted(listed.items())]


def _box(y: int, name: str, text: str, fill: str, calls: list[str] | None = None) -> tuple[str, int]:
    """A box that begins at y, and where it ends."""
    lines = textwrap.wrap(text, _LETTERS)
    code = textwrap.wrap(", ".join(calls or []), _LETTERS + 4)
    height = 14 + _LINE * (1 + len(lines)) + 17 * len(code)
    parts = [
        f'<rect x="{_LEFT}" y="{y}" width="{_RIGHT - _LEFT}" height="{height}" rx="6" fill="{fill}" stroke="#44546a"/>',
        _text(_LEFT + 14, y + 21, name, "bold 15px"),
        *(_text(_LEFT + 14, y + 21 + _LINE * (k + 1), line, "14px") for k, line in enumerate(lines)),
        *(
            _text(_LEFT + 14, y + 21 + _LINE * len(lines) + 17 * (k + 1), line, "12px", "monospace")
            for k, line in enumerate(code)
        ),
    ]
    return "\n".join(parts), y + height


def _text(x: int, y: int, text: str, size: str, family: str = "sans-serif") -> str:
    weight, _, pixels = size.rpartition(" ")
    bold = ' font-weight="bold"' if weight else ""
    grey = "#44546a" if family == "monospace" else "#1a1a1a"
    look = f'font-size="{pixels}" font-family="{family}" fill="{grey}"{bold}'
    return f'<text x="{x}" y="{y}" {look}>{escape(text)}</text>'


def _arrow(y: int) -> str:
    middle = (_LEFT + _RIGHT) // 2
    return f'<path d="M{middle} {y}v20" stroke="#44546a" stroke-width="1.5" marker-end="url(#tip)"/>'


def _back(first: int, last: int) -> str:
    """The way from the last stage to the first of the next month."""
    stroke = 'fill="none" stroke="#44546a" stroke-width="1.5" marker-end="url(#tip)"'
    line = f'<path d="M{_RIGHT} {last}h18V{first}h-16" {stroke}/>'
    middle = (first + last) // 2
    return (
        f'{line}\n<text transform="translate({_RIGHT + 35} {middle}) rotate(90)" text-anchor="middle" font-size="13" '
        'fill="#1a1a1a">next month: people see what towns offered in this one</text>'
    )


def _frame(top: int, bottom: int) -> str:
    return (
        f'<rect x="10" y="{top}" width="{_WIDTH - 20}" height="{bottom - top}" rx="8" fill="none" stroke="#44546a" '
        'stroke-dasharray="5 4"/>'
    )
