"""Whom services and rights of levers cover: windows, registers, communities, shares in the village (ODD P8-P10, P12).

Everything is counted in persons, so that a sample has the coverage of the whole. Coverage ends at everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from urbsim.facts.parameters import Parameters
from urbsim.state.codes import N_COUNTIES, N_PARTS

GRID = 2.0**16
"""Factors on the wish to settle are whole numbers on the grid of 2^-16."""


def _nobody() -> np.ndarray:
    return np.zeros(N_COUNTIES, np.int64)


def unmoved_wishes() -> np.ndarray:
    """(2, 112) factors of one on the wish to settle: see `wishes`."""
    return np.full((2, N_PARTS // 2), GRID, np.uint64)


@dataclass
class Brought:
    """Persons whom the units that came so far can cover, (111,) int64 of the sample, by county.

    one_window: migrants served at one window or online; records: migrants whom the registers of offices name together;
    communities: town dwellers in communities with services; village_shares: registered villagers with certified shares
    in what their village owns.
    """

    one_window: np.ndarray = field(default_factory=_nobody)
    records: np.ndarray = field(default_factory=_nobody)
    communities: np.ndarray = field(default_factory=_nobody)
    village_shares: np.ndarray = field(default_factory=_nobody)


def covered(units: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Share of the people whom units cover, (n,), at most all of them; none where there is nobody."""
    return np.minimum(units / np.maximum(people, 1), 1.0)


def waiting_hazard(parameters: Parameters, processing_months: float, served: np.ndarray) -> np.ndarray:
    """(111,) hazard a month of receiving a permit (ODD equation P8).

    served: (111,) share of migrants whom a one-window service serves; they wait `one_window_waiting` times as long.
    """
    usual = 1.0 / processing_months
    return usual + served * usual * (1.0 / parameters["one_window_waiting"] - 1.0)


def aware_with_records(parameters: Parameters, share_aware: float, recorded: np.ndarray) -> np.ndarray:
    """(111,) share of migrants who know what they may apply for (ODD equation P9).

    recorded: (111,) share of migrants whom the registers know; of those who do not know the rules among them
    `told_by_register` are told.
    """
    return share_aware + (1.0 - share_aware) * recorded * parameters["told_by_register"]


def wishes(parameters: Parameters, belonging: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(2, 112) uint64 on 2^-16: factors on the wish to settle by county lived in and by origin (ODD equation P10).

    belonging: (111,) share of town dwellers in communities with services; shares: (111,) share of the registered
    villagers with certified village shares. Whoever is registered outside Guangxi has none.
    """
    p = parameters
    out = unmoved_wishes()
    out[0, :N_COUNTIES] = np.rint(np.exp(p["belonging_wish"] * belonging) * GRID).astype(np.uint64)
    out[1, :N_COUNTIES] = np.rint(np.exp(p["village_shares_wish"] * shares) * GRID).astype(np.uint64)
    return out
