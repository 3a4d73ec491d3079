"""Ageing: everybody's risk class, set anew each January."""

from __future__ import annotations

from urbsim.compiled import njit
from urbsim.risk import risk_class


@njit(nogil=True, cache=True)
def reclassify(lo, hi, month, risk, birth_month, sex, spouse, home, lives):
    """Writes the risk class of every living person in [lo, hi) from age, union and being away (ODD: Ageing)."""
    for i in range(lo, hi):
        if risk[i] == 255:
            continue
        age = (month - birth_month[i]) // 12
        risk[i] = risk_class(age, sex[i], spouse[i] >= 0, home[i] != lives[i])
