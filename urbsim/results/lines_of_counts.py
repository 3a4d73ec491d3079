"""Lines that end in a count, written as bytes: a quarter of a million a run, which one by one are slow to format."""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.compiled import inlined, njit

_NEWLINE, _MINUS, _NOUGHT = ord("\n"), ord("-"), ord("0")
LONGEST = 21  # bytes of a count and its newline: a sign and nineteen digits


@inlined
def _copied(source, first, end, out, n):
    """Writes bytes [first, end) of the source from position n on; returns the position behind."""
    for k in range(first, end):
        out[uint64(n)] = source[uint64(k)]
        n += 1
    return n


@njit(nogil=True, cache=True, _nrt=False)
def write(head, keys, ends, counts, out):
    """Writes a line for each count: the head, its key, the count and a newline; returns how many bytes there are.

    head: uint8; keys: uint8, all keys one after the other; ends: (n,) where each of them ends; counts: (n,) int64;
    out: uint8, with room for the heads and keys, and LONGEST more for each line.
    """
    n, start = int64(0), int64(0)
    for line in range(counts.size):
        n = _copied(head, 0, head.size, out, n)
        n = _copied(keys, start, ends[line], out, n)
        start = ends[line]
        count = counts[line]
        left = uint64(-count if count < 0 else count)
        if count < 0:
            out[n] = _MINUS
            n += 1
        digits, rest = int64(1), left // uint64(10)
        while rest:
            digits, rest = digits + 1, rest // uint64(10)
        for k in range(digits):
            out[n + digits - 1 - k] = uint8(_NOUGHT + left % uint64(10))
            left //= uint64(10)
        out[n + digits] = _NEWLINE
        n += digits + 1
    return n


class Writer:
    """Writes lines with the same keys again and again; keys: text of each, without the head."""

    def __init__(self, keys: list[str]) -> None:
        texts = [key.encode() for key in keys]
        self._keys = np.frombuffer(b"".join(texts), np.uint8)
        self._ends = np.cumsum([len(text) for text in texts], dtype=np.int64)

    def lines(self, head: str, counts: np.ndarray) -> bytes:
        """`head + key + count` and a newline for each key; counts: (keys,) whole numbers."""
        start = np.frombuffer(head.encode(), np.uint8)
        out = np.empty(self._keys.size + counts.size * (start.size + LONGEST), np.uint8)
        counts = np.ascontiguousarray(counts, np.int64)
        return out[: write(start, self._keys, self._ends, counts, out)].tobytes()
