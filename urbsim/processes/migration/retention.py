"""What people hold keeps them where they are: factors on hazards (ODD equations H6, H10, H11)."""

from __future__ import annotations

import numpy as np

from urbsim.compute.words import BYTE_VALUES
from urbsim.facts.parameters import Parameters
from urbsim.state.holdings import GUARANTEED_RENTAL, OWN_HOME, PERMIT, PUBLIC_RENTAL, RENT_SUBSIDY

GRID = 2.0**16


def log_hazards(parameters: Parameters) -> dict[int, float]:
    """Fall of the log hazard by bit of `holdings`; a subsidy and a guaranteed dwelling also work as lower rent."""
    p = parameters
    return {
        PERMIT: p["permit_effect_stay"],
        PUBLIC_RENTAL: p["beta_public_rental"],
        RENT_SUBSIDY: p["beta_rent_subsidy"] + p["beta_rent"] * np.log1p(-p["rent_subsidy_share"]),
        GUARANTEED_RENTAL: p["beta_guaranteed_rental"]
        + p["beta_rent"] * np.log1p(-p["guaranteed_rent_discount"]),
        OWN_HOME: p["beta_own_home"],
    }


def retention(parameters: Parameters) -> np.ndarray:
    """(256,) uint64 on 2^-16: factor on a monthly hazard by the byte `holdings`; 1 for those who hold nothing.

    A month's hazard is small, so a shift of its log-odds is a shift of its logarithm.
    """
    held = np.arange(BYTE_VALUES)
    fall = np.zeros(BYTE_VALUES)
    for bit, value in log_hazards(parameters).items():
        fall += np.where(held & bit, value, 0.0)
    return np.rint(np.exp(-fall) * GRID).astype(np.uint64)
