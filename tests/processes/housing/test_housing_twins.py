"""Kernels and their plain twins do the same to random towns, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import CITY_OF_PART, NOW, copy_of, random_world

from urbsim.compute.randomness import stream_key
from urbsim.processes.housing import kernels
from urbsim.processes.housing import plain as twins
from urbsim.state.holdings import GUARANTEED_RENTAL, OWN_HOME, PUBLIC_RENTAL, SUPPORTED

KEY, OTHER, THIRD = (stream_key(4, name) for name in ("one", "other", "third"))
ALWAYS, HALF, FEW = (np.uint64(1 << bits) for bits in (32, 31, 30))
PARTS = (0, 1, 2, 3, 14, 15, 80, 81, 222)


def same(one: Any, other: Any) -> None:
    for a, b in zip(
        one if isinstance(one, tuple) else (one,),
        other if isinstance(other, tuple) else (other,),
        strict=True,
    ):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_to_the_last_bit(seed: int):
    world = random_world(seed, 1500, among=PARTS)
    people, n = world.people, world.n
    people.holdings[::7] |= GUARANTEED_RENTAL
    people.holdings[::11] |= OWN_HOME
    rng = np.random.default_rng(seed)
    renting = rng.integers(0, 1 << 32, (111, 2), dtype=np.uint64)
    for permit, applied in ((0, ALWAYS), (1, ALWAYS), (0, HALF), (1, FEW)):
        arguments = (NOW, people, CITY_OF_PART, renting, HALF, permit, 12, applied, KEY, OTHER, THIRD)
        whole = twins.eligible(0, n, *arguments)
        same(kernels.eligible(0, n, *arguments), whole)
        pieces = [kernels.eligible(lo, min(lo + 100, n), *arguments) for lo in range(0, n, 100)]
        same(tuple(np.concatenate(column) for column in zip(*pieces, strict=True)), whole)
        assert whole[0].size > (20 if applied == ALWAYS else 5)
    migrants = (NOW, people, CITY_OF_PART, renting, np.uint64(0), 0, 0, ALWAYS, KEY, OTHER, THIRD)
    found = kernels.eligible(0, n, *migrants)  # nobody registered in the town is poor enough
    same(found, twins.eligible(0, n, *migrants))
    assert found[0].size > 20 and found[1].all()
    few = np.where(np.isin(np.arange(111), (0, 1, 7))[:, None], renting, np.uint64(0))
    for low_income in (np.uint64(0), HALF):  # towns are looked at one by one
        some = (NOW, people, CITY_OF_PART, few, low_income, 0, 0, ALWAYS, KEY, OTHER, THIRD)
        found = kernels.eligible(0, n, *some)
        same(found, twins.eligible(0, n, *some))
        assert found[0].size > 5
    rows = rng.choice(n, 500, replace=False).astype(np.int32)
    counties = rng.choice([0, 1, 7, 40], 500).astype(np.uint8)
    nobody = np.empty(0, np.int32)
    waiting = kernels.still_waiting(rows, counties, people, True, nobody)
    same(waiting, twins.still_waiting(rows, counties, people, True, nobody))
    assert waiting[0].size > 10 and waiting[2].sum() > 10
    holders = rows[people.holdings[rows] & SUPPORTED > 0]
    others = rng.choice(n, 50, replace=False).astype(np.int32)  # some of a household do not wait
    not_served = kernels.still_waiting(rows, counties, people, False, np.concatenate([others, holders]))
    same(not_served, twins.still_waiting(rows, counties, people, False, np.concatenate([others, holders])))
    assert waiting[0].size < not_served[0].size < rows.size
    queue = (rows, counties, NOW, people, 60, KEY)
    same(kernels.ranks_in_queue(*queue), twins.ranks_in_queue(*queue))
    for border in (False, True):
        found = kernels.followers(whole[0], NOW, people, HALF, border, KEY)
        same(found, twins.followers(whole[0], NOW, people, HALF, border, KEY))
    assert found[0].size > 0
    for function in ("residence_months", "supported"):
        arguments = {
            "residence_months": (rows, NOW, people), "supported": (0, n, people),
        }[function]  # fmt: skip
        same(getattr(kernels, function)(*arguments), getattr(twins, function)(*arguments))
    one, other = copy_of(people), copy_of(people)
    for module, own in ((kernels, one), (twins, other)):
        module.give_back(np.arange(n, dtype=np.int32), own)
    same(one.holdings, other.holdings)
    kept = kernels.renew(rows, counties, PUBLIC_RENTAL, NOW, one)
    same(kept, twins.renew(rows, counties, PUBLIC_RENTAL, NOW, other))
    same(one.holdings, other.holdings)
    assert kept[2].size > kept[0].size > 20
