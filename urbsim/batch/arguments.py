"""What the command line says of a batch, turned into plain values; every mistake is a Problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.files.strict_yaml import parse
from urbsim.limits import MAX_DRAWS
from urbsim.simulation import options

ENGINES = ("local",)
WORKERS = "a whole number from 1"
_SPANS = "numbers and spans, such as 1:20 or 1,3,10:12"


def spans(option: str, text: str, problems: list[Problem]) -> list[int]:
    """`1:3,7` as [1, 2, 3, 7]; the checks of a batch file say which numbers will do."""
    found: list[int] = []
    for item in text.split(","):
        match = re.fullmatch(r"\s*([0-9]{1,10})\s*(?::\s*([0-9]{1,10})\s*)?", item)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if last < first or last - first >= MAX_DRAWS:
            problems.append(Problem(f"{quoted(text)} is refused", key=option, allowed=_SPANS))
            return []
        found += range(first, last + 1)
    return found


def settings(given: Sequence[str], problems: list[Problem]) -> dict[str, Any]:
    """`path=value` items as a mapping; values as YAML files have them."""
    found: dict[str, Any] = {}
    for item in given:
        path, equals, text = item.partition("=")
        path = path.strip()
        if not equals or not path or not text.strip():
            problems.append(
                Problem(
                    f"{quoted(item)} is refused",
                    key="--set",
                    allowed="path=value, such as conditions.growth_per_year=0.02",
                )
            )
        elif path in found:
            problems.append(Problem(f"{quoted(path)} is set twice", key="--set"))
        else:
            try:
                found[path] = parse(f"value: {text.strip()}\n", "--set").value["value"]
            except InputError:
                problems.append(Problem(f"{quoted(text)} is no value", key="--set"))
    return found


def workers_in(text: str | None, problems: list[Problem], option: str = "--workers") -> int | None:
    """How many runs at once are asked for; None where nothing is."""
    if text is None:
        return None
    number = options.whole(text)
    refused = options.whole_problem(option, number, text, 1, options.MAX_THREADS, WORKERS)
    problems += [refused] if refused else []
    return number


def check_engine(engine: str, scheduler: str | None, problems: list[Problem]) -> None:
    """Whether an engine of that name is there."""
    if engine not in ENGINES:
        message = f"{quoted(engine)} is refused"
        allowed, near = ", ".join(ENGINES), nearest(engine, ENGINES)
        problems.append(Problem(message, key="--engine", allowed=allowed, nearest=near))
    elif scheduler is not None and engine != "dask":
        problems.append(Problem("is of the engine dask", key="--scheduler", allowed="--engine dask"))
