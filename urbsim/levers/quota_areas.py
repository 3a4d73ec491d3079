"""S1: whose land quota is whose: the province's, or one of each prefecture or county (ODD equation F9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from urbsim.scenario.schema import LandQuota
from urbsim.state.geography import Places, counties_of


class Areas(NamedTuple):
    """Places with a quota of their own.

    codes: of the n areas, in order; of_county: (111,) position of each county's area; share: (n,) of the quota.
    """

    codes: tuple[str, ...]
    of_county: np.ndarray
    share: np.ndarray


def areas_of(quota: LandQuota, places: Places) -> Areas:
    """The areas of a quota that is one of places: hectares that it names, the rest by dwellers of towns (F9).

    A prefecture that is named shares its hectares out in the same way where counties have quotas of their own. What is
    left of the sum where all places are named is nobody's.
    """
    dwellers = places.urban_residents.astype(float)
    total, share, unnamed = quota.of_one_time, np.zeros(len(dwellers)), np.ones(len(dwellers), dtype=bool)
    for code, hectares in (quota.places or {}).items():
        inside = counties_of(code, places)
        unnamed &= ~inside
        if total:
            share += hectares / total * _shared(dwellers, inside)
    if unnamed.any():
        share += max(1.0 - share.sum(), 0.0) * _shared(dwellers, unnamed)
    if quota.by == "county":
        return Areas(places.code, np.arange(len(dwellers)), share)
    of_county = places.prefecture_index
    return Areas(places.prefectures, of_county, np.bincount(of_county, share, len(places.prefectures)))


def _shared(dwellers: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """(111,) share of each of some counties in what they share; they add up to one."""
    here = np.where(inside, dwellers, 0.0)
    return here / here.sum()
