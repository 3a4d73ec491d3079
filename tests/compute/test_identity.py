"""Ids of rows that are their own, and of those that are listed."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.compute.compiled import njit
from urbsim.compute.identity import write_ids


@njit
def ids_of(rows, identity_rows, ids):
    who = np.zeros(rows.size, np.uint64)
    write_ids(rows.size, rows, identity_rows, ids, who)
    return who


@pytest.mark.parametrize("rows", [[], [0, 3, 9], [3, 9, 10, 14], [10, 12]])
def test_ids_are_rows_up_to_the_first_that_is_listed(rows: list[int]):
    ids = np.arange(100, 105, dtype=np.uint64)
    expected = [row if row < 10 else 100 + row - 10 for row in rows]
    assert ids_of(np.array(rows, np.int64), 10, ids).tolist() == expected
