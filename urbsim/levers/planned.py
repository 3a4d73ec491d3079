"""S1: where doses that take land are planned to go, by what is known on census night (ODD equation F9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.areas import where_it_may_go
from urbsim.levers.dose import weights_of
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.schema import Dose
from urbsim.state.geography import Places

if TYPE_CHECKING:
    from urbsim.levers.stock import Stock, Weights
    from urbsim.scenario.lever import Spread
    from urbsim.simulation.world import World

COLLECTIVE_LAND = "land.collective_land"


@dataclass(frozen=True)
class Planned:
    """places: the counties; spreads: by key of a lever, (111,) weights of census night for units without places."""

    places: Places
    spreads: Mapping[str, np.ndarray]

    def shares(self, key: str, dose: Dose) -> np.ndarray:
        """(111,) share of a dose that each county is to have; they add up to one."""
        spread = where_it_may_go(self.spreads[key], CATALOGUE[key], dose, self.places.code)
        weights = weights_of(dose, self.places, spread)
        return weights / weights.sum()


def planned_on_census_night(
    world: World, spreads: Mapping[Spread, Weights], stocks: Mapping[str, Stock]
) -> Planned:
    """Where units of every lever that takes or brings land would go on census night.

    spreads, stocks: of `urbsim.levers.apply`. Where nothing weighs on that night, as the growth of towns does, units
    are planned by village communities.
    """
    found = {}
    for key, lever in CATALOGUE.items():
        if lever.land is None and key != COLLECTIVE_LAND:
            continue
        assert lever.spread is not None
        of_stocks = [spreads[lever.spread](world, stocks[name]) for name in lever.stocks]
        known = [weights if weights.any() else world.places.rural_cells for weights in of_stocks]
        found[key] = np.sum([weights / weights.sum() for weights in known], axis=0)
    return Planned(world.places, found)
