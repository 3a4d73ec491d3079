"""The risk class: one byte a person that says how likely anything is to happen to them.

A class is five-year age group x sex x in a union or not x away from the registered part or not. Each process has a
bound per class that no member's exact probability exceeds, so a month can pass over a person by one byte of the class
and one byte of luck. Ages in a class are those of the last January (ODD, submodel Ageing).
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint8, uint64

from urbsim.compute.compiled import njit
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.state.codes import AWAY, IN_UNION, WOMAN

AGE_GROUPS = 18  # 0-4, 5-9, ..., 80-84, 85 and over
N_CLASSES = AGE_GROUPS * 8
_STATES = 8  # classes of an age group
AGE_LIMIT = 110  # ages above are read from the row of this age
# First age and one past the last of each group but the oldest, which has no end.
_ENDS_OF_GROUPS = [age for group in range(AGE_GROUPS - 1) for age in (5 * group, 5 * group + 6)] + [
    5 * AGE_GROUPS - 5
]

# Cuts through the classes: by each flag, and between age groups. A class is above when class & mask >= cut.
_MASKS = np.concatenate([[IN_UNION, WOMAN], np.full(AGE_GROUPS, BYTE)])
_CUTS = np.concatenate([[IN_UNION, WOMAN], np.arange(0, N_CLASSES, _STATES)])


@njit(inline="always")
def risk_class(age_years, sex, in_union, away):
    """Class byte of a person (scalars; ages in completed years, flags 0 or 1)."""
    group = min(age_years // 5, AGE_GROUPS - 1)
    return uint8(((group * 2 + sex) * 2 + in_union) * 2 + away)


@njit(inline="always")
def sex_of(risk):
    """Sex of the living who are in a class."""
    return uint8((risk & WOMAN) != 0)


def risk_class_array(
    age_years: np.ndarray, sex: np.ndarray, in_union: np.ndarray, away: np.ndarray
) -> np.ndarray:
    """Class bytes of many persons; the plain twin of `risk_class`."""
    group = np.minimum(np.asarray(age_years, dtype=np.int64) // 5, AGE_GROUPS - 1)
    return (((group * 2 + sex) * 2 + in_union) * 2 + away).astype(np.uint8)


def class_bounds(threshold_by_age: np.ndarray) -> np.ndarray:
    """Bound of each class from thresholds by age.

    threshold_by_age: (processes, AGE_LIMIT + 1, 2 sex, 2 in a union, 2 away) uint64 on the grid of 2^-32: the largest
        threshold that any person of that age, sex and state can have this month.
    Returns (processes, 256) uint64 on the same grid: luck below the bound makes a candidate. Of the class DEAD it is 0.
    """
    # A class is refreshed each January, so its members grow up to one year older than its youngest ages say.
    highest = np.maximum.reduceat(threshold_by_age, _ENDS_OF_GROUPS, axis=1)[:, ::2]
    bounds = np.zeros((len(threshold_by_age), BYTE_VALUES), dtype=np.uint64)
    bounds[:, :N_CLASSES] = highest.reshape(len(bounds), -1)
    return bounds


def first_looks(bounds: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """What a loop of comparisons can tell beforehand of the classes to which each process can happen.

    bounds: (processes, 256) of `class_bounds`; sizes: (256,) how large classes are, for the best cut. Returns
    (processes, 13) uint8 `first, last, state, value, flag`, then twice `mask, cut, lower, upper`: such classes lie from
    first to last (which is below first where there are none) and have class & state == value; the leading byte of luck
    matters up to `lower` where class & mask < cut, else up to `upper`, by the second four where class & flag is set.
    The flag is that of being away; each cut is by age, sex or union, whichever lets the fewest pass.
    """
    return _first_looks(np.ascontiguousarray(bounds), sizes.astype(np.int64), _MASKS, _CUTS)


@njit(nogil=True, cache=True, _nrt=True)
def _first_looks(bounds, sizes, masks, cuts):
    """As `first_looks`; masks, cuts: (n,) int64 of each cut, of which equals the first is taken."""
    looks = np.zeros((len(bounds), 13), np.uint8)
    highest, among = np.empty(N_CLASSES, np.int64), np.empty(N_CLASSES, np.int64)
    for process in range(len(bounds)):
        look = looks[process]
        first, last, always, ever = int64(-1), int64(0), int64(BYTE), int64(0)
        for group in range(N_CLASSES):
            concerned = bounds[process, group] > 0
            highest[group] = int64((bounds[process, group] - uint64(1)) >> uint64(24)) if concerned else 0
            among[group] = sizes[group] if concerned else 0
            if concerned:
                first, last = group if first < 0 else first, group
                always, ever = always & group, ever | group
        if first < 0:
            look[0] = BYTE
            continue
        state = (always | ~ever) & (_STATES - 1)
        look[0], look[1], look[2], look[3], look[4] = first, last, state, always & state, AWAY
        for away in range(2):
            best, at = int64(-1), 5 + 4 * away
            for k in range(masks.size):
                lower, upper, below, above = int64(0), int64(0), int64(0), int64(0)
                for group in range(away, N_CLASSES, 2):
                    if group & masks[k] >= cuts[k]:
                        upper = max(upper, highest[group])
                        above += among[group]
                    else:
                        lower = max(lower, highest[group])
                        below += among[group]
                pass_it = (lower + 1) * below + (upper + 1) * above
                if best < 0 or pass_it < best:
                    best = pass_it
                    look[at], look[at + 1], look[at + 2], look[at + 3] = masks[k], cuts[k], lower, upper
    return looks
