"""The work on a batch: hands out what is not done, keeps what ended badly, and holds no result."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from urbsim.batch import failures
from urbsim.batch.engine import Engine
from urbsim.batch.families import families
from urbsim.batch.job import Outcome, run_members
from urbsim.batch.members import Member
from urbsim.batch.status import standing
from urbsim.compute.interruption import heed
from urbsim.files import leftovers, locks
from urbsim.simulation.options import all_cores

_TRIES = 2
_LISTEN = 0.2  # seconds after which a request to end is heeded at the latest
LOST = "the process that worked on it ended twice: killed, or short of memory"


class Piece(Protocol):
    """One piece of work: a run of a batch, or whatever else leaves a folder of its own."""

    @property
    def input_digest(self) -> str:
        """Of all that it follows from."""
        ...

    @property
    def label(self) -> str:
        """How messages name it."""
        ...

    def folder(self, out: Path) -> Path:
        """Its folder below that of all pieces."""
        ...


@dataclass(frozen=True)
class Kind:
    """A kind of pieces.

    run: makes some that were handed out together, and writes their folders; is_done: whether a folder stands whole;
    together: which are handed out together, of pieces, how many a process may hold, and how many work at once.
    """

    run: Callable[[Any, Path, int], list[Outcome | None]]
    is_done: Callable[[Any, Path], bool]
    together: Callable[[Iterable[Any], int, int], list[tuple[Any, ...]]]


def _is_done(member: Member, out: Path) -> bool:
    return standing(member, out).state == "done"


RUNS = Kind(run_members, _is_done, families)
"""Runs of a batch."""


@dataclass
class Tally:
    """How the work goes.

    alone: runs that had the machine for themselves, and made what the others found; hopeless: why the work was given
    up, if it was.
    """

    to_do: int
    done: int = 0
    failed: int = 0
    lost: int = 0
    alone: int = 0
    hopeless: str | None = None

    @property
    def left(self) -> int:
        """Runs that are still to be made."""
        return self.to_do - self.done - self.failed


def work(
    members: Iterable[Piece],
    engine: Engine,
    out: Path,
    threads: int,
    tally: Tally,
    tell: Callable[[Tally, str | None], None],
    alone_first: bool = False,
    worlds: int = 1,
    kind: Kind = RUNS,
) -> None:
    """Runs these members; `tally` takes down how it goes.

    threads: of each run; tell: called whenever something changed, with what there is to say; alone_first: the first run
    has the machine and all its cores for itself, because it makes what the others find; worlds: of runs that share
    their past, most that a worker may hold at once; kind: what the members are.
    Runs whose worker ended are tried once more, each alone. Where the disk is full or cannot be written to, nothing
    more is handed out. Raises KeyboardInterrupt and Ended, after all workers were ended, and OSError where a failure
    cannot be kept.
    """
    waiting = deque(kind.together(members, worlds, engine.places))
    tries: dict[str, int] = {}
    in_hand: dict[Future[list[Outcome | None]], tuple[Piece, ...]] = {}
    cold = alone_first
    if cold and waiting:
        first, *others = waiting.popleft()
        waiting.extendleft(filter(None, (tuple(others), (first,))))
    tell(tally, None)
    try:
        while True:
            heed()
            if tally.hopeless:
                waiting.clear()
            while waiting and len(in_hand) < (1 if cold else engine.places):
                family = waiting.popleft()
                of_run = all_cores() if cold else threads
                in_hand[engine.submit(kind.run, family, out, of_run)] = family
            if not in_hand and not waiting:
                return
            ended = wait(in_hand, _LISTEN, FIRST_COMPLETED).done
            if not in_hand:  # a cluster without workers
                time.sleep(_LISTEN)
            for future in ended:
                tally.alone += cold
                cold = False
                family = in_hand.pop(future)
                outcomes = _outcomes(future)
                if outcomes is None:
                    tally.lost += 1
                    outcomes = [_left_by_the_lost(member, tries, out, kind) for member in family]
                    again = [member for member, one in zip(family, outcomes, strict=True) if one is None]
                    waiting.extend((member,) for member in again)
                    if again:
                        tell(tally, f"{_label(again)}: its worker ended; tried again")
                for member, outcome in zip(family, outcomes, strict=True):
                    if outcome is not None:
                        _take_down(member, outcome, out, tally, tell)
    except BaseException:
        engine.stop()
        for member in (member for family in in_hand.values() for member in family):
            _clear(member.folder(out))
        raise


def _left_by_the_lost(member: Piece, tries: dict[str, int], out: Path, kind: Kind) -> Outcome | None:
    """How a run ended whose worker did; None if it is to be tried again. tries: by input digest."""
    if kind.is_done(member, out):
        return Outcome()
    _clear(member.folder(out))
    tries[member.input_digest] = tries.get(member.input_digest, 0) + 1
    return None if tries[member.input_digest] < _TRIES else Outcome(LOST)


def _label(members: Sequence[Piece]) -> str:
    """How messages name members that were handed out together."""
    first = members[0].label
    return first if len(members) == 1 else f"{len(members)} scenarios, {first.partition(', ')[2]}"


def _outcomes(future: Future[list[Outcome | None]]) -> list[Outcome | None] | None:
    """How runs ended; None if their worker did. Raises RunError where the whole engine did."""
    try:
        return future.result()
    except BrokenExecutor:
        return None


def _take_down(
    member: Piece, outcome: Outcome, out: Path, tally: Tally, tell: Callable[[Tally, str | None], None]
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
