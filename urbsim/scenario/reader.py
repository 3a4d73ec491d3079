"""Scenario and target files: found by name or path, or handed over as a mapping; extended, checked, frozen.

`load_scenario` and `load_targets` raise one `InputError` with every problem found. A value
keeps the file and line it was written in through `extends`, so an inherited mistake names its own file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts import gazetteer
from urbsim.files import workbook
from urbsim.files.contents import document_of
from urbsim.files.strict_yaml import Document, Mark, Origin, Steps, load, merge
from urbsim.paths import scenarios_dir
from urbsim.scenario import effect
from urbsim.scenario.catalogue import DOSES
from urbsim.scenario.choice import chosen, unattached
from urbsim.scenario.lever import Cost, Lever
from urbsim.scenario.schema import NAME_PATTERN, Scenario, Target, TargetFile
from urbsim.scenario.validation import NAME_IN_WORDS, in_order, validate
from urbsim.streams import as_typed

MAX_EXTENDS = 16
_FIRST: dict[str, tuple[Steps, Callable[[Lever], bool]]] = {
    "with a price": (("levers", "delivery", "envelope", "first"), lambda lever: isinstance(lever.cost, Cost)),
    "that takes land": (("levers", "delivery", "land_quota", "first"), lambda lever: lever.land is not None),
}
"""What a lever must be that a limit serves first -> where it is named, and whether it is one."""
_OWN = ("name", "title", "question", "extends", "measures", "without")
"""What a scenario says of itself is not inherited."""

Kind = Literal["scenario", "target", "batch"]
SUBFOLDER = {"scenario": "", "target": "targets", "batch": "batches"}


# --- names and paths ---------------------------------------------------------------------------------------


def is_path(argument: str) -> bool:
    """Whether an argument is a path: it ends in .yaml or .xlsx or holds a separator. Otherwise it is a name."""
    return argument.endswith((".yaml", workbook.SUFFIX)) or "/" in argument or "\\" in argument


def document_at(path: Path) -> Document:
    """What a file says, a workbook or YAML. Raises InputError with every problem found."""
    return workbook.load(path) if path.suffix == workbook.SUFFIX else load(path)


def find(argument: str | Path, kind: Kind = "scenario", beside: Path | None = None) -> Path:
    """The file that a name or path stands for.

    A path counts from `beside` (the folder of the file that mentions it; else the working directory). A name
    is searched in `beside`, in ./scenarios and among those that come with urbsim (targets and batches: in
    their subfolders).
    Raises InputError with the nearest name; a path is not checked here, reading it does that.
    """
    if isinstance(argument, Path) or is_path(argument):
        return (beside or Path()) / Path(argument).expanduser()
    folders = _folders(kind, beside)
    if argument and "\0" not in argument and len(argument) < 200:
        for folder in folders:
            candidate = folder / f"{argument}.yaml"
            if candidate.is_file():
                return candidate
    names = available(kind, beside)
    hint = "; a path ends in .yaml" if argument.endswith((".yml", ".YAML", ".json")) else ""
    raise InputError(
        [
            Problem(
                f"no {kind} is named {quoted(argument)}{hint}",
                allowed=f"{', '.join(names) or 'none found'}, or a path ending in .yaml",
                nearest=nearest(argument, names),
            )
        ]
    )


def available(kind: Kind = "scenario", beside: Path | None = None) -> list[str]:
    """The names that `find` would accept, sorted."""
    return sorted({file.stem for folder in _folders(kind, beside) for file in folder.glob("*.yaml")})


def blamed(problem: Problem, item: str, path: Steps, document: Document) -> Problem:
    """A problem with the file that `item` names; without a line of its own, it is put at the naming line."""
    if problem.line is not None:
        return problem
    message = f"{quoted(item)}: {problem.message}" if is_path(item) else problem.message
    return document.problem(path, message, allowed=problem.allowed, nearest=problem.nearest)


def is_shipped(path: Path) -> bool:
    """Whether a file is one of those that come with urbsim."""
    return path.resolve().is_relative_to(scenarios_dir().resolve())


def _folders(kind: Kind, beside: Path | None) -> list[Path]:
    sub = SUBFOLDER[kind]
    own = [] if beside is None else [beside / sub, beside]
    return list(dict.fromkeys([*own, Path("scenarios") / sub, scenarios_dir() / sub]))


# --- scenarios ---------------------------------------------------------------------------------------------


def load_scenario(source: str | Path | Mapping[Any, Any]) -> Scenario:
    """The scenario of that name or path, or of that content, with all it inherits, checked and frozen.

    A mapping is the content of a scenario file: it needs a `name`, and its paths count from the working directory.
    Raises InputError.
    """
    found: list[Problem] = []
    if isinstance(source, Mapping):
        document, files = _of_content(source, found)
    else:
        document, files = _extended(find(source), [], found)
    if document is None:
        raise InputError(in_order(found))
    scenario = None
    try:
        scenario = validate(Scenario, document)
    except InputError as error:
        found += error.problems
    found += _place_problems(document)
    found += _transport_problems(document)
    found += _first_problems(document)
    judged_by = _targets_of(document, found)
    if scenario is not None:
        scenario._files, scenario._judged_by = files, judged_by
        own = document.origins[()].value.file
        scenario._notes = tuple(in_order(_without_effect(scenario, document, own, found)))
    if found or scenario is None:
        raise InputError(in_order(found))
    return scenario


def _without_effect(scenario: Scenario, document: Document, own: str, found: list[Problem]) -> list[Problem]:
    """Notes on input without effect. What the file `own` wrote itself is refused: it goes to `found`."""
    notes = []
    for finding in effect.findings(scenario):
        problem = document.problem(finding.path, finding.message, allowed=finding.allowed)
        if finding.idle and document.written_by(own, finding.path):
            found.append(problem)
        else:
            notes.append(replace(problem, allowed=None))
    return notes


def _of_content(content: Mapping[Any, Any], found: list[Problem]) -> tuple[Document | None, tuple[Path, ...]]:
    """As `_extended`, of what a program hands over; messages call it by its name in angle brackets."""
    name = content.get("name")
    named = isinstance(name, str) and re.fullmatch(NAME_PATTERN, name)
    document = document_of(content, f"<{name}>" if named else "<dict>")
    whole, files = _on_its_parent(document, Path(document.origins[()].value.file), None, [], found)
    return whole, files[1:]


def _place_problems(document: Document) -> list[Problem]:
    """What the schema cannot know of a dose: whether the places it names exist."""
    found = []
    for part in ("committed", "levers"):
        groups = document.value.get(part)
        for group, levers in groups.items() if isinstance(groups, dict) else ():
            for lever, dose in levers.items() if isinstance(levers, dict) else ():
                places = dose.get("places") if isinstance(dose, dict) else None
                for code in places if isinstance(places, dict) else ():
                    path: Steps = (part, group, lever, "places", code)
                    found += _unknown_place(str(code), path, document, at_key=True)
    return found


def _transport_problems(document: Document) -> list[Problem]:
    """Railway lines and travel circles that nobody knows."""
    found = []
    known = {
        "openings": ("railway line", gazetteer.railway_lines()),
        "circles": ("travel circle", gazetteer.travel_circles()),
    }
    for part in ("committed", "levers"):
        groups = document.value.get(part)
        transport = groups.get("transport") if isinstance(groups, dict) else None
        written = transport if isinstance(transport, dict) else {}
        for key, (what, names) in known.items():
            entries = written.get(key)
            for name in entries if isinstance(entries, dict) else ():
                if name not in names:
                    path: Steps = (part, "transport", key, name)
                    message = f"no {what} is named {quoted(name)}"
                    near, allowed = nearest(str(name), names), ", ".join(names)
                    found.append(document.problem(path, message, at_key=True, allowed=allowed, nearest=near))
    return found


def _first_problems(document: Document) -> list[Problem]:
    """Levers that an envelope or a land quota serves first and that do not exist, or have no price or take no land."""
    found = []
    for what, (steps, is_one) in _FIRST.items():
        node: Any = document.value
        for step in steps:
            node = node.get(step) if isinstance(node, dict) else None
        known = [lever.key for lever in DOSES if is_one(lever)]
        for position, key in enumerate(node if isinstance(node, list) else ()):
            if isinstance(key, str) and key not in known:
                message = f"no lever {what} is named {quoted(key)}"
                allowed, near = ", ".join(known), nearest(key, known)
                found.append(document.problem((*steps, position), message, allowed=allowed, nearest=near))
    return found


def _unknown_place(code: str, path: Steps, document: Document, at_key: bool = False) -> list[Problem]:
    """A code of the right form that no place of Guangxi has; the wrong form is the schema's to report."""
    if len(code) != 6 or not code.isdigit() or not code.startswith("45") or code in gazetteer.places():
        return []
    allowed = "450000, the code of a prefecture or of a county in 2021"
    near = nearest(code, gazetteer.places())
    message = f"no place of Guangxi has the code {code}"
    return [document.problem(path, message, at_key=at_key, allowed=allowed, nearest=near)]


def _extended(
    path: Path, above: list[tuple[Path, Problem]], found: list[Problem]
) -> tuple[Document | None, tuple[Path, ...]]:
    """The document at `path` laid on all it extends, and the files read. Problems go to `found`.

    above: the files that extend this one, each with a Problem-to-be at its `extends`.
    """
    try:
        document = document_at(path)
    except InputError as error:
        if above and len(error.problems) == 1 and error.problems[0].line is None:
            # The parent cannot even be opened: the mistake is in the line that names it.
            problem = above[-1][1]
            message = f"{quoted(str(path))}: {error.problems[0].message}"
            found.append(Problem(message, problem.file, problem.line, problem.column, "extends"))
        else:
            found += error.problems
        return None, (path,)
    if not above:
        found += name_after_file(document, path)
    return _on_its_parent(document, path, path.parent, above, found)


def _on_its_parent(
    document: Document,
    path: Path,
    beside: Path | None,
    above: list[tuple[Path, Problem]],
    found: list[Problem],
) -> tuple[Document | None, tuple[Path, ...]]:
    """The document laid on what it extends. path: of the document; beside: its folder; others as of `_extended`."""
    parent = document.value.get("extends")
    if not isinstance(parent, str) or not parent:  # absent, or wrong and reported by the schema
        found += unattached(document)
        return document, (path,)
    here = document.problem(("extends",), "")
    chain = [*above, (path, here)]
    try:
        parent_path = find(parent, beside=beside)
    except InputError as error:
        for problem in error.problems:
            found.append(
                document.problem(
                    ("extends",), problem.message, allowed=problem.allowed, nearest=problem.nearest
                )
            )
        return document, (path,)
    files = [file for file, _ in chain]
    resolved = [file.resolve() for file in files]
    if parent_path.resolve() in resolved:
        loop = files[resolved.index(parent_path.resolve()) :]
        way = " -> ".join(str(file) for file in [*loop, loop[0]])
        found.append(document.problem(("extends",), f"goes round in a circle: {way}"))
        return document, (path,)
    if len(chain) > MAX_EXTENDS:
        found.append(document.problem(("extends",), f"is a chain of more than {MAX_EXTENDS} files"))
        return document, (path,)
    base, read = _extended(parent_path, chain, found)
    if base is None:
        return document, (path, *read)
    return merge(chosen(_inheritable(base), document, found), document), (path, *read)


def name_after_file(document: Document, path: Path) -> list[Problem]:
    """Give the document the name of its file if it has none of its own; a Problem if that name will not do."""
    if "name" in document.value:
        return []
    stem = as_typed(path.stem)
    fits = re.fullmatch(NAME_PATTERN, stem) is not None
    # With a name that fits, the rest is checked as well.
    document.value["name"] = stem if fits else "unnamed"
    mark = Mark(str(path), 1, 1)
    document.origins[("name",)] = Origin(mark, mark)
    if fits:
        return []
    like_it = re.sub("_+", "_", re.sub(r"[^A-Za-z0-9_-]+", "_", stem)).strip("_-")[:60]
    message = (
        f"is missing, and the name of the file, {quoted(stem)}, cannot take its place; write `name: ...`"
    )
    return [document.problem(("name",), message, allowed=NAME_IN_WORDS, nearest=like_it or None)]


def _inheritable(document: Document) -> Document:
    value = {key: item for key, item in document.value.items() if key not in _OWN}
    return Document(value, {path: o for path, o in document.origins.items() if path[:1] not in _own_paths()})


def _own_paths() -> set[Steps]:
    return {(key,) for key in _OWN}


# --- targets -----------------------------------------------------------------------------------------------


def load_targets(name_or_path: str | Path) -> tuple[Target, ...]:
    """The targets of a file, checked. Raises InputError."""
    path = find(name_or_path, "target")
    document = load(path)
    found: list[Problem] = []
    targets: tuple[Target, ...] = ()
    try:
        targets = validate(TargetFile, document).targets
    except InputError as error:
        found += error.problems
    items = document.value.get("targets")
    for position, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            found += _target_problems(item, ("targets", position), document)
    if found:
        raise InputError(in_order(found))
    return targets


def _target_problems(item: dict[str, Any], path: Steps, document: Document) -> list[Problem]:
    """What the schema cannot know: whether indicator and place exist, and whether they go with the rest."""
    found = []
    indicator, place = item.get("indicator"), item.get("place")
    natures = known_indicators()
    if isinstance(indicator, str) and indicator and indicator not in natures:
        message = f"{quoted(indicator)} is not an indicator"
        near = nearest(indicator, natures)
        allowed = ", ".join(sorted(natures))
        found.append(document.problem((*path, "indicator"), message, allowed=allowed, nearest=near))
    elif isinstance(indicator, str) and indicator:
        nature, threshold = natures[indicator], item.get("threshold")
        if item.get("aggregate") == "sum" and nature in ("stock", "rate", "ratio"):
            message = f"{indicator} is a {nature}: its months cannot be added up"
            found.append(document.problem((*path, "aggregate"), message, allowed="last"))
        if nature == "rate" and isinstance(threshold, (int, float)) and not 0 <= threshold <= 1:
            message = f"{threshold} is not a share"
            found.append(document.problem((*path, "threshold"), message, allowed="0 to 1; write 57% as 0.57"))
    if isinstance(place, (str, int)) and not isinstance(place, bool):
        found += _unknown_place(str(place), (*path, "place"), document)
    return found


@cache
def known_indicators() -> dict[str, str]:
    """Indicator -> stock, flow, rate or ratio."""
    from urbsim.facts.indicators import INDICATORS

    return {name: indicator.kind for name, indicator in INDICATORS.items()}


def _folder_of(mark: Mark) -> Path | None:
    """The folder of the file that a spot is in; None for content that came from no file."""
    return None if mark.line is None else Path(mark.file).parent


def _targets_of(document: Document, found: list[Problem]) -> tuple[Target, ...]:
    """The targets a scenario's `targets:` stands for."""
    given = document.value.get("targets", list(Scenario.model_fields["targets"].default))
    judged_by: list[Target] = []
    ids: set[str] = set()
    for position, item in enumerate(given if isinstance(given, list) else []):
        if not isinstance(item, str) or not item:
            continue  # reported by the schema
        path: Steps = ("targets", position)
        origin = document.origins.get(path) or document.origins[()]
        try:
            targets = load_targets(find(item, "target", beside=_folder_of(origin.value)))
        except InputError as error:
            found += [blamed(problem, item, path, document) for problem in error.problems]
            continue
        for target in targets:
            if target.id in ids:
                found.append(document.problem(path, f"brings a second target {target.id}"))
            ids.add(target.id)
        judged_by += targets
    return tuple(judged_by)
