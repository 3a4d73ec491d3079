"""urbsim: agent-based scenario simulation of rural-to-urban migrants in Guangxi.

Two names are public: `load_scenario` reads and checks a scenario file, `run` simulates it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urbsim.scenario.schema import Scenario
    from urbsim.simulation.runner import RunResult

__all__ = ["load_scenario", "run"]


def load_scenario(name_or_path: str | Path) -> Scenario:
    """The scenario of that name or path, with all it inherits, checked and frozen.

    Raises urbsim.errors.InputError, which lists every problem with its file, line and column.
    """
    from urbsim.scenario import reader as scenario

    return scenario.load_scenario(name_or_path)


def run(
    scenario: str | Path | Scenario,
    *,
    scale: float = 0.01,
    seed: int = 1,
    draw: int = 0,
    threads: int | None = None,
    out: str | Path | None = None,
    strict: bool = False,
    profile: bool = False,
    progress: Callable[[float, str], None] | None = None,
) -> RunResult:
    """Simulate one scenario once, as `urbsim run` does.

    scenario: a name, a path or a loaded scenario; scale: share of households, from 0.00001 to 1; seed, draw:
    from 0; threads: default all cores; out: folder of results, None to write nothing; strict: check every
    account every month; progress: called with the fraction done and what is being done.
    Returns an object with `summary` (as summary.json), `indicators` (DataFrame) and `folder` (None if nothing
    was written).
    Raises urbsim.errors.InputError when the input is wrong, RunError when the run failed.
    """
    from urbsim.compute.free_memory import OUT_OF_MEMORY, RUN, out_of_memory, too_little_memory
    from urbsim.errors import InputError, RunError

    if too_little := too_little_memory(RUN):
        raise InputError([too_little])
    from urbsim.scenario.schema import Scenario
    from urbsim.simulation import options
    from urbsim.simulation.foreground import run_scenario
    from urbsim.simulation.memory import memory_problem

    threads = options.all_cores() if threads is None else threads
    folder = None if out is None else Path(out)
    problems = options.run_problems(scale, seed, draw, threads, folder)
    spec = scenario if isinstance(scenario, Scenario) else None
    if spec is None:
        try:
            spec = load_scenario(scenario)  # type: ignore[arg-type]
        except InputError as error:
            problems += error.problems
    if problems or spec is None:
        raise InputError(problems)
    if too_large := memory_problem(spec, scale):
        raise InputError([too_large])
    try:
        return run_scenario(spec, scale, seed, draw, threads, folder, strict, profile, progress)
    except Exception as error:
        if out_of_memory(error):
            raise RunError(OUT_OF_MEMORY) from error
        raise
