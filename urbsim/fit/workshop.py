"""Where the runs of a fit are made: what is stored is read, the rest is run by warm processes, with the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from urbsim.batch import failures, progress, turn
from urbsim.batch.engine import Engine, LocalProcesses
from urbsim.batch.progress import Said
from urbsim.batch.work import Tally, work
from urbsim.calendar import BASE_MONTH
from urbsim.compute.interruption import kept_until_heeded
from urbsim.errors import RunError
from urbsim.fit.runs import CASES, Case
from urbsim.population.cache import is_built
from urbsim.simulation.first_run import any_machine_code
from urbsim.simulation.options import all_cores

Say = Callable[[str], None]


@dataclass
class Workshop:
    """Makes cases.

    out: folder of the fit; tally: of all runs that are left; cold: whether a first run compiles; met: digests of cases
    that were asked for: several fits of a check begin with the same ones, which are left to do once.
    """

    out: Path
    engine: Engine
    threads: int
    tally: Tally
    tell: Said
    say: Say
    cold: bool
    made: int = field(default=0)
    met: set[str] = field(default_factory=set)

    def observe(self, cases: Sequence[Case], called: str) -> list[dict[str, float]]:
        """Observables of every case, in order. Raises RunError where a run failed."""
        found = [case.stored(self.out) for case in cases]
        missing = [case for case, seen in zip(cases, found, strict=True) if seen is None]
        self.tally.to_do -= sum(
            seen is not None and case.input_digest not in self.met
            for case, seen in zip(cases, found, strict=True)
        )
        self.met.update(case.input_digest for case in cases)
        self.say(f"{called}: {len(cases) - len(missing)} of {len(cases)} runs are stored")
        if missing:
            before = self.tally.failed
            work(missing, self.engine, self.out, self.threads, self.tally, self.tell, self.cold, kind=CASES)
            self.cold, self.made = False, self.made + len(missing)
            if self.tally.hopeless or self.tally.failed > before:
                raise RunError(self._failed(missing))
            found = [seen or case.stored(self.out) for case, seen in zip(cases, found, strict=True)]
        if any(seen is None for seen in found):
            raise RunError(f"runs that were made are not in {self.out}")
        return [seen for seen in found if seen is not None]

    def _failed(self, cases: Sequence[Case]) -> str:
        if self.tally.hopeless:
            return f"stopped: {self.tally.hopeless}; the same command goes on"
        reasons = {failure.reason for case in cases if (failure := failures.read(case, self.out))}
        said = "; ".join(sorted(reasons)[:3])
        where = self.out / failures.FOLDER
        return f"{self.tally.failed} runs failed ({said}); the same command tries them again, see {where}"


@contextmanager
def workshop(out: Path, workers: int | None, runs: int, say: Say) -> Iterator[Workshop]:
    """A workshop that nobody else works in, with processes that end with the block.

    workers: None for one a core; runs: how many are made at most. Raises OSError; KeyboardInterrupt with nothing
    half-written.
    """
    number = workers or all_cores()
    ready = any_machine_code() and all(is_built(base) for base in BASE_MONTH)
    engine = LocalProcesses(number)
    with (
        kept_until_heeded(lambda: say("stopping; runs in hand are given up")),
        turn.my_turn(out, say),
        progress.shown() as tell,
    ):
        try:
            yield Workshop(out, engine, max(all_cores() // number, 1), Tally(runs), tell, say, not ready)
        finally:
            engine.stop()
