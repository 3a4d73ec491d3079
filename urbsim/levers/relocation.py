"""A6: dwellings at relocation sites, into which households of poor villages move (ODD equation M14)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from urbsim.facts.register import observations
from urbsim.levers.stock import Stock, Weights
from urbsim.scenario.lever import Spread
from urbsim.state.codes import FIRST_OUTSIDE

if TYPE_CHECKING:
    from urbsim.simulation.world import World

SITES = "places at relocation sites"
_ILLITERATE = "illiterate_pct_15_plus_total"


def open_sites(world: World, units: np.ndarray) -> None:
    """Dwellings for so many persons are finished; those in towns take households in (ODD equation M14)."""
    world.moving.site_places += units * world.parameters["relocated_to_towns"] / world.weight


def _poor_villages(world: World, stock: Stock) -> np.ndarray:
    villagers = world.counted[0:FIRST_OUTSIDE:2]
    return villagers * unlettered(world.places.code) ** world.parameters["relocation_by_illiteracy"]


@lru_cache(maxsize=1)
def unlettered(codes: tuple[str, ...]) -> np.ndarray:
    """(111,) share of adults who could not read in 2010, a sign of poor villages where relocation began.

    codes: of the counties. A county whose borders were redrawn since has the share of its prefecture.
    """
    table = observations("county_2010")
    known = {str(c): float(s) / 100 for c, s in zip(table["adcode"], table[_ILLITERATE], strict=True)}
    out = np.array([known.get(code, known[f"{code[:4]}00"]) for code in codes])
    out.flags.writeable = False
    return out


STOCKS = {SITES: Stock(open_sites, whole=True)}
SPREADS: dict[Spread, Weights] = {"poor villages": _poor_villages}
