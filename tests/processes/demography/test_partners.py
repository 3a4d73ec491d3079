"""Who finds whom (ODD D5)."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from urbsim.compute.threads import Chunks
from urbsim.processes.demography.unions import pair_seekers

WOMAN, MAN = 1, 0
CHUNKS = Chunks(2)


def test_pairs_by_hand():
    """Market 0 has three women and two men: the woman with the most luck in her number waits; oldest with oldest."""
    pool = np.array([0, 0, 0, 0, 0, 1])
    sex = np.array([WOMAN, WOMAN, WOMAN, MAN, MAN, WOMAN])
    born = np.array([1100, 1150, 1120, 1090, 1130, 1100])
    luck = np.array([5, 1, 9, 7, 7, 0], dtype=np.uint64)
    nobody = np.full(6, -1)
    women, men = pair_seekers(CHUNKS, np.arange(6), nobody, pool, sex, born, luck)
    # Of the women 0, 1, 2 the lowest luck stays in: 1 and 0. By age: 0 (1100) with 3 (1090), 1 (1150) with 4 (1130).
    assert list(zip(women, men, strict=True)) == [(0, 3), (1, 4)]
    # The woman of market 1 finds nobody there.
    siblings = nobody.copy()
    siblings[[0, 3]] = 77
    women, men = pair_seekers(CHUNKS, np.arange(6)[::-1], siblings[::-1], pool, sex, born, luck)
    assert list(zip(women, men, strict=True)) == [(1, 4)]


def test_nobody_seeks():
    empty = np.array([], dtype=np.int64)
    women, men = pair_seekers(CHUNKS, empty, empty, empty, empty, empty, empty.astype(np.uint64))
    assert women.size == men.size == 0


@given(st.integers(1, 60), st.data())
def test_quota_markets_and_order(n: int, data: st.DataObject):
    def column(low: int, high: int) -> np.ndarray:
        return data.draw(hnp.arrays(np.int64, n, elements=st.integers(low, high)))

    pool, sex, born, parent = column(0, 4), column(0, 1), column(800, 1250), column(-1, 6)
    luck = column(0, 10**6).astype(np.uint64)
    women, men = pair_seekers(CHUNKS, np.arange(n), parent, pool, sex, born, luck)
    assert np.all(sex[women] == WOMAN) and np.all(sex[men] == MAN)
    assert np.unique(women).size == women.size and np.unique(men).size == men.size
    assert np.all(pool[women] == pool[men])
    assert not np.any((parent[women] == parent[men]) & (parent[women] >= 0))
    free_women, free_men = pair_seekers(CHUNKS, np.arange(n), np.full(n, -1), pool, sex, born, luck)
    for market in range(5):
        of_market = [np.sum((pool == market) & (sex == s)) for s in (WOMAN, MAN)]
        assert np.sum(pool[free_women] == market) == min(of_market)
        # Older women have men at least as old as those of younger women.
        pairs = free_women[pool[free_women] == market], free_men[pool[free_women] == market]
        assert np.all(np.diff(born[pairs[0]]) >= 0) and np.all(np.diff(born[pairs[1]]) >= 0)
