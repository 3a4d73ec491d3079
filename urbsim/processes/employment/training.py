"""Subsidised training: who takes part (ODD equation L8)."""

from __future__ import annotations

import numpy as np

from urbsim.compute.rationing import lowest_luck


def trainees(county: np.ndarray, luck: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """Positions, rising, of the seekers trained this month: the lowest luck first, at most as many as are offered.

    county: (n,) of each seeker; luck: (n,) uint64; offered: (111,) person-times by county.
    """
    return lowest_luck(county, luck, offered)
