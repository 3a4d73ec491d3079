"""Memory that a short-lived command frees and needs again at once: kept, and not searched for circles."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_SHARED = 32 << 20  # bytes; the largest array that may lie beside others, the most that glibc allows
_KEPT = 1 << 28  # bytes that stay with the process when they are free


@contextmanager
def kept() -> Iterator[None]:
    """Inside the block and after it, glibc gives freed memory back later; inside it, Python collects no circles.

    Arrays of some megabytes come and go a run. Each would have its pages fetched anew, which takes longer than what is
    counted with it. Elsewhere than on glibc the first half does nothing.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _SHARED)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
