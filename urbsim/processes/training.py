"""Subsidised training: who takes part (ODD equation L8)."""

from __future__ import annotations

import numpy as np


def trainees(county: np.ndarray, luck: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """Positions of the seekers who are trained this month: the lowest luck first, at most as many as are offered.

    county: (n,) of each seeker; luck: (n,) uint64; offered: (111,) person-times by county.
    """
    if not offered.any():
        return np.empty(0, np.int64)
    county = county.astype(np.int16)  # short keys are sorted by counting
    order = np.lexsort((luck, county))
    first = np.searchsorted(county[order], np.arange(offered.size))
    rank = np.arange(order.size) - first[county[order]]
    return order[rank < offered[county[order]]]
