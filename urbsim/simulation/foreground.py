"""A run that somebody waits for: it stops in order when asked to, a first run compiles beside, files are written."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from urbsim.compute.interruption import ending_in_order, heed, kept_until_heeded
from urbsim.compute.profiling import measured
from urbsim.errors import InputError
from urbsim.population.cache import is_built
from urbsim.population.start import Loading, kept
from urbsim.results import store
from urbsim.results.run_folder import write_run
from urbsim.scenario.schema import Scenario
from urbsim.simulation.first_run import is_first, make_ready
from urbsim.simulation.memory import worlds_at_once
from urbsim.simulation.options import all_cores, out_problem
from urbsim.simulation.runner import Progress, RunResult, RunSpec, run

_TO_MAKE_READY = 0.8  # of the progress of a first run: what precedes the run itself


@ending_in_order()
def run_scenario(
    scenario: Scenario,
    scale: float = 0.01,
    seed: int = 1,
    draw: int = 0,
    threads: int | None = None,
    out: Path | None = None,
    strict: bool = False,
    profile: bool = False,
    progress: Progress | None = None,
    chunk: int | None = None,
    plain: bool = False,
    persons: Loading | None = None,
) -> RunResult:
    """Runs one scenario and, with `out`, writes its folder. Arguments as of `RunSpec` and `run`.

    Raises InputError, before anything is run, when the folder cannot be made; AccountError in strict mode when an
    account does not close; OSError when the folder cannot be written; KeyboardInterrupt after Ctrl-C and SystemExit
    after SIGTERM or SIGHUP, with nothing half-written.
    """
    if out is not None:
        _check_folder(store.run_folder(Path(out), scenario.name, scale, draw, seed))
    show, done, before = progress or (lambda fraction, text: None), 0.0, 0.0

    def tell(fraction: float, text: str) -> None:
        nonlocal done
        heed()
        done = before + fraction * (1 - before)
        show(done, text)

    threads = threads or all_cores()
    spec = RunSpec(scenario, scale, seed, draw, threads, strict, profile, chunk, plain)
    keeping = kept_until_heeded(lambda: show(done, "stopping; Ctrl-C again stops at once"))
    with keeping:
        if is_first(threads) and not plain:
            make_ready(scenario.base, threads, lambda fraction, text: tell(fraction * _TO_MAKE_READY, text))
            before = _TO_MAKE_READY
        result = run(spec, tell, persons)
    if out is not None:
        with measured(result.costs, "files"):
            write_run(result, Path(out))
    return result


def _check_folder(folder: Path) -> None:
    """Raises InputError where a run cannot be written."""
    if refused := out_problem(folder):
        raise InputError([refused])


def run_scenarios(
    scenarios: Sequence[Scenario], scale: float, seed: int, draw: int, threads: int, out: Path
) -> Generator[tuple[int, Exception | None], None, None]:
    """Runs scenarios of one base and writes their folders; what they share of the past is simulated once.

    Where the sample is small its persons stay in memory for the next call. Yields each position as its run is written,
    or with what it ended with; the next run begins when the caller asks for it. Raises nothing but requests to end, as
    `run_scenario` does.
    """
    from urbsim.simulation.family import Family  # late: Mesa takes its time

    base, until = scenarios[0].base, max(scenario.until for scenario in scenarios)
    possible = []
    for k, scenario in enumerate(scenarios):
        try:
            _check_folder(store.run_folder(out, scenario.name, scale, draw, seed))
            possible.append(k)
        except InputError as error:
            yield k, error
    with ending_in_order(), kept_until_heeded():
        if is_first(threads):
            make_ready(base, threads, lambda fraction, text: heed())
        small = is_built(base) and worlds_at_once(scenarios[0], scale) > 1
        persons = kept(base, until, scale, seed, threads) if small else None
        specs = [RunSpec(scenarios[k], scale, seed, draw, threads) for k in possible]
        for position, ended in Family(specs, persons).run():
            error = ended if isinstance(ended, Exception) else None
            if not isinstance(ended, Exception):
                try:
                    write_run(ended, out)
                except Exception as failed:
                    error = failed
            yield possible[position], error
