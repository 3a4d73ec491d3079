"""C4, A5, B2: posts of projects and subsidised training. They reach people through vacancies and matching alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.dose import in_force, units_released
from urbsim.scenario.schema import EmploymentLevers
from urbsim.state.codes import N_COUNTIES

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_SECTOR = {"manufacturing_posts": 1, "construction_posts": 2, "services_posts": 3}


def add_posts(world: World, levers: EmploymentLevers) -> dict[str, np.ndarray]:
    """Posts that open this month join the posts of the towns; building sites close when their dose has ended (G2).

    Left to themselves they go where people in towns are. Returns the posts opened, (111,) by lever.
    """
    delivered = {}
    spread = world.places.urban_residents.astype(float)
    for name, sector in _SECTOR.items():
        dose = getattr(levers, name)
        if in_force(dose, world.month):
            opened = units_released(dose, world.places, spread, world.month, world.weight)
            world.employment.project_posts[:, sector] += opened
            delivered[f"employment.{name}"] = opened
        elif name == "construction_posts" and in_force(dose, world.month - 1):
            world.employment.project_posts[:, sector] = 0
    return delivered


def person_times(world: World, levers: EmploymentLevers) -> np.ndarray:
    """(111,) sampled person-times of training on offer this month."""
    if not in_force(levers.training, world.month):
        return np.zeros(N_COUNTIES, dtype=np.int64)
    spread = world.employment.seekers + 1.0  # guard: a weight where nobody looks for work
    return units_released(levers.training, world.places, spread, world.month, world.weight)
