"""The work on a batch: hands out what is not done, keeps what ended badly, and holds no result."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from urbsim.batch import failures
from urbsim.batch.engine import Engine
from urbsim.batch.job import Outcome, run_member
from urbsim.batch.members import Member
from urbsim.compute.interruption import heed
from urbsim.files import leftovers, locks

_TRIES = 2
_LISTEN = 0.2  # seconds after which a request to end is heeded at the latest
LOST = "the process that worked on it ended twice: killed, or short of memory"


@dataclass
class Tally:
    """How the work goes. hopeless: why it was given up, if it was."""

    to_do: int
    done: int = 0
    failed: int = 0
    lost: int = 0
    hopeless: str | None = None

    @property
    def left(self) -> int:
        """Runs that are still to be made."""
        return self.to_do - self.done - self.failed


def work(
    members: Iterable[Member],
    engine: Engine,
    out: Path,
    threads: int,
    tally: Tally,
    tell: Callable[[Tally, str | None], None],
    alone_first: bool = False,
) -> None:
    """Runs these members; `tally` takes down how it goes.

    threads: of each run; tell: called whenever something changed, with what there is to say; alone_first: the first run
    has the machine for itself, because it makes what the others find.
    A run whose worker ended is tried once more. Where the disk is full or cannot be written to, nothing more is handed
    out. Raises KeyboardInterrupt and Ended, after all workers were ended, and OSError where a failure cannot be kept.
    """
    waiting = iter(members)
    again: deque[Member] = deque()
    tries: dict[str, int] = {}
    in_hand: dict[Future[Outcome], Member] = {}
    cold = alone_first
    try:
        while True:
            heed()
            while tally.hopeless is None and len(in_hand) < (1 if cold else engine.places):
                member = again.popleft() if again else next(waiting, None)
                if member is None:
                    break
                in_hand[engine.submit(run_member, member, out, threads)] = member
            if not in_hand:
                return
            ended, _ = wait(in_hand, _LISTEN, FIRST_COMPLETED)
            for future in ended:
                cold = False
                member = in_hand.pop(future)
                outcome = _outcome(future)
                if outcome is None:
                    tally.lost += 1
                    tries[member.input_digest] = tries.get(member.input_digest, 0) + 1
                    if tries[member.input_digest] < _TRIES:
                        again.append(member)
                        tell(tally, f"{member.label}: its worker ended; tried again")
                        continue
                    outcome = Outcome(LOST)
                _take_down(member, outcome, out, tally, tell)
    except BaseException:
        engine.stop()
        for member in in_hand.values():
            _clear(member.folder(out))
        raise


def _outcome(future: Future[Outcome]) -> Outcome | None:
    """How a run ended; None if its worker did."""
    try:
        return future.result()
    except BrokenExecutor:
        return None


def _take_down(
    member: Member, outcome: Outcome, out: Path, tally: Tally, tell: Callable[[Tally, str | None], None]
) -> None:
    if outcome.reason is None:
        tally.done += 1
        failures.forget(member, out)
        tell(tally, None)
        return
    tally.failed += 1
    if outcome.hopeless:
        tally.hopeless = outcome.reason
    with suppress(*[OSError] if outcome.hopeless else []):  # there may be no room for it
        failures.keep(member, out, outcome.reason, outcome.traceback)
    tell(tally, f"{member.label}: failed: {outcome.reason}")


def _clear(folder: Path) -> None:
    """Removes what a worker that was ended left half-written."""
    if folder.parent.is_dir():
        with suppress(OSError), locks.alone_in(folder.parent) as alone:
            if alone:
                leftovers.put_right(folder.parent, folder.name)
        with suppress(OSError):
            folder.parent.rmdir()  # unless it holds a run
