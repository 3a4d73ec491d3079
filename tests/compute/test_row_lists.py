"""Lists of rows are merged and thinned as sets would be."""

from __future__ import annotations

import numpy as np

from urbsim.compute.lists import merged, merged_by_group
from urbsim.compute.row_lists import among, begins, without

NONE = np.empty(0, np.int32)


def test_as_sets_in_rising_order():
    rng = np.random.default_rng(1)
    for _ in range(20):
        one, other = (np.unique(rng.integers(0, 60, rng.integers(0, 40)).astype(np.int32)) for _ in range(2))
        together = merged(one, other)
        assert together.dtype == np.int32
        assert together.tolist() == sorted({*one.tolist(), *other.tolist()})
        twice = np.sort(np.concatenate([one, other]))
        assert np.array_equal(twice[begins(twice)], together)
        assert without(together, one).tolist() == sorted(set(together.tolist()) - set(one.tolist()))
        found = among(together.reshape(1, -1), one)
        assert found.shape == (1, together.size) and found[0].tolist() == np.isin(together, one).tolist()
    assert not among(np.array([-1, 3]), NONE).any() and among(
        np.array([-1, 3]), np.array([4, 3])
    ).tolist() == [0, 1]
    assert merged(NONE, NONE).size == 0 and begins(NONE).size == 0
    assert without(NONE, np.array([3], np.int32)).size == 0
    assert without(np.array([3], np.int32), NONE).tolist() == [3]


def test_more_rows_come_behind_the_others_of_their_group():
    """As a stable sort by group would put them."""
    dice = np.random.default_rng(2)
    for n, m in ((0, 0), (0, 4), (4, 0), (300, 7), (20, 300)):
        groups, more = (
            np.sort(dice.integers(0, 9, n).astype(np.uint8)),
            dice.integers(0, 9, m).astype(np.uint8),
        )
        rows, more_rows = (dice.integers(0, 1000, size).astype(np.int32) for size in (n, m))
        found_rows, found_groups = merged_by_group(rows, groups, more_rows, more, 9)
        order = np.argsort(np.concatenate([groups, more]), kind="stable")
        assert np.array_equal(found_rows, np.concatenate([rows, more_rows])[order])
        assert np.array_equal(found_groups, np.concatenate([groups, more])[order])
        assert (found_rows.dtype, found_groups.dtype) == (np.int32, np.uint8)
