"""Lists of rows are merged and thinned as sets would be."""

from __future__ import annotations

import numpy as np

from urbsim.compute.lists import merged
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
