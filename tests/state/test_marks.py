"""Bits set for a list of rows."""

from __future__ import annotations

import numpy as np

from urbsim.state.bits import set_bits


def test_bits_are_added_and_rows_may_come_twice():
    column = np.array([1, 0, 2, 255, 0], np.uint8)
    set_bits(column, np.array([4, 0, 4, 2, 3], np.int32), np.uint8(6))
    assert column.tolist() == [7, 0, 6, 255, 6]
