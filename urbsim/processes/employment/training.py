"""Subsidised training: who takes part (ODD equation L8)."""

from __future__ import annotations

import numpy as np

from urbsim.compute.rationing import lowest_luck
from urbsim.compute.threads import Chunks


def trainees(
    county: np.ndarray,
    luck: np.ndarray,
    offered: np.ndarray,
    before: np.ndarray,
    again: float,
    chunks: Chunks | None = None,
) -> np.ndarray:
    """Positions, rising, of the seekers trained this month: the lowest luck first, at most as many as are offered.

    county: (n,) of each seeker; luck: (n,) uint64; offered: (111,) person-times by county; before: (n,) bool, trained
    in an earlier month; again: above 0, how many times as likely as others those are to take part; chunks: threads.
    """
    if again > 1:
        luck = np.where(before, _more_likely(luck, again), luck)
    elif again < 1:
        luck = np.where(before, luck, _more_likely(luck, 1 / again))
    return lowest_luck(county, luck, offered, chunks)


def _more_likely(luck: np.ndarray, times: float) -> np.ndarray:
    """(n,) uint64 luck that is below a low threshold so many times as often; times: above 1."""
    return (luck / times).astype(np.uint64)
