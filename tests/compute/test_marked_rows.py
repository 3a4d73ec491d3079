"""Rows that are marked are listed alike by registers, by eights and in plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from urbsim.compute.blocks import marked_by_eights, marked_by_registers, marked_rows


@njit
def by_registers(first: int, n: int, marks: np.ndarray, rows: np.ndarray) -> Any:
    return marked_by_registers(first, n, marks, rows)


@njit
def by_eights(first: int, n: int, marks: np.ndarray, rows: np.ndarray) -> Any:
    return marked_by_eights(first, n, marks, rows)


@njit
def as_chosen(first: int, n: int, marks: np.ndarray, rows: np.ndarray) -> Any:
    return marked_rows(first, n, marks, rows)


@pytest.mark.parametrize("list_rows", [by_registers, by_eights, as_chosen])
@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 200, 4096])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.5, 0.95, 1.0])
def test_every_marked_row_once_in_order(list_rows: Any, kind: type, n: int, share: float):
    marks = np.zeros(4096, np.uint8)
    marks[:] = np.random.default_rng(n).random(4096) < share
    rows = np.full(n + 9, -1, kind)
    found = list_rows(70_000_000, n, marks, rows[: n + 1])
    assert rows[:found].tolist() == (np.flatnonzero(marks[:n]) + 70_000_000).tolist()
    assert (rows[n + 1 :] == -1).all()  # nothing is written behind the list


def test_the_compiler_takes_registers():
    by_registers(0, 0, np.zeros(64, np.uint8), np.zeros(65, np.int64))
    (code, *_) = by_registers.inspect_llvm().values()
    assert "call <64 x i8> @llvm.experimental.vector.compress" in code
