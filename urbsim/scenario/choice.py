"""Some measures of the plan out of many: what `measures` and `without` leave of the levers that a scenario inherits."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from urbsim.errors import Problem, nearest, quoted
from urbsim.files.strict_yaml import Document, Steps
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.measures import PROGRAMMES, measures
from urbsim.scenario.schema import Levers
from urbsim.scenario.schema.base import FrozenMapping

KEYS = ("measures", "without")
_NOTHING = object()


def chosen(inherited: Document, own: Document, found: list[Problem]) -> Document:
    """What a file inherits, without the levers that its `measures` or `without` do not leave. Problems go to `found`.

    inherited: all that it extends, merged; own: the file. `measures` keeps levers of any measure it names, `without`
    takes out those all of whose measures it names; what is committed stays, and so does what the file writes itself.
    """
    given = [key for key in KEYS if key in own.value]
    if len(given) == 2:
        found.append(own.problem(("without",), "cannot stand beside `measures`", at_key=True))
    if len(given) != 1 or not isinstance(own.value[given[0]], list):  # another form is the schema's to report
        return inherited
    (key,) = given
    named, before = _named(own, key, found), list(_settings(inherited))
    for position, name, ids in named:
        if not any(ids & _measures_of(path) for path in before):
            message = f"has no effect: the scenario it extends has no lever of {name}"
            found.append(own.problem((key, position), message))
    ids = frozenset().union(*(ids for _, _, ids in named))

    def stays(path: Steps) -> bool:
        of_it = _measures_of(path)
        return bool(of_it & ids) if key == "measures" else not of_it <= ids

    return _without(inherited, {path for path in before if not stays(path)})


def kept(plan: Levers, ids: Set[str]) -> Levers:
    """The levers of any of these measures, all others left out; a mapping keeps its entries of these measures."""
    groups = {}
    for group, part in plan:
        values: dict[str, Any] = {}
        for name in type(part).model_fields:
            lever, value = CATALOGUE[f"{group}.{name}"], getattr(part, name)
            if lever.items and value:
                value = FrozenMapping({k: v for k, v in value.items() if lever.measures_of(k) & ids})
            if value and lever.measures_of() & ids:
                values[name] = value
        if values:
            groups[group] = type(part)().model_copy(update=values)
    return Levers().model_copy(update=groups)


def unattached(document: Document) -> list[Problem]:
    """`measures` or `without` in a file that extends nothing."""
    if "extends" in document.value:
        return []
    return [
        document.problem(
            (key,), "needs `extends`: it chooses among the levers that are inherited", at_key=True
        )
        for key in KEYS
        if key in document.value
    ]


def _named(own: Document, key: str, found: list[Problem]) -> list[tuple[int, str, frozenset[str]]]:
    """Position, name and measures of each entry: a measure itself, or all of a programme."""
    named = []
    for position, name in enumerate(own.value[key]):
        if not isinstance(name, str):
            continue  # the schema's to report
        if name in measures():
            named.append((position, name, frozenset({name})))
        elif name in PROGRAMMES:
            named.append((position, name, frozenset(id_ for id_ in measures() if id_.startswith(name))))
        else:
            near = nearest(name, measures())
            allowed = f"{', '.join(measures())}, or a programme: {', '.join(PROGRAMMES)}"
            message = f"the plan has no measure {quoted(name)}"
            found.append(own.problem((key, position), message, allowed=allowed, nearest=near))
    return named


def _settings(document: Document) -> Iterator[Steps]:
    """Paths of what a document adds: levers, and entries of those whose entries are of measures of their own."""
    groups = document.value.get("levers")
    for group, inner in groups.items() if isinstance(groups, dict) else ():
        for name, value in inner.items() if isinstance(inner, dict) else ():
            lever = CATALOGUE.get(f"{group}.{name}")
            if lever and lever.items and isinstance(value, dict) and value:
                yield from ((group, name, entry) for entry in value)
            else:
                yield group, name


def _measures_of(path: Steps) -> frozenset[str]:
    """Measures of what stands at a path; none for a lever that nobody knows."""
    lever = CATALOGUE.get(f"{path[0]}.{path[1]}")
    return lever.measures_of(str(path[2]) if len(path) > 2 else None) if lever else frozenset()


def _without(document: Document, gone: set[Steps]) -> Document:
    """The document with some levers, or entries of them, left out; a lever of which nothing is left goes as well."""
    groups: dict[Any, Any] = {}
    for group, inner in document.value.get("levers", {}).items():
        groups[group] = inner
        if isinstance(inner, dict):
            left = {name: _left((group, name), value, gone) for name, value in inner.items()}
            groups[group] = {name: value for name, value in left.items() if value is not _NOTHING}

    def stays(path: Steps) -> bool:
        if path[:1] != ("levers",) or len(path) < 3:
            return True
        return path[2] in groups.get(path[1], {}) and path[1:4] not in gone

    origins = {path: origin for path, origin in document.origins.items() if stays(path)}
    return Document(document.value | {"levers": groups}, origins)


def _left(path: Steps, value: Any, gone: set[Steps]) -> Any:
    """What is left of a setting."""
    if path in gone:
        return _NOTHING
    entries = {step[2] for step in gone if len(step) > 2 and step[:2] == path}
    if not entries:
        return value
    return {entry: inner for entry, inner in value.items() if entry not in entries} or _NOTHING
