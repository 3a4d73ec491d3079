"""What exists: `urbsim list`, a line for each thing with a name."""

from __future__ import annotations

from typing import Any

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.explain import KINDS, Kind


def summary() -> list[dict[str, Any]]:
    """Each kind of things with names: how to ask for it, how many there are, and what they are."""
    return [{"kind": kind.plural, "count": len(list(kind.names())), "what": kind.what} for kind in KINDS]


def things(plural: str) -> list[dict[str, str]]:
    """Name and title of each thing of a kind. Raises InputError for a kind there is not."""
    kind = _kind(plural)
    return [{"name": name, "title": " ".join(kind.title(name).split())} for name in kind.names()]


def summary_text() -> str:
    """The kinds as lines for a terminal."""
    rows = [(row["kind"], f"{row['count']:>4}  {row['what']}") for row in summary()]
    return f"{_lines(rows)}\n\nurbsim list KIND shows them; urbsim explain NAME tells what one means."


def things_text(plural: str) -> str:
    """The things of a kind as lines for a terminal. Raises InputError for a kind there is not."""
    return _lines([(thing["name"], thing["title"]) for thing in things(plural)])


def _kind(plural: str) -> Kind:
    for kind in KINDS:
        if plural in (kind.plural, kind.name):
            return kind
    known = [kind.plural for kind in KINDS]
    message = f"{quoted(plural)} is no kind of things with names"
    raise InputError([Problem(message, allowed=", ".join(known), nearest=nearest(plural, known))])


def _lines(rows: list[tuple[str, str]]) -> str:
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {text}".rstrip() for name, text in rows)
