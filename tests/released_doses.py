"""What of a dose arrives in a month and where, for tests of the rules of doses without a world."""

from __future__ import annotations

import numpy as np

from urbsim.levers.dose import numbers_released, shared_out, whole_number_due, whole_shared_out
from urbsim.scenario.schema import Dose
from urbsim.state.geography import Places


def units_released(
    dose: Dose, places: Places, spread: np.ndarray, month: int, weight: float, share: float = 1
) -> np.ndarray:
    """(111,) sampled units (G1)."""
    return shared_out(dose, places, spread, numbers_released(dose, range(month, month + 1), weight, share)[0])


def whole_units_released(
    dose: Dose,
    places: Places,
    spread: np.ndarray,
    month: int,
    before: np.ndarray,
    room: np.ndarray | None = None,
) -> np.ndarray:
    """(111,) units at full scale (G5)."""
    number = whole_number_due(dose, month) - int(before.sum())
    return whole_shared_out(dose, places, spread, number, before, room)
