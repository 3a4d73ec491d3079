"""Five-year age groups, as fit and benches compare them: 0-4 to 80-84, and 85 and over."""

from __future__ import annotations

import numpy as np

from urbsim.facts.censuses import census_of

N_GROUPS = 18
GROUPS = [f"{5 * g}-{5 * g + 4}" for g in range(N_GROUPS - 1)] + ["85+"]


def by_group(years: np.ndarray) -> np.ndarray:
    """Persons by group, (18,), of ages in completed years."""
    return np.bincount(np.minimum(years // 5, N_GROUPS - 1), minlength=N_GROUPS)


def fives(counts: np.ndarray) -> np.ndarray:
    """Counts of the census's 19 groups, last axis, as the 18: the census tells infants apart."""
    return np.concatenate([counts[..., :2].sum(axis=-1, keepdims=True), counts[..., 2:]], axis=-1)


def counted_in_2020() -> np.ndarray:
    """Residents of Guangxi by group in the census of 2020, (18,)."""
    return fives(census_of("census_2020").residents.sum(axis=(0, 1)).astype(float))
