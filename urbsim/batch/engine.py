"""Who works: executors of `concurrent.futures`, which take a function and its arguments and give a future.

A future fails with `BrokenExecutor` when the process that worked on it ended.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol


class Engine(Protocol):
    """What a batch asks of an executor."""

    @property
    def places(self) -> int:
        """How many runs may be in hand at once."""
        ...

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """As of `concurrent.futures.Executor`; at most `places` futures are unfinished at a time."""
        ...

    def stop(self) -> None:
        """Ends all work at once, finished or not."""
        ...


class LocalProcesses(Executor):
    """Processes of this machine that are started once and kept: libraries, machine code and population stay with them.

    Each is a pool of its own, so that when one is killed it is known whose run was lost, and the others work on; a new
    one takes its place. They end with this process, however that ends.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._free: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._workers: set[_Worker] = set()
        for _ in range(places):
            self._free.put(None)  # a process that is not started yet

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hands the call to a free process, and waits until there is one."""
        worker = self._free.get()
        while True:
            if worker is None:
                worker = _Worker()
                self._workers.add(worker)
            try:
                future = worker.pool.submit(fn, *args, **kwargs)
                break
            except BrokenExecutor:  # killed while it had nothing to do
                self._lose(worker)
                worker = None
        mine = worker
        future.add_done_callback(lambda done: self._take_back(mine, done))
        return future

    def _take_back(self, worker: _Worker, future: Future[Any]) -> None:
        if not future.cancelled() and isinstance(future.exception(), BrokenExecutor):
            self._lose(worker)
            self._free.put(None)
        else:
            self._free.put(worker)

    def _lose(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        worker.let_go()
        worker.pool.shutdown(wait=False, cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the processes when they have done what they work on."""
        for worker in tuple(self._workers):
            worker.pool.shutdown(wait, cancel_futures=cancel_futures)

    def stop(self) -> None:
        """Ends the processes at once."""
        for worker in tuple(self._workers):
            worker.let_go()
        for worker in tuple(self._workers):
            worker.pool.shutdown(wait=True, cancel_futures=True)
        self._workers.clear()
        self._free = queue.SimpleQueue()
        gc.collect()  # the system's semaphores go with the pools; a process that ends at once would leave them


class _Worker:
    """A pool of one process, which ends when this process lets go of `_leash` or is no more."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        held, self._leash = context.Pipe(duplex=False)
        self.pool = ProcessPoolExecutor(1, context, _begin, (held,))

    def let_go(self) -> None:
        self._leash.close()


def _begin(leash: Connection) -> None:
    """What a worker process does first: it leaves Ctrl-C to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_for_the_end() -> None:
        with suppress(EOFError, OSError):
            leash.recv_bytes()
        os._exit(1)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
