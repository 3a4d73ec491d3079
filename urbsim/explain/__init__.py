"""What a name means: `urbsim explain` and `urbsim list`.

Everything is looked up in the files that define it, so an explanation cannot grow stale. A module for each kind of
file gives the kinds of things that have names; here a name is looked up among all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from urbsim.errors import nearest
from urbsim.explain import documents, facts, plan, scenarios
from urbsim.explain.answer import Citation, Explanation, Kind
from urbsim.streams import as_typed

__all__ = [
    "KINDS", "Citation", "Explanation", "Kind", "UnknownName", "explain", "explain_json", "explain_text",
    "status_summary",
]  # fmt: skip

KINDS: tuple[Kind, ...] = (
    scenarios.SCENARIO, scenarios.LEVER, scenarios.GROUP, scenarios.RULE, facts.PARAMETER, scenarios.CONDITION,
    scenarios.BEHAVIOUR,
    plan.INDICATOR, plan.TARGET, plan.MEASURE, facts.PLACE, facts.PRIOR, facts.SOURCE, facts.TABLE, facts.CONFLICT,
    documents.EQUATION, documents.TERM, scenarios.KEY,
)  # fmt: skip
"""In this order a name is explained that several kinds have."""

_LIKE = 0.75  # how much a hint must resemble what was typed, from 0 to 1


class UnknownName(LookupError):
    """Nothing has this name. nearest: the name that was probably meant, or None."""

    def __init__(self, name: str, near: str | None) -> None:
        super().__init__(f"nothing is named {name!r}" + (f"; did you mean {near!r}?" if near else ""))
        self.nearest = near


def explain(name: str) -> Explanation:
    """What `name` means: the first kind that has it. Raises UnknownName with the nearest name if none has.

    Raises InputError where it is the name of a scenario whose file is not valid.
    """
    return _answers(name)[0]


def explain_text(name: str) -> str:
    """Everything that `name` means, as lines for a terminal. Raises UnknownName."""
    return "\n\n".join(str(answer) for answer in _answers(name))


def explain_json(name: str) -> dict[str, Any]:
    """What `name` means, as plain values for JSON; `others` holds what else has this name. Raises UnknownName."""
    first, *others = _answers(name)
    return {**asdict(first), "others": [asdict(other) for other in others]}


def status_summary() -> dict[str, int]:
    """How many parameters of each status stand behind a result."""
    return facts.parameters().by_status()


def _answers(name: str) -> list[Explanation]:
    """One for each thing of that name, at least one."""
    typed = as_typed(name).strip()
    found = _named(typed)
    if not found:
        raise UnknownName(typed, _nearest(typed))
    kinds = tuple(dict.fromkeys(kind.name for kind, _ in found))
    answers = [kind.explain(known) for kind, known in found]
    return [replace(answer, also=tuple(k for k in kinds if k != answer.kind)) for answer in answers]


def _named(typed: str) -> list[tuple[Kind, str]]:
    """The things of that name: as it was typed, then however it is spelt."""
    exact, folded = _by_name()
    return list(dict.fromkeys([*exact.get(typed, ()), *folded.get(_folded(typed), ())]))


@cache
def _by_name() -> tuple[dict[str, list[tuple[Kind, str]]], dict[str, list[tuple[Kind, str]]]]:
    """Things by their names and other names, and by those without regard to letter case, width and spaces."""
    exact: dict[str, list[tuple[Kind, str]]] = {}
    folded: dict[str, list[tuple[Kind, str]]] = {}
    for alias, thing in _all_names():
        for key, names in ((alias, exact), (_folded(alias), folded)):
            if thing not in names.setdefault(key, []):
                names[key].append(thing)
    return exact, folded


def _all_names() -> Iterator[tuple[str, tuple[Kind, str]]]:
    """Every name with the thing it names; names proper before those that somebody may type instead."""
    for kind in KINDS:
        yield from ((name, (kind, name)) for name in kind.names())
    for kind in KINDS:
        for alias, names in kind.aliases().items():
            yield from ((alias, (kind, name)) for name in names)


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _nearest(typed: str) -> str | None:
    """The name most like what was typed; else the shortest with a word that begins so; None where nothing is near."""
    names = list(_by_name()[0])
    if close := nearest(typed, names, cutoff=_LIKE):
        return close
    part = _folded(typed)
    if len(part) < (2 if part and not part.isascii() else 4):
        return None
    # Chinese has no spaces between words: there it may stand anywhere.
    begins = re.compile((r"\b" if part.isascii() else "") + re.escape(part))
    holding = [name for name in names if begins.search(_folded(name))]
    return min(holding, key=lambda name: (len(name), name), default=None)
