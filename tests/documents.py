"""Reading documents and docstrings: equation ids, names, links, anchors."""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ID = r"[A-Z]\d{1,2}"
_LIST = rf"{ID}(?:(?:, | and |-| to ){ID})*"
_NAMED = re.compile(rf"\bODD (?:equations? )?({_LIST})|\(({_LIST})\)")
_RANGE = re.compile(r"([A-Z])(\d{1,2})(?: to |-)\1(\d{1,2})")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def equation_ids(text: str) -> set[str]:
    """Ids of ODD equations named in a docstring, ranges spelt out."""
    found = set()
    for match in _NAMED.finditer(" ".join(text.split())):
        named = match[1] or match[2]
        found |= set(re.findall(ID, named))
        for letter, first, last in _RANGE.findall(named):
            found |= {f"{letter}{n}" for n in range(int(first), int(last) + 1)}
    return found


@cache
def names_in(path: Path) -> dict[str, str]:
    """Functions, classes, methods and constants of a Python file, with their docstrings ("" for none)."""
    names = {}
    for scope in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(scope, ast.FunctionDef | ast.ClassDef):
            names[scope.name] = ast.get_docstring(scope) or ""
        if isinstance(scope, ast.Module | ast.ClassDef):
            for node, following in pairwise([*scope.body, ast.Pass()]):
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                names |= {t.id: _text_of(following) for t in targets if isinstance(t, ast.Name)}
    return names


def _text_of(node: ast.stmt) -> str:
    """The text of a bare string, which documents the constant above it; "" for other statements."""
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ):
        return node.value.value
    return ""


def module_docstring(path: Path) -> str:
    """The docstring of a Python file."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def links(path: Path) -> list[str]:
    """Addresses of the links of a document, examples in code left out."""
    return _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """Anchors of the headings of a document, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
