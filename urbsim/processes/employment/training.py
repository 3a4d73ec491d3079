"""Subsidised training: who takes part (ODD equation L8)."""

from __future__ import annotations

import numpy as np

from urbsim.compute.rationing import lowest_luck


def trainees(
    county: np.ndarray,
    luck: np.ndarray,
    offered: np.ndarray,
    before: np.ndarray,
    again: float,
    seeking: np.ndarray,
) -> np.ndarray:
    """Positions, rising, of the seekers trained this month: the lowest luck first, at most as many as are offered.

    county: (n,) of each seeker; luck: (n,) uint64; offered: (111,) person-times by county; before: (n,) bool, trained
    in an earlier month; again: above 0, how many times as likely as others those are to take part; seeking: (111,) how
    many seek in each.
    """
    if again > 1:
        luck = np.where(before, _more_likely(luck, again), luck)
    elif again < 1:
        luck = np.where(before, luck, _more_likely(luck, 1 / again))
    # Few of many are trained, so most are left out by a look at their luck; all are asked if too few are left.
    wanted = np.minimum(offered, seeking)
    low = np.flatnonzero(luck <= _luck_of_enough(wanted, seeking))
    chosen = low[lowest_luck(county[low], luck[low], offered)]
    return chosen if chosen.size == wanted.sum() else lowest_luck(county, luck, offered)


def _luck_of_enough(wanted: np.ndarray, seeking: np.ndarray) -> np.uint64:
    """Luck below which nearly always as many as are wanted lie in every county: six standard deviations more."""
    enough = np.where(wanted > 0, wanted + 6 * np.sqrt(wanted) + 6, 0)  # numerical
    return np.uint64(min(float((enough / np.maximum(seeking, 1)).max()), 1.0) * float(2**64 - 2**11))


def _more_likely(luck: np.ndarray, times: float) -> np.ndarray:
    """(n,) uint64 luck that is below a low threshold so many times as often; times: above 1."""
    return (luck / times).astype(np.uint64)
