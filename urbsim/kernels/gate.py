"""Who might meet an event this month: the first look at everybody, one byte of luck for each process."""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from urbsim.compiled import njit
from urbsim.draws import leading_byte, mix64
from urbsim.kernels.identity import person_id


@njit(nogil=True, cache=True)
def candidates(lo, hi, risk, identity_rows, ids, bounds, keys):
    """Rows whose leading byte is below their class's bound, for each process (ODD equation R3).

    bounds: (processes, 256) uint16; keys: (processes,) uint64 stream keys of this month.
    Returns (rows, starts): rows of all processes, one after another, process p at rows[starts[p]:starts[p+1]],
    in rising order of row.
    """
    n_processes = bounds.shape[0]
    width = hi - lo
    found = np.empty((n_processes, width), np.int32)
    n = np.zeros(n_processes, np.int64)
    i = lo
    while i < hi:
        if (i & 7) == 0 and i + 8 <= hi and i + 8 <= identity_rows:
            for p in range(n_processes):
                word = mix64(uint64(i >> 3) * uint64(0x9E3779B97F4A7C15) + keys[p])
                hit = int64(0)
                for j in range(8):
                    byte = (word >> uint64(8 * j)) & uint64(255)
                    hit |= int64(byte < uint64(bounds[p, risk[i + j]])) << j
                j = 0
                while hit:
                    if hit & 1:
                        found[p, n[p]] = i + j
                        n[p] += 1
                    hit >>= 1
                    j += 1
            i += 8
        else:
            person = person_id(i, identity_rows, ids)
            for p in range(n_processes):
                bound = bounds[p, risk[i]]
                if bound > 0 and leading_byte(person, keys[p]) < uint64(bound):
                    found[p, n[p]] = i
                    n[p] += 1
            i += 1
    starts = np.zeros(n_processes + 1, np.int64)
    for p in range(n_processes):
        starts[p + 1] = starts[p] + n[p]
    rows = np.empty(starts[n_processes], np.int32)
    for p in range(n_processes):
        for q in range(n[p]):
            rows[starts[p] + q] = found[p, q]
    return rows, starts
