"""Exact rationing by bins gives what sorting everybody gives."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.compute import rationing
from urbsim.compute.plain.rationing import lowest_luck as by_sorting
from urbsim.compute.threads import Chunks


@pytest.mark.parametrize("n", [3, 300, 50_000])
@pytest.mark.parametrize("shared_bits", [0, 12, 40, 64])
def test_the_lowest_are_chosen_and_of_equals_the_first(shared_bits: int, n: int):
    """Luck that many share in its first bits, or altogether, is told apart by the later ones."""
    rng = np.random.default_rng(shared_bits)
    group = rng.integers(0, 6, n)
    luck = rng.integers(0, 1 << 63, n, dtype=np.uint64) * np.uint64(2)
    if shared_bits:
        luck = luck >> np.uint64(shared_bits) if shared_bits < 64 else luck * np.uint64(0)
    quota = np.array([0, 1, n // 10, 4 * n, n // 15, -2])
    chosen = rationing.lowest_luck(group, luck, quota)
    np.testing.assert_array_equal(chosen, by_sorting(group, luck, quota))
    in_group = np.bincount(group[chosen], minlength=6)
    assert in_group.tolist() == np.clip(quota, 0, np.bincount(group, minlength=6)).tolist()
    for g in range(6):
        turned_down = np.setdiff1d(np.flatnonzero(group == g), chosen)
        if in_group[g] and turned_down.size:
            assert luck[chosen[group[chosen] == g]].max() <= luck[turned_down].min()


@pytest.mark.parametrize("shared_bits", [0, 5, 58, 63])
def test_threads_choose_the_same(shared_bits: int):
    """Among so many that threads count them, whatever the pieces, where quotas end in any bin or none."""
    rng = np.random.default_rng(shared_bits)
    n = 100_000
    group = rng.integers(0, 9, n).astype(np.uint8)
    luck = rng.integers(0, 1 << 63, n, dtype=np.uint64) * np.uint64(2) >> np.uint64(shared_bits)
    in_first_bin = np.bincount(group[luck >> np.uint64(58) == 0], minlength=9)
    quota = np.array([0, 1, n, n // 20, -2, n // 9, *in_first_bin[6:8], in_first_bin[8] + 1])
    expected = by_sorting(group, luck, quota)
    bins = rationing.BINS * group.astype(np.int64) + (luck >> np.uint64(58)).astype(np.int64)
    known = np.bincount(bins, minlength=9 * rationing.BINS).reshape(9, -1)
    for chunks in (Chunks(1), Chunks(1, 1024), Chunks(2, 4096), Chunks(3)):
        for counts in (None, known):
            chosen = rationing.lowest_luck(group, luck, quota, chunks, counts)
            np.testing.assert_array_equal(chosen, expected)
        chunks.close()


def test_nobody_wants_anything():
    none = np.empty(0, np.int64)
    assert rationing.lowest_luck(none, none.astype(np.uint64), np.array([3, 0])).size == 0
