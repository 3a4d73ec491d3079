"""Villages that turn urban where they stand: how many cells, where, which (ODD equations K1, K3, K4)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from urbsim.compute.randomness import draw64_array
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.rounding import largest_remainder, released
from urbsim.facts.parameters import Parameters
from urbsim.state.codes import N_CELLS, N_COUNTIES


def _nobody() -> np.ndarray:
    return np.zeros(N_COUNTIES, np.int64)


@dataclass
class Reclassification:
    """Villages: cells: (111,) rural cells of each county in the base; gone: (111, 256) uint8 marks of those gone;
    due: (111,) cells that should have turned and have not yet; base_town: (111,) residents of each town on census
    night; recoded: (111,) residents recoded into each town since; connected: (111,) cells that levers have connected to
    the town; connected_turned: (111,) of these, those that turned on this account.
    """

    cells: np.ndarray
    gone: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_CELLS), np.uint8))
    due: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    base_town: np.ndarray = field(default_factory=_nobody)
    recoded: np.ndarray = field(default_factory=_nobody)
    connected: np.ndarray = field(default_factory=_nobody)
    connected_turned: np.ndarray = field(default_factory=_nobody)

    @property
    def left(self) -> np.ndarray:
        """(111,) cells that are still rural."""
        return self.cells - self.gone.sum(axis=1)


_FACTORS = {"low": "recoding_low", "high": "recoding_high"}


def recoding_rate(parameters: Parameters, recoding: str) -> float:
    """Share of the village cells that turn urban each year under a variant: base, low or high (ODD equation K1)."""
    factor = 1.0 if recoding == "base" else parameters[_FACTORS[recoding]]
    return parameters["reclassified_per_year"] * factor


def chances(
    parameters: Parameters, villages: Reclassification, town: np.ndarray, new_district: np.ndarray
) -> np.ndarray:
    """How likely a village cell of each county turns urban against others, (111,) (ODD equation K1).

    town: (111,) residents of the towns now; new_district: (111,) bool, what became a district not long ago.
    """
    grown = (town - villages.recoded) / np.maximum(villages.base_town, 1)
    odds = np.maximum(grown, 0.0) ** parameters["recoding_by_growth"]
    return odds * np.where(new_district, parameters["recoding_of_new_districts"], 1.0)


def cells_by_county(
    rate: float, year: int, villages: Reclassification, chance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How many cells of each county turn urban this year, and what is due from then on, (111,) each (ODD equation K1).

    rate: share of all rural cells per year; year: whole years since the base, from 1; chance: of `chances`. The number
    over the province is released by cumulative rounding. Counties share it by the cells they have left and their
    chance; what a county is due in fractions of a cell it keeps for the next years.
    """
    total = villages.cells.sum() * rate
    number = released(total * (year - 1), total * year)
    left = villages.left
    weight = left * chance
    if number == 0 or weight.sum() == 0:
        return _nobody(), villages.due
    due = villages.due + number * weight / weight.sum()
    many = largest_remainder(np.maximum(due, 0.0), number, left)
    return many, due - many


def room_to_connect(parameters: Parameters, villages: Reclassification, town: np.ndarray) -> np.ndarray:
    """(111,) int64 cells that can still be connected: those near a town that has grown (ODD equation K3).

    town: (111,) residents of the towns now.
    """
    waiting = villages.connected - villages.connected_turned
    near = np.floor(parameters["cells_near_town"] * villages.cells).astype(np.int64) - villages.connected
    grown = town - villages.recoded > villages.base_town
    return np.where(grown, np.clip(near, 0, np.maximum(villages.left - waiting, 0)), 0)


def connected_to_turn(parameters: Parameters, villages: Reclassification, many: np.ndarray) -> np.ndarray:
    """(111,) int64 connected cells that turn urban this year beside those of K1 (ODD equation K4).

    many: (111,) cells that turn this year anyway. The code rule passes a share of all that were ever connected. No more
    turn in a year, both kinds together, than a revision of the codes takes in.
    """
    passed = released(0.0, parameters["connected_passes"] * float(villages.connected.sum()))
    most = int(parameters["recoded_most_per_year"]) - int(many.sum())
    number = min(passed - int(villages.connected_turned.sum()), most)
    waiting = np.minimum(villages.connected - villages.connected_turned, villages.left - many)
    if number <= 0 or not np.any(waiting > 0):
        return _nobody()
    waiting = np.maximum(waiting, 0)
    return largest_remainder(waiting.astype(float), number, waiting)


def cells_to_turn(many: np.ndarray, cells: np.ndarray, gone: np.ndarray, key: np.uint64) -> np.ndarray:
    """Marks the village cells whose code turns urban this year, (111, 256) uint8 (ODD equation K1): of lowest luck.

    many: (111,) how many of each county; cells: (111,) rural cells of each in the base; gone: (111, 256) uint8 cells
    that turned earlier; key: stream of the seed.
    """
    exists = np.arange(gone.shape[1]) < cells[:, None]
    free = np.flatnonzero(exists & (gone == 0))
    luck = draw64_array(free.astype(np.uint64), key)
    turned = np.zeros_like(gone)
    turned.ravel()[free[lowest_luck((free // gone.shape[1]).astype(np.int16), luck, many)]] = 1
    return turned
