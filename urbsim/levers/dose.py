"""A dose: so many units, from month to month, at named places or spread over the province (ODD equation G1)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from urbsim.compute.rounding import largest_remainder, released
from urbsim.scenario.schema import Dose
from urbsim.state.geography import Places, counties_of


def weights_of(dose: Dose, places: Places, spread: np.ndarray) -> np.ndarray:
    """(111,) weight of each county in a dose.

    spread: (111,) default weights, used as they are without `places`, and inside a prefecture that `places` names.
    """
    if not dose.places:
        return spread.astype(float)
    weights = np.zeros(len(places.code))
    for code, units in dose.places.items():
        some = np.maximum(spread, 1e-9)  # guard: a place named has a weight
        share = np.where(counties_of(code, places), some, 0.0)
        weights += units * share / share.sum()
    return weights


def numbers_released(dose: Dose, months: range, weight: float, share: float = 1) -> tuple[int, ...]:
    """How many sampled units arrive in each of some months, by cumulative rounding in time (ODD equation G1).

    weight: full units per sampled unit; share: of the dose that is meant.
    """
    due = [dose.due(month, share) / weight for month in range(months.start - 1, months.stop)]
    return tuple(released(before, after) for before, after in pairwise(due))


def shared_out(dose: Dose, places: Places, spread: np.ndarray, number: int) -> np.ndarray:
    """(111,) int64: so many sampled units of a dose by county, the largest remainders first (ODD equation G1)."""
    return largest_remainder(weights_of(dose, places, spread), number)


def whole_number_due(dose: Dose, month: int, share: float = 1) -> int:
    """How many units at full scale are due by the end of a month, those of earlier ones without room among them.

    share: of the dose that is meant (ODD equation G5).
    """
    return released(0.0, dose.due(month, share))


def whole_shared_out(
    dose: Dose, places: Places, spread: np.ndarray, number: int, before: np.ndarray, room: np.ndarray | None
) -> np.ndarray:
    """(111,) int64: so many units at full scale by county (ODD equation G5).

    before: (111,) units that have come of this dose; room: (111,) most that each county can take, None for no limit.
    Each county is due its weight of all that has been released, and what it is due in fractions it keeps. Units for
    which there is no room anywhere come in a later month, or never.
    """
    weights = weights_of(dose, places, spread)
    if room is not None:
        weights = np.where(room > 0, weights, 0.0)
    whole = weights.sum()
    if number <= 0 or whole == 0:
        return np.zeros(len(places.code), dtype=np.int64)
    owed = np.maximum((int(before.sum()) + number) * weights / whole - before, 0.0)
    return largest_remainder(owed, number, room)


def bound_shared_out(due: np.ndarray, number: int, before: np.ndarray, room: np.ndarray | None) -> np.ndarray:
    """(111,) int64: so many units of a dose that is bound to places by county (ODD equation F9).

    due: (111,) full units that each county has had land for so far, in all; before, room: as of `whole_shared_out`.
    Units for which a county has no room go to no other.
    """
    whole = max(due.sum(), 1e-12)  # guard: nothing has land yet
    owed = np.maximum((int(before.sum()) + number) * due / whole - before, 0.0)
    if room is not None:
        owed = np.minimum(owed, room)
    number = min(number, int(np.floor(owed.sum() + 0.5)))
    return largest_remainder(owed, max(number, 0), room)
