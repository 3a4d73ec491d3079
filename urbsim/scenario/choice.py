"""Some measures of the plan out of many: what `measures` and `without` leave of the levers that a scenario inherits."""

from __future__ import annotations

from collections.abc import Iterator

from urbsim.errors import Problem, nearest, quoted
from urbsim.files.strict_yaml import Document, Steps
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.measures import PROGRAMMES, measures

KEYS = ("measures", "without")


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
    named, before = _named(own, key, found), list(_levers(inherited))
    for position, name, ids in named:
        if not any(ids & set(CATALOGUE[lever].measures) for lever in before if lever in CATALOGUE):
            message = f"has no effect: the scenario it extends has no lever of {name}"
            found.append(own.problem((key, position), message))
    ids = frozenset().union(*(ids for _, _, ids in named))

    def stays(lever: str) -> bool:
        of_it = set(CATALOGUE[lever].measures) if lever in CATALOGUE else set()
        return bool(of_it & ids) if key == "measures" else not of_it <= ids

    return _without(inherited, {lever for lever in before if not stays(lever)})


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


def _levers(document: Document) -> Iterator[str]:
    """Keys of the levers that a document adds."""
    groups = document.value.get("levers")
    for group, inner in groups.items() if isinstance(groups, dict) else ():
        yield from (f"{group}.{lever}" for lever in inner) if isinstance(inner, dict) else ()


def _without(document: Document, gone: set[str]) -> Document:
    """The document with some levers left out."""
    groups = {
        group: {lever: value for lever, value in inner.items() if f"{group}.{lever}" not in gone}
        if isinstance(inner, dict)
        else inner
        for group, inner in document.value.get("levers", {}).items()
    }

    def stays(path: Steps) -> bool:
        return path[:1] != ("levers",) or len(path) < 3 or f"{path[1]}.{path[2]}" not in gone

    origins = {path: origin for path, origin in document.origins.items() if stays(path)}
    return Document(document.value | {"levers": groups}, origins)
