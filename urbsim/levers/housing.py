"""C7: public rental dwellings, rent subsidies, guaranteed rental dwellings. They join stocks that can run out (G4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.dose import in_force, units_released
from urbsim.scenario.schema import HousingLevers

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_FEW = 1e-3  # guard, of a household: keeps a weight where nobody waits yet


def add_dwellings(world: World, levers: HousingLevers) -> dict[str, np.ndarray]:
    """Units go where households wait; guaranteed rental dwellings for new citizens where migrants are.

    Returns the units, (111,) by lever.
    """
    delivered = {}
    housing = world.housing
    stocks = (
        ("public_rental_units", housing.add_public_units, housing.queue),
        ("rent_subsidy_households", housing.add_subsidies, housing.queue),
        ("guaranteed_rental_units", housing.add_dwellings, lambda: world.registration.migrants),
    )
    for name, add, wanted in stocks:
        dose = getattr(levers, name)
        if in_force(dose, world.month):
            units = units_released(dose, world.places, wanted() + _FEW, world.month, world.weight)
            add(units)
            delivered[f"housing.{name}"] = units
    return delivered
