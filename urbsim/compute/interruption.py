"""Ctrl-C where nothing is half done.

Python raises KeyboardInterrupt wherever the main thread happens to be: in the middle of a kernel that hands over its
result, which then fails in a way of its own, or between the compiler's taking of a lock and giving it back, for which
all other threads would wait for ever. During a run it is therefore kept until there is a place to stop.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_asked = threading.Event()


@contextmanager
def kept_until_heeded(say: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Keeps Ctrl-C until `heed` is called, at the latest to the end of the block; a second one is not kept.

    say: called when it is kept. Does nothing in a thread that gets no signals, or where somebody has an own way with
    Ctrl-C.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def keep(number: int, frame: FrameType | None) -> None:
        if _asked.is_set():
            signal.default_int_handler(number, frame)
        _asked.set()
        say()

    signal.signal(signal.SIGINT, keep)
    try:
        yield
        heed()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _asked.clear()


def heed() -> None:
    """Raises KeyboardInterrupt if Ctrl-C was pressed and kept; in the main thread only."""
    if _asked.is_set() and threading.current_thread() is threading.main_thread():
        _asked.clear()
        raise KeyboardInterrupt
