"""An answer about one name, as lines for a terminal or plain values; and what a kind of things with names is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_USES_SHOWN = 8
_WIDTH = 9  # of the labels


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

    kind: the name of a `Kind`; called: other names, in both languages; value: a number, or words; interval: 5% and
    95% points of the belief; status: for a parameter sourced, fitted or assumed; sources: where it comes from;
    text: several lines, such as an equation; used_in: places in the package as `file:line`, or the names that rest
    on it; also: other kinds of thing with this name.
    """

    name: str
    kind: str
    meaning: str
    called: tuple[str, ...] = ()
    unit: str = ""
    value: Any = None
    interval: tuple[float, float] | None = None
    status: str = ""
    sources: tuple[Citation, ...] = ()
    note: str = ""
    text: str = ""
    used_in: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.name} ({self.kind})"]
        for label, text in self._lines():
            lines.append(f"  {label:<{_WIDTH}} {text}")
        return "\n".join(lines)

    def _lines(self) -> Iterator[tuple[str, str]]:
        yield "meaning", self.meaning
        if self.called:
            yield "called", "; ".join(self.called)
        if self.unit:
            yield "unit", self.unit
        if self.value is not None:
            yield "value", shown(self.value)
        if self.interval:
            low, high = (shown(end) for end in self.interval)
            yield "interval", f"{low} to {high} in 90 of 100 draws"
        if self.status:
            yield "status", self.status
        for number, source in enumerate(self.sources):
            yield ("source" if number == 0 else ""), str(source)
        if self.note:
            yield "note", self.note
        for number, line in enumerate(self.text.splitlines()):
            yield ("text" if number == 0 else ""), line
        for number, place in enumerate(self.used_in[:_USES_SHOWN]):
            yield ("used in" if number == 0 else ""), place
        if len(self.used_in) > _USES_SHOWN:
            yield "", f"and {len(self.used_in) - _USES_SHOWN} more"


@dataclass(frozen=True)
class Kind:
    """A kind of things that have names.

    name: in the singular; plural: what `urbsim list` takes; what: such things in a few words; names: all of them, in
    order; title: of one, in a line; explain: of one, in full; aliases: other name -> the names that it may stand for.
    """

    name: str
    plural: str
    what: str
    names: Callable[[], Iterable[str]]
    title: Callable[[str], str]
    explain: Callable[[str], Explanation]
    aliases: Callable[[], Mapping[str, Iterable[str]]] = dict


def shown(value: Any) -> str:
    """A value for people: thousands separated, six digits."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def by_alias(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """(other name, name) as other name -> names, empty ones left out."""
    found: dict[str, list[str]] = {}
    for alias, name in pairs:
        if alias and name not in found.setdefault(alias, []):
            found[alias].append(name)
    return {alias: names for alias, names in found.items() if alias}
