"""Workers of a Dask cluster, by the same interface as the processes of this machine.

Whoever starts the cluster decides where its workers are; urbsim brings work, and no results pass through it. Dask is
imported here alone, because it is an extra.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from importlib import util
from typing import Any

from urbsim.errors import Problem, RunError

_EVERY = 2.0  # seconds between two counts of the workers
_PATIENCE = 20  # seconds for the scheduler to answer, and for a first worker to come


def missing() -> Problem | None:
    """A Problem if Dask is not installed."""
    if util.find_spec("distributed") is not None:
        return None
    return Problem(
        "Dask is not installed", key="--engine", allowed="local, or dask after pip install urbsim[cluster]"
    )


class DaskCluster:
    """The workers behind a scheduler, however many there are at the moment; each thread of a worker makes a run."""

    def __init__(self, scheduler: str) -> None:
        """scheduler: its address, such as tcp://127.0.0.1:8786. Raises RunError where nobody answers or works."""
        from distributed import Client

        try:
            self._client = Client(scheduler, timeout=_PATIENCE, set_as_default=False, name="urbsim-batch")
        except (OSError, ValueError, TimeoutError) as error:
            raise RunError(f"no Dask scheduler answers at {scheduler}: {error}") from None
        self._executor = self._client.get_executor(pure=False, retries=0)
        self._counted, self._places = -_EVERY, 0
        end = time.monotonic() + _PATIENCE
        while not self.places:
            if time.monotonic() > end:
                self.stop()
                raise RunError(f"the Dask scheduler at {scheduler} has no workers")
            time.sleep(_EVERY)

    @property
    def places(self) -> int:
        """Threads of all workers."""
        if time.monotonic() - self._counted >= _EVERY:
            threads: Any = self._client.nthreads()
            self._places = sum(threads.values())
            self._counted = time.monotonic()
        return self._places

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Hands the call to the scheduler, which brings it to another worker when one ends."""
        theirs = self._executor.submit(fn, *args)
        mine: Future[Any] = Future()
        theirs.add_done_callback(lambda done: _pass_on(done, mine))
        return mine

    def stop(self) -> None:
        """Leaves the cluster; what its workers have in hand they finish or drop, and neither leaves half a run."""
        self._client.close(timeout=_PATIENCE)


def _pass_on(theirs: Future[Any], mine: Future[Any]) -> None:
    """The end of a call; that workers died of it is told as processes of this machine tell it."""
    from distributed import KilledWorker

    if theirs.cancelled():
        mine.set_exception(RunError("the Dask scheduler ended or cannot be reached"))
        return
    error = theirs.exception()
    if isinstance(error, KilledWorker):
        error = BrokenExecutor(str(error))
    if error is not None:
        mine.set_exception(error)
    else:
        mine.set_result(theirs.result())
