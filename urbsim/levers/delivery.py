"""The record of what was delivered: by which lever, when, where, to which stock. Attribution and ledger read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Part = Literal["committed", "additional"]
"""Decided before the plan, and so in every scenario; or what a scenario adds."""


@dataclass(frozen=True)
class Delivery:
    """Units of one lever that join one stock in one month.

    lever: its key; part: of the scenario; stock: as the catalogue names it; month: since 1900-01;
    units: (111,) int64 by county, not all of them zero: sampled, or at full scale where `whole`.
    """

    lever: str
    part: Part
    stock: str
    month: int
    units: np.ndarray
    whole: bool = False

    def full_units(self, weight: float) -> np.ndarray:
        """(111,) units at full scale; weight: full persons per sampled person."""
        return self.units * (1.0 if self.whole else weight)
