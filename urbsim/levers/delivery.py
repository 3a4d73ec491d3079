"""The record of what was delivered: by which lever, when, where, to which stock. Attribution and ledger read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from urbsim.compute.threads import added_up

Part = Literal["committed", "additional"]
"""Decided before the plan, and so in every scenario; or what a scenario adds."""


class Delivery(NamedTuple):
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

    def full(self, weight: float) -> float:
        """Units at full scale that one of the units stands for; weight: full persons per sampled person."""
        return 1.0 if self.whole else weight

    def full_units(self, weight: float) -> np.ndarray:
        """(111,) units at full scale."""
        return self.units * self.full(weight)


@dataclass
class Deliveries:
    """What came since census night: each delivery in its order, and what those of a kind add up to."""

    _each: list[Delivery] = field(default_factory=list)
    _units: dict[tuple[str, Part, str], list[np.ndarray]] = field(default_factory=dict)

    def take_down(self, delivery: Delivery) -> None:
        """Adds a delivery."""
        self._each.append(delivery)
        self._units.setdefault((delivery.lever, delivery.part, delivery.stock), []).append(delivery.units)

    def brought(self, lever: str, part: Part, stock: str) -> np.ndarray | None:
        """(111,) int64 units that a part of the lever has brought to a stock; None where nothing came."""
        units = self._units.get((lever, part, stock))
        if units is None:
            return None
        if len(units) > 1:  # added up where somebody asks: of most kinds nobody does
            units[:] = [added_up(units)]
        return units[0]

    def number(self, lever: str, part: Part, stock: str) -> int:
        """How many units a part of the lever has brought to a stock, in all counties."""
        units = self.brought(lever, part, stock)
        return 0 if units is None else int(units.sum())

    def __iter__(self) -> Iterator[Delivery]:
        """The deliveries in their order."""
        return iter(self._each)

    def __len__(self) -> int:
        """How many there were."""
        return len(self._each)
