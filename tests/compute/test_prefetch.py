"""Asking for memory changes nothing, and reaches the processor."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from urbsim.compute.prefetch import prefetch


@njit
def added_up(column: np.ndarray, rows: np.ndarray) -> Any:
    total = 0
    for k in range(rows.size):
        prefetch(column, np.uint64(rows[min(k + 4, rows.size - 1)]))
        total += column[rows[k]]
    return total


def test_values_are_as_they_were():
    column, rows = np.arange(1000, dtype=np.int16), np.arange(0, 1000, 7)
    assert added_up(column, rows) == column[rows].sum()
    assert np.array_equal(column, np.arange(1000))


def test_the_compiler_leaves_it_in():
    added_up(np.zeros(3, np.uint8), np.zeros(2, np.int64))
    (code, *_) = added_up.inspect_llvm().values()
    assert "call void @llvm.prefetch" in code
