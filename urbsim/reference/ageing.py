"""Plain twin of `urbsim.kernels.ageing`."""

from __future__ import annotations

import numpy as np

from urbsim.risk import risk_class_array


def reclassify(
    lo: int,
    hi: int,
    month: int,
    risk: np.ndarray,
    birth_month: np.ndarray,
    sex: np.ndarray,
    spouse: np.ndarray,
    home: np.ndarray,
    lives: np.ndarray,
) -> None:
    """Writes the risk class of the living in [lo, hi): age, sex, in a union, away (ODD: Ageing)."""
    rows = lo + np.flatnonzero(risk[lo:hi] != 255)
    age = (month - birth_month[rows].astype(np.int64)) // 12
    risk[rows] = risk_class_array(age, sex[rows], spouse[rows] >= 0, home[rows] != lives[rows])
