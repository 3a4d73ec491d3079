"""What a program hands over to start a run, turned into plain types and checked once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbsim.errors import InputError, Problem, quoted
from urbsim.files import plain_values
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation import options

if TYPE_CHECKING:
    from urbsim.simulation.runner import RunSpec

SCENARIO = "the name of a scenario, the path of its file, its content as a mapping, or a loaded scenario"
_SEED_OF_MESA = "; Mesa's batch_run sets it to None unless it gets seeds as rng=[1, 2]"


def run_spec(
    scenario: object,
    scale: object = 0.01,
    seed: object = 1,
    draw: object = 0,
    threads: object = None,
    strict: object = False,
    profile: object = False,
    out: object = None,
    progress: object = None,
) -> tuple[RunSpec, Path | None]:
    """The run that the arguments describe, and the folder of its results (None to write nothing).

    Scalars of NumPy and pandas, Decimal and Fraction are taken as the numbers they are; truth values and texts are
    refused where a number is asked for. Raises InputError with every problem, also where memory does not suffice.
    """
    problems: list[Problem] = []

    def checked(problem: Problem | None) -> None:
        if problem is not None:
            problems.append(_in_python(problem))

    share, seed_, draw_ = plain_values.finite(scale), plain_values.whole(seed), plain_values.whole(draw)
    cores = options.all_cores() if threads is None else plain_values.whole(threads)
    checked(options.scale_problem(share, scale))
    seeds = options.SEED + (_SEED_OF_MESA if seed is None else "")
    checked(options.whole_problem("seed", seed_, seed, 0, options.MAX_SEED, seeds))
    checked(options.whole_problem("draw", draw_, draw, 0, options.MAX_SEED, options.DRAW))
    checked(options.whole_problem("threads", cores, threads, 1, options.MAX_THREADS, options.THREADS))
    answers = []
    for key, value in (("strict", strict), ("profile", profile)):
        answers.append(plain_values.truth(value))
        checked(
            None if answers[-1] is not None else Problem(_refused(value), key=key, allowed="True or False")
        )
    if progress is not None and not callable(progress):
        checked(Problem(_refused(progress), key="progress", allowed="what can be called, or None"))
    folder = _path(out, "out", "a folder that can be written to", problems) if out is not None else None
    checked(options.out_problem(folder) if folder is not None else None)
    spec = _scenario(scenario, problems)
    if problems or spec is None or share is None or seed_ is None or draw_ is None or cores is None:
        raise InputError(problems)
    # Late: libraries take a second, and neither loading a scenario nor refusing one needs them.
    from urbsim.simulation.memory import memory_problem
    from urbsim.simulation.runner import RunSpec

    checked(memory_problem(spec, share))
    if problems:
        raise InputError(problems)
    return RunSpec(spec, share, seed_, draw_, cores, bool(answers[0]), bool(answers[1])), folder


def scenario_of(source: object) -> Scenario:
    """The scenario that a program names, hands over or has loaded. Raises InputError with every problem."""
    problems: list[Problem] = []
    scenario = _scenario(source, problems)
    if scenario is None:
        raise InputError(problems)
    return scenario


def _in_python(problem: Problem) -> Problem:
    """The problem of an option of the command as that of the argument of the same name."""
    return problem if problem.key is None else replace(problem, key=problem.key.removeprefix("--"))


def _refused(value: object) -> str:
    return f"{quoted(value)} is refused"


def _path(given: object, key: str, allowed: str, problems: list[Problem]) -> Path | None:
    """The path that a text or path object stands for."""
    text = os.fspath(given) if isinstance(given, os.PathLike) else plain_values.plain(given)
    if isinstance(text, str) and text.strip():
        return Path(text)
    problems.append(Problem(_refused(given), key=key, allowed=allowed))
    return None


def _scenario(given: object, problems: list[Problem]) -> Scenario | None:
    if isinstance(given, Scenario):
        return given
    source: Any = given
    if not isinstance(given, Mapping):
        path = _path(given, "scenario", SCENARIO, problems)
        if path is None:
            return None
        source = path if isinstance(given, os.PathLike) else str(given)
    try:
        return load_scenario(source)
    except InputError as error:
        problems += error.problems
        return None
