"""Serial kernels over fixed chunks of rows, in threads: the order of results is the order of rows, always."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from operator import length_hint
from typing import Any

import numpy as np

from urbsim.compute.interruption import heed

_BLOCK = 64  # rows of one cache line of bytes: chunks are multiples of it
_SMALLEST = 1 << 17  # rows of columns below which a thread costs more than it saves
_FEW = 1 << 14  # the same of listed rows, each of which costs as much as many that are passed over
_LARGEST = (
    1 << 20
)  # rows in a piece when there is nothing to share: what pieces hold beside the columns stays small


class _Batch:
    """Pieces that are shared out, what they return, and the threads at them.

    gives_way: a thread does one piece, and then what else is shared out, until somebody waits for these.
    """

    def __init__(self, pieces: Sequence[Callable[[], Any]], gives_way: bool):
        self.pieces, self.gives_way = pieces, gives_way
        self.results: list[Any] = [None] * len(pieces)
        self.left = iter(range(len(pieces)))  # whoever is free takes the next
        self.helpers: list[Future[None]] = []

    def work(self, most: int) -> None:
        """Does pieces, at most so many."""
        try:
            for k in islice(self.left, most):
                self.results[k] = self.pieces[k]()
        except BaseException:
            for _ in self.left:  # nobody begins another piece
                pass
            raise

    def help_out(self, pool: ThreadPoolExecutor) -> None:
        """As `work`, by a thread of the pool."""
        self.work(1 if self.gives_way else len(self.pieces))
        if length_hint(self.left):
            self.helpers.append(pool.submit(self.help_out, pool))  # behind what waits already

    def finish(self) -> list[Any]:
        """Takes part until all is done, and returns what the pieces have returned."""
        self.gives_way = False
        running: list[Future[None]] = []
        try:
            self.work(len(self.pieces))
        finally:
            while self.helpers:  # no kernel writes to the columns any more when this returns
                if not (helper := self.helpers.pop()).cancel():
                    wait([helper])
                    running.append(helper)
        for helper in running:
            helper.result()
        return self.results


class Chunks:
    """Runs a kernel over [lo, hi) pieces of the rows on a pool of threads.

    threads: number of worker threads, at least 1.
    chunk: rows in a piece, or None for pieces small enough to share evenly, few where there is one thread. It never
        changes a result.
    """

    def __init__(self, threads: int = 1, chunk: int | None = None):
        if threads < 1:
            raise ValueError("threads must be at least 1")
        self.threads = threads
        self.chunk = chunk
        self._helpers = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        self.pieces_run = 0

    def pieces(self, rows: int, listed: bool = False) -> list[tuple[int, int]]:
        """The [lo, hi) pieces that `rows` rows, of the columns or of a list, are cut into."""
        share, smallest = (4, _FEW) if listed else (8, _SMALLEST)  # events in a list keep accounts by piece
        size = self.chunk or max(
            _LARGEST if self.threads == 1 else -(-rows // (self.threads * share)), smallest
        )
        if (
            self.chunk is None and size == smallest < rows
        ):  # as many for each thread, lest one waits for the last
            size = -(-rows // (max(rows // size // self.threads, 1) * self.threads))
        size = -(-size // _BLOCK) * _BLOCK
        return [(lo, min(lo + size, rows)) for lo in range(0, rows, size)]

    def map(self, kernel: Callable[[int, int], Any], rows: int, listed: bool = False) -> list[Any]:
        """kernel(lo, hi) for every piece; results in the order of rows. listed: they count positions in a list."""
        alone = _LARGEST if self._helpers is None else _FEW if listed else _SMALLEST
        if rows > (self.chunk or alone):
            return self._begin([partial(kernel, lo, hi) for lo, hi in self.pieces(rows, listed)])()
        heed()  # small runs make thousands of calls, each of one piece
        self.pieces_run += rows > 0
        return [kernel(0, rows)] if rows else []

    def begin(
        self, kernel: Callable[[int, int], Any], rows: int, listed: bool = False
    ) -> Callable[[], list[Any]]:
        """As `map`, but begun by the other threads alone, while the caller does what no other thread can.

        After each piece they first do what the caller has shared out meanwhile, so that some pieces are left for when
        the caller has nothing to share. Returns what the caller calls to take part from then on, and to have the
        results.
        """
        return self._begin([partial(kernel, lo, hi) for lo, hi in self.pieces(rows, listed)], gives_way=True)

    def at_once(self, jobs: Sequence[Callable[[], Any]], rows: int | None = None) -> list[Any]:
        """What the jobs return, in their order. What one of them writes, no other reads or writes.

        rows: listed rows of all jobs together, where they may be too few to be worth a thread; None for enough.
        """
        if rows is None or rows >= (self.chunk or _FEW):
            return self._begin(jobs)()
        heed()
        self.pieces_run += len(jobs)
        return [job() for job in jobs]

    def _begin(self, pieces: Sequence[Callable[[], Any]], gives_way: bool = False) -> Callable[[], list[Any]]:
        heed()
        self.pieces_run += len(pieces)
        batch = _Batch(pieces, gives_way)
        if self._helpers is not None and len(pieces) > 1:
            for _ in range(min(self.threads, len(pieces)) - 1):
                batch.helpers.append(self._helpers.submit(batch.help_out, self._helpers))
        return batch.finish

    def close(self) -> None:
        """Ends the worker threads."""
        if self._helpers is not None:
            self._helpers.shutdown()
            self._helpers = None


def end_to_end(lists: Sequence[np.ndarray], kind: type) -> np.ndarray:
    """The lists one after the other; a single one is not copied; kind: of the empty one that none make."""
    if len(lists) == 1:
        return lists[0]
    return np.concatenate(lists) if lists else np.empty(0, kind)


def added_up(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """The sum of arrays of whole numbers, one at least; a single one is not copied."""
    if len(arrays) == 1:
        return arrays[0]
    total = np.add(arrays[0], arrays[1], dtype=np.int64)
    for more in arrays[2:]:  # one by one: to stack them first takes three times as long
        total += more
    return total


def columns_of(pieces: Sequence[Sequence[np.ndarray]], *kinds: type) -> list[np.ndarray]:
    """The first lists of all pieces end to end, their second ones, and so on, one for each of the kinds."""
    return [end_to_end([piece[k] for piece in pieces], kind) for k, kind in enumerate(kinds)]
