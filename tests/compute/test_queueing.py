"""Standing in a queue by places that luck itself tells gives what sorting gives."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.compute.plain.queueing import in_order as by_sorting
from urbsim.compute.queueing import in_order

LARGEST = np.uint64(2**64 - 1)


@pytest.mark.parametrize("n", [0, 1, 300, 50_000])
@pytest.mark.parametrize("groups", [1, 7, 5_000])
@pytest.mark.parametrize(
    "uneven",
    [
        lambda luck: luck,
        lambda luck: luck * np.uint64(0),
        lambda luck: luck >> np.uint64(61),
        lambda luck: LARGEST - (luck >> np.uint64(50)),
        lambda luck: np.where(luck % np.uint64(100) == 0, LARGEST, luck >> np.uint64(40)),
    ],
)
def test_group_by_group_and_of_equal_luck_the_first(uneven, groups: int, n: int):
    rng = np.random.default_rng(n)
    group = np.minimum(rng.integers(0, groups, n), rng.integers(0, groups, n)).astype(np.int64)
    luck = uneven(rng.integers(0, LARGEST, n, dtype=np.uint64, endpoint=True))
    np.testing.assert_array_equal(in_order(group, luck, groups), by_sorting(group, luck, groups))
