"""What units of a lever join, and by what they go over the counties: the two ends of a delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from urbsim.simulation.world import World


@dataclass(frozen=True)
class Stock:
    """A stock that people meet. Units are (111,) int64 by county, sampled.

    add: takes units in; take_back: gives them up again, None where what has come stays;
    size: its weight in a dose that goes to several stocks; stage: of places at school, the stage in `STAGES`;
    whole: units belong to places and not to sampled persons, and stand at full scale whatever the sample; room: of a
    whole stock, (111,) int64 units that each county can still take, None where there is no limit.
    """

    add: Callable[[World, np.ndarray], None]
    take_back: Callable[[World, np.ndarray], None] | None = None
    size: float = 1.0
    stage: int | None = None
    whole: bool = False
    room: Callable[[World], np.ndarray] | None = None


Weights = Callable[["World", Stock], np.ndarray]
"""A rule of spreading: (111,) weights of the counties in this month for units that join this stock; none is negative,
and some are positive."""
