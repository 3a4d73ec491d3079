"""Locks on folders that end with the process that holds them, however it ends.

The system's `flock` is taken on the folder itself, so that no lock file is left behind. Where a system or a file system
has no such locks, nobody holds one: callers then write without, and leave alone what might be in use.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Waits until no other process or thread is in this block with the same folder, which is made where missing.

    Yields whether the lock is held; False where there are no such locks.
    """
    handle, held = _opened(folder)
    try:
        yield held
    finally:
        release(handle)


def _opened(folder: Path) -> tuple[int | None, bool]:
    """The folder, open and locked, and whether it is locked."""
    while True:
        _make(folder)
        if fcntl is None:
            return None, False
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # removed again by a process that failed
            continue
        except OSError:
            return None, False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            return handle, False
        except BaseException:
            os.close(handle)
            raise
        if _is(handle, folder):
            return handle, True
        os.close(handle)  # it was removed while this process waited


def _make(folder: Path) -> None:
    for attempt in range(100):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return
        except FileNotFoundError:  # a parent was removed again by a process that failed
            if attempt == 99:
                raise


def _is(handle: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(folder))
    except FileNotFoundError:
        return False


def take(folder: Path) -> int | None:
    """Locks a folder for this process until `release`; None where another holds it or there are no such locks."""
    return _tried(folder)[0]


def is_taken(folder: Path) -> bool:
    """Whether another holds the lock of a folder; False where there are no such locks."""
    handle, taken = _tried(folder)
    release(handle)
    return taken


def _tried(folder: Path) -> tuple[int | None, bool]:
    """The folder, open and locked, or None; and whether another holds its lock."""
    if fcntl is None:
        return None, False
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None, False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        return None, isinstance(error, BlockingIOError)
    return handle, False


def release(handle: int | None) -> None:
    """Lets go of what `take` gave."""
    if handle is not None:
        os.close(handle)
