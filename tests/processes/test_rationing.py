"""Exact rationing by bins gives what sorting everybody gives."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.processes import rationing
from urbsim.processes.rationing import lowest_luck


def by_sorting(group: np.ndarray, luck: np.ndarray, quota: np.ndarray) -> np.ndarray:
    chosen = []
    for g, room in enumerate(quota):
        members = np.flatnonzero(group == g)
        chosen.extend(members[np.argsort(luck[members], kind="stable")][:room])
    return np.sort(np.array(chosen, dtype=np.int64))


@pytest.mark.parametrize("shared_bits", [0, 12, 40, 64])
def test_the_lowest_are_chosen_and_of_equals_the_first(monkeypatch, shared_bits: int):
    """Luck that many share in its first bits, or altogether, is told apart by the later ones."""
    monkeypatch.setattr(rationing, "_FEW", 16)
    rng = np.random.default_rng(shared_bits)
    group = rng.integers(0, 5, 5000)
    luck = rng.integers(0, 1 << 63, 5000, dtype=np.uint64) * np.uint64(2)
    if shared_bits:
        luck = luck >> np.uint64(shared_bits) if shared_bits < 64 else luck * np.uint64(0)
    quota = np.array([0, 1, 500, 20_000, 333])
    np.testing.assert_array_equal(lowest_luck(group, luck, quota), by_sorting(group, luck, quota))


def test_nobody_wants_anything():
    none = np.empty(0, np.int64)
    assert lowest_luck(none, none.astype(np.uint64), np.array([3, 0])).size == 0
