"""One call at a time works on a batch folder; the next waits, and then finds what is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from urbsim.compute.interruption import heed
from urbsim.files import locks

_PATIENCE = 0.3  # seconds between two looks


@contextmanager
def my_turn(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the batch folder, which is made where missing, while the block runs; says so if it has to wait for it.

    Where a file system has no locks nobody waits: both calls do all the work, and neither hurts the other, because
    folders appear whole. Raises OSError where the folder cannot be made, KeyboardInterrupt while it waits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = False
    while (handle := locks.take(folder)) is None and locks.is_taken(folder):
        if not said:
            say(f"another call works on {folder}; waiting until it is done")
            said = True
        time.sleep(_PATIENCE)
        heed()
    try:
        yield
    finally:
        locks.release(handle)
