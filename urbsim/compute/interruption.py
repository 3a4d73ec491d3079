"""Ctrl-C, and requests to end, where nothing is half done.

Python raises KeyboardInterrupt wherever the main thread happens to be: in the middle of a kernel that hands over its
result, which then fails in a way of its own, or between the compiler's taking of a lock and giving it back, for which
all other threads would wait for ever. During a run it is therefore kept until there is a place to stop. SIGTERM and
SIGHUP, which by themselves end a process at once and leave its half-written files, are treated the same.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_TO_END = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_asked: list[int] = []  # the signal that was kept, if one was


class Ended(SystemExit):
    """Somebody asked the process to end; its exit code is 128 and the number of the signal."""


@contextmanager
def ending_in_order() -> Iterator[None]:
    """While the block runs, a request to end raises Ended, so that whoever writes can clear away.

    Does nothing in a thread that gets no signals, or for signals with which somebody has an own way.
    """
    with _handled(_raise, _TO_END, (signal.SIG_DFL,)):
        yield


@contextmanager
def kept_until_heeded(say: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Keeps Ctrl-C until `heed` is called, at the latest to the end of the block; a second one is not kept.

    So are requests to end inside `ending_in_order`. say: called when one is kept. Does nothing in a thread that gets no
    signals, or for signals with which somebody has an own way.
    """

    def keep(number: int, frame: FrameType | None) -> None:
        if _asked:
            _raise(number, frame)
        _asked.append(number)
        say()

    with _handled(keep, (signal.SIGINT, *_TO_END), (signal.default_int_handler, _raise)) as any_kept:
        try:
            yield
            if any_kept:
                heed()
        finally:
            if any_kept:
                _asked.clear()


def heed() -> None:
    """Raises KeyboardInterrupt or Ended if a signal was kept; in the main thread only."""
    if _asked and _in_main():
        _raise(_asked.pop(), None)


def _raise(number: int, frame: FrameType | None) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Ended(128 + number)


def _in_main() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def _handled(
    handler: Callable[[int, FrameType | None], None], signals: Iterable[int], usual: Container[Any]
) -> Iterator[bool]:
    """While the block runs, this handler has those of the signals that are handled in a usual way.

    Yields whether there are any: only the main thread gets signals.
    """
    before = {number: signal.getsignal(number) for number in signals} if _in_main() else {}
    ours = [number for number, way in before.items() if way in usual]
    for number in ours:
        signal.signal(number, handler)
    try:
        yield bool(ours)
    finally:
        for number in ours:
            signal.signal(number, before[number])
