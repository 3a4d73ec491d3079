"""Eights of ids in a sample: those that share a hash, which is computed once for all of them (ODD equation R3).

The leading byte of luck is one of the eight bytes of a hash of id / 8, rounded down. A sample lists ids, some of each
eight. Hashes of its eights are computed side by side, and the bytes of those who are not in the sample are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint8, uint64

from urbsim.compute.blocks import BLOCK
from urbsim.compute.compiled import inlined, njit
from urbsim.compute.compress import WIDTH, is_quick, move_together
from urbsim.compute.randomness import PHI, mix64
from urbsim.compute.registers import in_widest_registers

_GROUP = WIDTH // 8  # eights whose bytes of luck fill a register


class Eights(NamedTuple):
    """The eights of the first listed ids, whole blocks of them.

    words: (8 groups,) uint64, what the hash of each eight is of, whatever the key; present: (groups,) uint64, a bit for
    each of the 64 ids of a group, 0 for one that is not listed; first: (blocks + 1,) int64, where groups of each block
    begin.
    """

    words: np.ndarray
    present: np.ndarray
    first: np.ndarray


NO_EIGHTS = Eights(np.empty(0, np.uint64), np.empty(0, np.uint64), np.zeros(1, np.int64))


def eights_of(ids: np.ndarray) -> Eights:
    """Eights of (n,) uint64 listed ids; none where the processor cannot leave out bytes of a register at once."""
    if not is_quick():
        return NO_EIGHTS
    first = np.zeros(ids.size // BLOCK + 1, np.int64)
    room = first.size * BLOCK
    words, present = np.empty(room, np.uint64), np.empty(room, np.uint8)
    _gather(ids, words, present, first)
    used = _GROUP * int(first[-1])
    return Eights(words[:used], present[:used].view(np.uint64), first)


@njit(nogil=True, cache=True, _nrt=False)
def _gather(ids, words, present, first):
    """Writes the eights of whole blocks; without a branch, for nobody can foresee who shares one with the id before.

    Another eight begins where ids do not rise, so that the bytes of each stand in the order of ids.
    """
    n = 0
    for block in range(first.size - 1):
        before, bits = ids[block * BLOCK] + uint64(8), uint8(0)
        for j in range(block * BLOCK, (block + 1) * BLOCK):
            same = (ids[j] >> uint64(3) == before >> uint64(3)) & (ids[j] > before)
            n += not same
            bits = uint8(bits * same) | uint8(uint64(1) << (ids[j] & uint64(7)))
            words[n - 1], present[n - 1] = (ids[j] >> uint64(3)) * uint64(PHI), bits
            before = ids[j]
        while n % _GROUP:
            words[n], present[n] = 0, 0
            n += 1
        first[block + 1] = n // _GROUP


@inlined
def luck_of_eights(block, eights, key, luck_words, luck):
    """Writes the leading byte of luck of the ids of a block; luck_words: (BLOCK,) uint64, luck: their bytes."""
    in_widest_registers()
    start, stop = eights.first[block], eights.first[block + 1]
    words = eights.words[_GROUP * start : _GROUP * stop]
    for k in range(words.size):
        luck_words[k] = mix64(words[k] + key)
    n = 0
    for group in range(stop - start):
        n += move_together(luck, WIDTH * group, eights.present[start + group], n)
