"""What the machine can do at best: `python -m bench.machine` prints JSON.

Bytes read in order and keyed hashes made a second, on one core and on all, from compiled loops like those of urbsim.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numba import uint64

from bench.processes import cores
from urbsim.compute.compiled import njit
from urbsim.compute.randomness import draw64
from urbsim.compute.threads import Chunks
from urbsim.state.columns import Columns

_WORDS = 1 << 26  # half a gigabyte: many times what caches hold
_HASHES = 1 << 27
_PIECE = 1 << 20
_REPEATS = 15
_LINKS = ("ring", "spouse", "parent")
_LATER_ROWS = ("identity_rows", "ids")  # not read for the persons of census night at scale 1


@njit(nogil=True, cache=True)
def _sum(lo, hi, words):
    total = uint64(0)
    for word in words[lo:hi]:  # without an index that might be negative, several words are added at a time
        total += word
    return total


@njit(nogil=True, cache=True)
def _hash(lo, hi, key):
    total = uint64(0)
    for i in range(lo, hi):
        total += draw64(i, key)
    return total


def measure() -> dict[str, Any]:
    """Description and rates of this machine."""
    words = np.ones(_WORDS, np.uint64)
    found: dict[str, Any] = {"about": describe(), "read": {}, "hash": {}, "person_bytes": person_bytes()}
    for threads in sorted({1, cores()}):
        chunks = Chunks(threads, _PIECE)
        found["read"][str(threads)] = words.nbytes / _best(lambda lo, hi: _sum(lo, hi, words), _WORDS, chunks)
        found["hash"][str(threads)] = _HASHES / _best(
            lambda lo, hi: _hash(lo, hi, np.uint64(7)), _HASHES, chunks
        )
        chunks.close()
    return found


def _best(kernel: Callable[[int, int], Any], rows: int, chunks: Chunks) -> float:
    """Seconds of the fastest of some passes, the first of which compiles and does not count."""
    kernel(0, 64)
    seconds = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        chunks.map(kernel, rows)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def person_bytes() -> int:
    """Bytes of the columns of one person at scale 1."""
    from urbsim.population.packed import PERSON_COLUMNS

    stored = {name: np.dtype(dtype).itemsize for name, dtype in PERSON_COLUMNS.items()}
    links = dict.fromkeys(_LINKS, 4)
    return sum((stored | links).get(name, 1) for name in Columns._fields if name not in _LATER_ROWS)


def describe() -> dict[str, str]:
    """Processor, cores, memory and versions; nothing that names the machine."""
    return {
        "processor": _processor(),
        "cores": str(cores()),
        "memory": _memory(),
        "system": platform.system(),
        "Python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "mesa")},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    about: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        about.setdefault(name.strip(), value.strip())
    family = f", family {about['cpu family']} model {about['model']}" if "cpu family" in about else ""
    return about.get("model name", platform.machine()) + family


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB"
    except (AttributeError, OSError, ValueError):
        return "unknown"


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
