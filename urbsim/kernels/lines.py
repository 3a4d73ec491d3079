"""Numbers written as text."""

from __future__ import annotations

from urbsim.compiled import njit

_MINUS, _NEWLINE, _ZERO = 45, 10, 48


@njit(nogil=True, cache=True)
def write_lines(start, keys, ends, counts, out):
    """Writes lines of `start`, a key and a count, each ended by a newline; returns how many bytes.

    start: uint8 text; keys: uint8 texts one after the other, the k-th up to ends[k]; counts: (n,) int64; out: uint8,
    long enough.
    """
    at, first = 0, 0
    for k in range(counts.size):
        for j in range(start.size):
            out[at + j] = start[j]
        at += start.size
        for j in range(first, ends[k]):
            out[at + j - first] = keys[j]
        at += ends[k] - first
        first = ends[k]
        if counts[k] < 0:
            out[at] = _MINUS
            at += 1
        left = limit = abs(counts[k])
        digits = 1
        while limit >= 10:
            digits += 1
            limit //= 10
        for j in range(digits):
            out[at + digits - 1 - j] = _ZERO + left % 10
            left //= 10
        at += digits
        out[at] = _NEWLINE
        at += 1
    return at
