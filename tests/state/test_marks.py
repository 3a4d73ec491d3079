"""Bits set for a list of rows."""

from __future__ import annotations

import numpy as np

from urbsim.state.bits import set_bits


def test_bits_are_added_and_rows_may_come_twice():
    column = np.array([1, 0, 2, 255, 0], np.uint8)
    set_bits(column, np.array([4, 0, 4, 2, 3], np.int32), np.uint8(6), 0, 5)
    assert column.tolist() == [7, 0, 6, 255, 6]


def test_rows_elsewhere_are_left_out():
    column = np.zeros(5, np.uint8)
    set_bits(column, np.array([4, 0, 3, 1], np.int32), np.uint8(1), 1, 4)
    assert column.tolist() == [0, 1, 0, 1, 0]
