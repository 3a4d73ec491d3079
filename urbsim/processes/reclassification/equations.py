"""Villages that turn urban where they stand: how many cells, where, which (ODD equation K1)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from urbsim.compute.randomness import draw64_array
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.rounding import released
from urbsim.state.codes import N_CELLS, N_COUNTIES


@dataclass
class Reclassification:
    """Villages: cells: (111,) rural cells of each county in the base; gone: (111, 256) uint8 marks of those gone."""

    cells: np.ndarray
    gone: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_CELLS), np.uint8))


def cells_to_turn(rate: float, year: int, cells: np.ndarray, gone: np.ndarray, key: np.uint64) -> np.ndarray:
    """Marks the village cells whose code turns urban this year, (111, 256) uint8.

    rate: share of all rural cells per year; year: whole years since the base, from 1; cells: (111,) rural cells of
    each county in the base; gone: (111, 256) uint8 cells that turned earlier; key: stream of the seed.
    The number over the province is released by cumulative rounding; the cells with the lowest luck turn, so that a
    county loses them in proportion to the cells it has left.
    """
    total = cells.sum() * rate
    number = released(total * (year - 1), total * year)
    exists = np.arange(gone.shape[1]) < cells[:, None]
    free = np.flatnonzero(exists & (gone == 0))
    luck = draw64_array(free.astype(np.uint64), key)
    turned = np.zeros_like(gone)
    turned.ravel()[free[lowest_luck(np.zeros(free.size, np.int16), luck, np.array([number]))]] = 1
    return turned
