"""What a page asks of the server, checked word by word: nothing of it is a path, and all mistakes are said at once."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from urbsim.emulator.answer import Setting
from urbsim.emulator.model import Emulator
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.scenario.schema import NAME_PATTERN
from urbsim.scenario.validation import NAME_IN_WORDS

MOST_BYTES = 65_536
"""Of a request: many times what every slider takes."""


def content_of(body: bytes, keys: Iterable[str]) -> dict[str, Any]:
    """The object of a request. keys: that it may have. Raises InputError."""
    known = tuple(keys)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError([Problem("the request is no JSON")]) from None
    if not isinstance(content, dict):
        raise InputError([Problem("the request is no object", allowed=", ".join(known))])
    problems = [_unknown(key, known) for key in content if key not in known]
    if problems:
        raise InputError(problems)
    return content


def setting_of(emulator: Emulator, content: Mapping[str, Any]) -> Setting:
    """Where the sliders stand. Of a lever that is left out the dose is 1, a condition is left alone.

    Raises InputError with everything that is wrong.
    """
    problems: list[Problem] = []
    doses = {lever.key: 1.0 for lever in emulator.levers}
    toggles = {lever.key for lever in emulator.levers if lever.toggle}
    for key, value in _entries(content, "doses", doses, problems):
        ends = (0.0, 1.0) if key in toggles else (0.0, emulator.largest)
        number = _number(f"doses.{key}", value, *ends, problems)
        if number is not None and key in toggles and number not in ends:
            problems.append(Problem(f"{number:g} is refused", key=f"doses.{key}", allowed="0 or 1"))
        doses[key] = 1.0 if number is None else number
    by_key = {condition.key: condition for condition in emulator.conditions}
    conditions: dict[str, float | None] = dict.fromkeys(by_key)
    for key, value in _entries(content, "conditions", conditions, problems):
        if value is not None:
            conditions[key] = _number(f"conditions.{key}", value, by_key[key].low, by_key[key].high, problems)
    if problems:
        raise InputError(problems)
    return Setting(tuple(doses.values()), tuple(conditions.values()))


def name_of(content: Mapping[str, Any]) -> str:
    """The name of a scenario that is to be saved. Raises InputError."""
    name = content.get("name")
    if not isinstance(name, str) or not re.fullmatch(NAME_PATTERN.rstrip("$") + r"\Z", name):
        raise InputError([Problem(f"{quoted(name)} is not a name", key="name", allowed=NAME_IN_WORDS)])
    return name


@dataclass(frozen=True)
class Size:
    """How an exact run is made: with every draw as small as in the training, or once at full size."""

    full: bool


def size_of(content: Mapping[str, Any]) -> Size:
    """Raises InputError."""
    size = content.get("size")
    if size not in ("draws", "full"):
        raise InputError([Problem(f"{quoted(size)} is refused", key="size", allowed="draws, full")])
    return Size(size == "full")


def _entries(
    content: Mapping[str, Any], part: str, known: Mapping[str, Any], problems: list[Problem]
) -> list[tuple[str, Any]]:
    given = content.get(part, {})
    if not isinstance(given, dict):
        problems.append(Problem("is no object of names and numbers", key=part))
        return []
    problems += [_unknown(key, known, part) for key in given if key not in known]
    return [(key, value) for key, value in given.items() if key in known]


def _unknown(key: str, known: Iterable[str], part: str = "") -> Problem:
    where = f"{part}.{key}" if part else key
    return Problem("is not known", key=quoted(where).strip("'"), nearest=nearest(key, known))


def _number(key: str, value: Any, low: float, high: float, problems: list[Problem]) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not math.isfinite(value) or not low <= value <= high:
        allowed = f"a number from {low:g} to {high:g}"
        problems.append(Problem(f"{quoted(value)} is refused", key=key, allowed=allowed))
        return None
    return float(value)
