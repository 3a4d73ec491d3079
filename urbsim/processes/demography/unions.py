"""Who finds whom: pairs of seekers of one pool, by age (ODD equation D5)."""

from __future__ import annotations

from functools import partial

import numpy as np

from urbsim.compute.queueing import in_order
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.threads import Chunks
from urbsim.state.codes import FEMALE, MALE, N_REGIONS
from urbsim.state.geography import Places


def marriage_markets(places: Places) -> np.ndarray:
    """(224,) int64 marriage market by part lived in: the prefecture, or the outside region (ODD equation D5)."""
    inside = np.repeat(places.prefecture_index, 2).astype(np.int64)
    return np.concatenate([inside, len(places.prefectures) + np.arange(N_REGIONS)])


def pair_seekers(
    chunks: Chunks,
    seekers: np.ndarray,
    parent: np.ndarray,
    pool: np.ndarray,
    sex: np.ndarray,
    birth_month: np.ndarray,
    key: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the women and men who pair off, in a fixed order; two of the threads put each sex in order.

    seekers: (n,) rows; parent: the column, row of a parent or -1 by row of everybody, so that siblings are not paired;
    pool: (n,) marriage market of each seeker; sex: 0 male, 1 female; birth_month; key: (n,) uint64 luck, which decides
    who of the more numerous sex waits.
    Within a pool as many pair off as there are of the rarer sex; the oldest woman with the oldest man and so on.
    Complexity: linear.
    """
    n_pools = int(pool.max()) + 1 if pool.size else 0
    quota = np.bincount(2 * pool + sex, minlength=2 * n_pools).reshape(-1, 2).min(axis=1)
    oldest = int(birth_month.min(initial=0))
    months = int(birth_month.max(initial=0)) - oldest + 1

    def by_age(one_sex: int) -> np.ndarray:
        who = np.flatnonzero(sex == one_sex)
        who = who[lowest_luck(pool[who], key[who], quota)]
        standing = pool[who] * months + (birth_month[who] - oldest)
        return who[in_order(standing, key[who], n_pools * months)]

    women, men = chunks.at_once([partial(by_age, FEMALE), partial(by_age, MALE)], pool.size)
    of_her, of_him = parent[seekers[women]], parent[seekers[men]]  # read of nobody who waits
    unrelated = (of_her < 0) | (of_her != of_him)
    return women[unrelated], men[unrelated]
