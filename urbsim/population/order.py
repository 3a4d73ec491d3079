"""The order in which a sample walks the households of the full population."""

from __future__ import annotations

import numpy as np
from numba import int64, uint32

from urbsim.compute.compiled import njit
from urbsim.compute.words import BYTE
from urbsim.population.packed import counted_at


@njit(cache=True, nogil=True, _nrt=False)
def _sort(words, start, stratum, code, first, order):
    """Counting sort of the households by `code`, which it writes; first: (2^24 + 1,) room, all 0."""
    for h in range(stratum.size):
        here, counted_there = stratum[h], uint32(0)
        for row in range(int64(start[h]), int64(start[h + 1])):
            counted_there += uint32(counted_at(words[row]) == here)
        size = uint32(start[h + 1] - start[h])
        code[h] = (
            uint32(here) << uint32(16) | (counted_there & uint32(BYTE)) << uint32(8) | size & uint32(BYTE)
        )
        first[code[h] + 1] += uint32(1)
    for c in range(first.size - 1):
        first[c + 1] += first[c]
    for h in range(stratum.size):
        order[first[code[h]]] = h
        first[code[h]] += uint32(1)


def sampling_order(words: np.ndarray, start: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Households in the order a systematic sample walks them: (H,) uint32.

    By stratum, then by how many of their members count there and by how many there are in all: a sample then holds
    nearly its share of persons of every part, not only of households. words: (N,) packed persons.
    """
    households = len(stratum)
    code, order = np.empty(households, np.uint32), np.empty(households, np.uint32)
    _sort(words, start, stratum, code, np.zeros((1 << 24) + 1, np.uint32), order)
    return order
