"""Ageing: everybody's risk class, set anew each January."""

from __future__ import annotations

from numba import uint16, uint64

from urbsim.compiled import njit
from urbsim.risk import risk_class


@njit(nogil=True, cache=True, _nrt=False)
def reclassify(lo, hi, month, risk, birth_month, sex, spouse, home, lives):
    """Writes the risk class of every living person in [lo, hi) from age, union and being away (ODD: Ageing)."""
    for i in range(uint64(lo), uint64(hi)):
        age = uint16(month - birth_month[i]) // uint16(12)
        new = risk_class(age, sex[i], spouse[i] >= 0, home[i] != lives[i])
        risk[i] = risk[i] if risk[i] == 255 else new  # without a branch, so that the loop becomes wide
