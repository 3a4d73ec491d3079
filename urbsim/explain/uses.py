"""Where a name is used: found by searching the text of the package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any


def uses(name: str, *defined_in: str) -> tuple[str, ...]:
    """Where the name is defined, then the lines of the package that quote it, as `urbsim/file.py:line`."""
    quoted = re.compile(rf"""["']{re.escape(name)}["']""")
    lines = (pair for pair in _package_lines() if name in pair[1])  # sooner said than the pattern
    return (*defined_in, *(place for place, line in lines if quoted.search(line)))


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
        if entry.name == "explain":  # it tells of everything
            continue
        if entry.is_dir() and not entry.name.startswith(("_", ".")):
            yield from _texts(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield prefix + entry.name, entry.read_text(encoding="utf-8")
