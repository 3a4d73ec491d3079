"""urbsim: agent-based scenario simulation of rural-to-urban migrants in Guangxi.

Three names are public: `load_scenario` reads and checks a scenario, `run` simulates it, `load_results` reads what runs
have written. Libraries are imported when they are needed first, so that `import urbsim` is quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    from urbsim.report.lazy_results import LazyResults
    from urbsim.report.stored_results import Results
    from urbsim.scenario.schema import Scenario
    from urbsim.simulation.runner import RunResult

__all__ = ["load_results", "load_scenario", "run"]


def load_scenario(source: str | PathLike[str] | Mapping[str, Any]) -> Scenario:
    """The scenario of that name, path or content, with all it inherits, checked and frozen.

    source: a name, the path of a file, or the content of such a file as a mapping with a `name`.
    Raises urbsim.errors.InputError, which lists every problem with its key and with its place in a file.
    """
    from urbsim.simulation.arguments import scenario_of

    return scenario_of(source)


def run(
    scenario: str | PathLike[str] | Mapping[str, Any] | Scenario,
    *,
    scale: float = 0.01,
    seed: int = 1,
    draw: int = 0,
    threads: int | None = None,
    out: str | PathLike[str] | None = None,
    strict: bool = False,
    profile: bool = False,
    progress: Callable[[float, str], None] | None = None,
) -> RunResult:
    """Simulate one scenario once, as `urbsim run` does.

    scenario: a name, a path, the content of a file or a loaded scenario; scale: share of households, from 0.00001 to 1;
    seed, draw: from 0; threads: default all cores; out: folder of results, None to write nothing; strict: check every
    account every month; profile: measure where time and memory go; progress: called with the fraction done and what is
    being done. Numbers may be scalars of NumPy or pandas, Decimal or Fraction.
    Returns an object with `summary` (as summary.json), `indicators` (DataFrame), `notes` (texts on input that has
    another effect than it says) and `folder` (None if nothing was written).
    Raises urbsim.errors.InputError with all that is wrong with the input, and RunError when the run failed.
    """
    from urbsim.compute.free_memory import OUT_OF_MEMORY, RUN, out_of_memory, too_little_memory
    from urbsim.errors import InputError, RunError

    if too_little := too_little_memory(RUN):  # asked before libraries take theirs
        raise InputError([too_little])
    from urbsim.simulation.arguments import run_spec

    spec, folder = run_spec(scenario, scale, seed, draw, threads, strict, profile, out, progress)
    from urbsim.simulation.foreground import run_scenario

    try:
        return run_scenario(
            spec.scenario,
            spec.scale,
            spec.seed,
            spec.draw,
            spec.threads,
            folder,
            spec.strict,
            spec.profile,
            progress,
        )
    except Exception as error:
        if out_of_memory(error):
            raise RunError(OUT_OF_MEMORY) from error
        raise


@overload
def load_results(
    folders: str | PathLike[str] | Iterable[str | PathLike[str]], *, lazy: Literal[False] = False
) -> Results: ...
@overload
def load_results(
    folders: str | PathLike[str] | Iterable[str | PathLike[str]], *, lazy: Literal[True]
) -> LazyResults: ...
def load_results(
    folders: str | PathLike[str] | Iterable[str | PathLike[str]], *, lazy: bool = False
) -> Results | LazyResults:
    """The runs stored in a folder, or in several, as tidy tables.

    folders: run folders, or folders that hold them, such as `results`; lazy: tables stay in their files, and DuckDB
    reads what is asked of them, so that results may be larger than memory (needs the extra `sql`).
    Warns where the runs were made from different code, facts, libraries or parameters.
    Raises urbsim.errors.InputError for a folder without runs, and for runs that cannot be read or stand together.
    """
    from urbsim.report.joined_runs import load_results as load

    return load(folders, lazy)
