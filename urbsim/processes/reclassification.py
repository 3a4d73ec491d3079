"""Places that turn urban where they stand: how many cells, where, which (ODD equation K1)."""

from __future__ import annotations

import numpy as np

from urbsim.draws import draw64_array
from urbsim.processes.rounding import largest_remainder, released

CODES_REVISED_IN = 10  # the statistical codes of places are revised once a year, as of 31 October


def cells_to_turn(rate: float, year: int, cells: np.ndarray, gone: np.ndarray, key: np.uint64) -> np.ndarray:
    """Marks the village cells whose code turns urban this year, (111, 256) uint8.

    rate: share of all rural cells per year; year: whole years since the base, from 1; cells: (111,) rural cells of
    each county in the base; gone: (111, 256) uint8 cells that turned earlier; key: stream of the seed.
    The number over the province is released by cumulative rounding; over counties by largest remainder in proportion
    to the cells that are left; within a county the cells with the lowest luck turn.
    """
    left = cells - gone.sum(axis=1)
    total = cells.sum() * rate
    number = released(total * (year - 1), total * year)
    turned = np.zeros_like(gone)
    if number == 0 or not left.any():
        return turned
    for county, n in enumerate(largest_remainder(left.astype(float), number, left)):
        if n:
            free = np.flatnonzero(gone[county, : cells[county]] == 0)
            luck = draw64_array(np.uint64(county * 256) + free.astype(np.uint64), key)
            turned[county, free[np.argsort(luck, kind="stable")[:n]]] = 1
    return turned
