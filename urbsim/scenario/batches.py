"""Batch files: scenarios x draws x seeds and the settings swept over them, checked before anything runs."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.files.contents import document_of
from urbsim.files.strict_yaml import Document, Steps, dotted, load
from urbsim.scenario import effect
from urbsim.scenario.reader import SUBFOLDER, blamed, find, is_path, load_scenario, name_after_file
from urbsim.scenario.schema import Batch, Scenario
from urbsim.scenario.validation import in_order, node_at, problems, properties_of, validate


def load_batch(source: str | Path | Mapping[str, Any], called: str = "<batch>") -> Batch:
    """The batch of that name or path, or of that content, its scenarios and swept values checked too.

    called: what messages call a content. Raises InputError.
    """
    if isinstance(source, Mapping):
        document, found = document_of(source, called), []
    else:
        path = find(source, "batch")
        document = load(path)
        found = name_after_file(document, path)
    batch = None
    try:
        batch = validate(Batch, document)
    except InputError as error:
        found += error.problems
    scenarios = _scenarios_of(document, found)
    notes = [note for scenario in scenarios for note in scenario.notes]
    notes += _equal_worlds(scenarios, document)
    sweep = document.value.get("sweep")
    for setting in sweep if isinstance(sweep, dict) else {}:
        found += _sweep_problems(setting, scenarios, document, notes)
    found += _precision_problems(scenarios, document)
    if found or batch is None:
        raise InputError(in_order(found))
    batch._loaded, batch._notes = tuple(scenarios), tuple(in_order(notes))
    return batch


def _equal_worlds(scenarios: list[Scenario], document: Document) -> list[Problem]:
    """A note on every scenario whose runs can only repeat those of one before it."""
    first: dict[str, Scenario] = {}
    notes = []
    for position, scenario in enumerate(scenarios):
        same = first.setdefault(scenario.digest(), scenario)
        if same is not scenario:
            message = f"{scenario.name} is the same world as {same.name}: their runs are equal"
            notes.append(document.problem(("scenarios", position), message))
    return notes


def _precision_problems(scenarios: list[Scenario], document: Document) -> list[Problem]:
    """Targets of `precision` that no scenario is judged by, or that none reaches."""
    asked = document.value.get("precision")
    found = []
    for name in asked if isinstance(asked, dict) and scenarios else {}:
        path: Steps = ("precision", name)
        judged = [(each, target) for each in scenarios for target in each.judged_by]
        ids = list(dict.fromkeys(target.id for _, target in judged))
        ends = [(each.until, target.to) for each, target in judged if target.id == name]
        if not ends:
            message, near = f"{quoted(name)} is no target of these scenarios", nearest(name, ids)
            allowed = ", ".join(ids) or None
            found.append(document.problem(path, message, at_key=True, allowed=allowed, nearest=near))
        elif all(until < last for until, last in ends):
            message = f"is never reached: {name} is read until {ends[0][1]}, and all scenarios end before"
            found.append(document.problem(path, message, at_key=True))
    return found


def _scenarios_of(document: Document, found: list[Problem]) -> list[Scenario]:
    scenarios: list[Scenario] = []
    given = document.value.get("scenarios")
    for position, item in enumerate(given if isinstance(given, list) else []):
        if not isinstance(item, str) or not item:
            continue  # reported by the schema
        path: Steps = ("scenarios", position)
        beside = Path(document.origins[path].value.file).parent
        try:
            scenario = load_scenario(_find_for_batch(item, beside))
        except InputError as error:
            found += [blamed(problem, item, path, document) for problem in error.problems]
            continue
        if any(other.name == scenario.name for other in scenarios):
            found.append(document.problem(path, f"brings a second scenario named {scenario.name}"))
        scenarios.append(scenario)
    return scenarios


def _find_for_batch(item: str, beside: Path) -> Path:
    """Batches stand in a subfolder of the scenarios they name, or beside them."""
    if not is_path(item) and beside.name == SUBFOLDER["batch"]:
        candidate = beside.parent / f"{item}.yaml"
        if candidate.is_file() and not (beside / f"{item}.yaml").is_file():
            return candidate
    return find(item, beside=beside)


def _sweep_problems(
    setting: str, scenarios: list[Scenario], document: Document, notes: list[Problem]
) -> list[Problem]:
    """Whether a swept path exists, and whether every scenario accepts each of its values and is changed by it.

    What is not wrong but to be known goes to `notes`.
    """
    path: Steps = ("sweep", setting)
    steps = sweep_steps(setting)
    schema = Scenario.model_json_schema()
    choices = sorted(_sweepable(schema))
    if setting not in choices:
        message = f"{quoted(setting)} is not a setting that can be swept"
        group = setting.partition(".")[0] + "."
        # All of them would fill the terminal: those of the group that is named, or the groups.
        near = [choice for choice in choices if choice.startswith(group)]
        some = near or sorted({f"{choice.partition('.')[0]}..." for choice in choices})
        meant = nearest(setting, choices)
        return [document.problem(path, message, at_key=True, allowed=", ".join(some), nearest=meant)]
    given = document.value["sweep"][setting]
    tried: dict[str | int, Any] = dict(enumerate(given)) if isinstance(given, list) else {}
    if isinstance(given, dict):
        tried = {end: given[end] for end in ("from", "to") if end in given}
    found = []
    for place, value in tried.items():
        if value is None or isinstance(value, (bool, list, dict)):
            continue  # reported by the schema
        for scenario in scenarios:
            try:
                changed = with_setting(scenario, steps, value)
            except ValidationError as error:
                where: Steps = (*path, place)
                mark = document.origins[where]
                swept = Document(_set(scenario.resolved(), steps, value), {steps: mark, (): mark})
                for problem in problems(error, Scenario, swept):
                    said, mark_of_hint, hint = problem.message.partition("; ")
                    elsewhere = "" if problem.key == dotted(steps) else f"{problem.key} "
                    found.append(
                        document.problem(
                            where,
                            f"{elsewhere}{said} in scenario {scenario.name}{mark_of_hint}{hint}",
                            allowed=problem.allowed,
                            nearest=problem.nearest,
                        )
                    )
                continue
            for finding in _effect_of(steps, changed):
                message = f"{finding.message}, in scenario {scenario.name}"
                problem = document.problem((*path, place), message, allowed=finding.allowed)
                (found if finding.idle else notes).append(problem)
    return found


def _effect_of(steps: Steps, scenario: Scenario) -> Iterator[effect.Finding]:
    """What `urbsim.scenario.effect` finds of the lever or condition that a swept setting belongs to."""
    for finding in effect.findings(scenario):
        if finding.path == steps[: len(finding.path)]:
            yield finding
    for path, dose in effect.doses_of(scenario):
        if path == steps[:-1] and dose.total == 0 and steps[-1] != "total":
            yield effect.Finding(path, "has no effect: the dose has a total of 0", idle=True)


_BESIDE_LEVERS = ("conditions", "behaviour")


def sweep_steps(setting: str) -> Steps:
    """The way to a swept setting: `conditions.x` and `behaviour.x` are what they say, anything else is a lever."""
    parts = tuple(setting.split("."))
    return parts if parts[0] in _BESIDE_LEVERS else ("levers", *parts)


def with_setting(scenario: Scenario, steps: Steps, value: Any) -> Scenario:
    """The same scenario with one setting changed. Raises pydantic's ValidationError."""
    changed = Scenario.model_validate(_set(scenario.resolved(), steps, value))
    changed._files, changed._judged_by = scenario.files, scenario.judged_by
    return changed


def _set(resolved: dict[str, Any], steps: Steps, value: Any) -> dict[str, Any]:
    resolved = copy.deepcopy(resolved)
    inner: Any = resolved
    for step in steps[:-1]:
        if inner.get(step) is None:  # a lever the scenario leaves alone
            inner[step] = {}
        inner = inner[step]
    inner[steps[-1]] = value
    return resolved


def _sweepable(schema: dict[str, Any]) -> set[str]:
    """The single numbers and choices among conditions, behaviour and levers, as a batch names them."""
    found: set[str] = set()

    def visit(steps: Steps, label: str) -> None:
        node = node_at(schema, steps) or {}
        keys = properties_of(node, schema)
        for key in keys:
            visit((*steps, key), f"{label}.{key}" if label else key)
        kinds = {option.get("type") for option in node.get("anyOf", [node])}
        if not keys and not kinds & {"array", "object"}:
            found.add(label)

    for part in _BESIDE_LEVERS:
        visit((part,), part)
    visit(("levers",), "")
    return found
