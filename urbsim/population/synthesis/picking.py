"""Luck and choice inside one group of the synthesis, without memory of its own."""

from __future__ import annotations

import numpy as np
from numba import uint64

from urbsim.compute.compiled import inlined
from urbsim.compute.randomness import mix64


@inlined(error_model="numpy")
def uniform(key):
    """A number in [0, 1) from one key."""
    return np.float64(mix64(key) >> uint64(11)) * (1.0 / 9007199254740992.0)


@inlined(error_model="numpy", forceinline=False)
def select(n, wanted, weight, taken, key):
    """Marks exactly min(wanted, n) of the first n in `taken`, systematically in proportion to weight."""
    taken[:n] = 0
    chosen = 0
    for sweep in range(4):  # where weights are capped at certainty, the rest is selected from those left
        total = 0.0
        for k in range(n):
            if taken[k] == 0:
                total += weight[k]
        missing = wanted - chosen
        if missing <= 0 or total <= 0.0:
            break
        running = uniform(key + uint64(sweep))
        for k in range(n):
            if taken[k] == 0:
                running += min(1.0, missing * weight[k] / total)
                if running >= 1.0 and chosen < wanted:
                    taken[k] = 1
                    chosen += 1
                    running -= 1.0
    for k in range(n):
        if chosen >= wanted:
            break
        if taken[k] == 0:
            taken[k] = 1
            chosen += 1


@inlined(error_model="numpy")
def relative(cores, gap_weight, age, older, key):
    """A core a generation older than a person of `age`, or younger, likelier at usual gaps; -1 if none."""
    low, high = (age + 18, age + 46) if older else (age - 45, age - 17)
    first, last = cores.start[min(max(low, 0), 120)], cores.start[min(max(high, 0), 120)]
    if first >= last:
        return -1
    pick = -1
    for trial in range(8):
        word = mix64(key + uint64(trial))
        pick = np.int64(cores.index[first + np.int64((word >> uint64(33)) % uint64(last - first))])
        gap = cores.age[pick] - age if older else age - cores.age[pick]
        if np.float64(word & uint64(0xFFFF)) < gap_weight[gap] * 65536.0:
            return pick
    return pick


@inlined(error_model="numpy")
def could_be_parent(people, parent, child):
    """Whether the ages fit: 15 to 50 years."""
    months = np.int64(people.age[parent]) - np.int64(people.age[child])
    return 180 <= months <= 600
