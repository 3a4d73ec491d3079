"""A run that somebody waits for: it stops in order when asked to, a first run compiles beside, files are written."""

from __future__ import annotations

from pathlib import Path

from urbsim.compute.interruption import ending_in_order, heed, kept_until_heeded
from urbsim.compute.profiling import measured
from urbsim.errors import InputError
from urbsim.population.start import Loading
from urbsim.results import store
from urbsim.results.run_folder import write_run
from urbsim.scenario.schema import Scenario
from urbsim.simulation.first_run import compiling_beside
from urbsim.simulation.options import all_cores, out_problem
from urbsim.simulation.runner import Progress, RunResult, RunSpec, run


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
        folder = store.run_folder(Path(out), scenario.name, scale, draw, seed)
        if refused := out_problem(folder):
            raise InputError([refused])
    show, done = progress or (lambda fraction, text: None), 0.0

    def tell(fraction: float, text: str) -> None:
        nonlocal done
        heed()
        done = fraction
        show(fraction, text)

    threads = threads or all_cores()
    spec = RunSpec(scenario, scale, seed, draw, threads, strict, profile, chunk, plain)
    keeping = kept_until_heeded(lambda: show(done, "stopping; Ctrl-C again stops at once"))
    with keeping, compiling_beside(scenario.base, threads):
        result = run(spec, tell, persons)
    if out is not None:
        with measured(result.costs, "files"):
            write_run(result, Path(out))
    return result
