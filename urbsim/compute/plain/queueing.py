"""Plain twin of `urbsim.compute.queueing`."""

from __future__ import annotations

import numpy as np


def in_order(group: np.ndarray, luck: np.ndarray, groups: int) -> np.ndarray:
    """Positions by group, in each by luck, of equals the first."""
    return np.lexsort((luck, group))
