"""C3, D4: places at school in the towns. They join the stock and reach children through the queue alone (G3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.levers.dose import in_force, units_released
from urbsim.processes.schooling.equations import STAGE_AGES
from urbsim.scenario.schema import SchoolingLevers
from urbsim.state.definitions import PRIMARY_AGE, SENIOR_AGE

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_STAGES = {"kindergarten_places": 0, "primary_places": 1, "junior_places": 2}
_PUBLIC, _PURCHASED = 0, 1
_FEW = 1e-6  # guard, of a child: keeps a weight where nobody lacks a place


def add_places(world: World, levers: SchoolingLevers) -> dict[str, np.ndarray]:
    """Public places open where pupils lack them; places are bought for primary and junior pupils, by need.

    Returns the places, (111, 3 stages) by lever.
    """
    if not any(in_force(dose, world.month) for _, dose in levers):
        return {}
    delivered = {}
    schools = world.schooling
    lacking, need = schools.lacking, schools.need.sum(axis=2)
    for name, stage in _STAGES.items():
        dose = getattr(levers, name)
        if in_force(dose, world.month):
            spread = lacking[:, stage] + need[:, stage] / world.parameters["need_as_one_lacking"] + _FEW
            opened = units_released(dose, world.places, spread, world.month, world.weight)
            schools.add_places(opened, stage, _PUBLIC)
            delivered[f"schooling.{name}"] = opened[:, None] * (np.arange(3) == stage)
    bought = levers.purchased_places
    if in_force(bought, world.month):
        places = np.zeros((len(world.places.code), 3), np.int64)
        for stage in (1, 2):
            first, end = STAGE_AGES[stage]
            share = (end - first) / (SENIOR_AGE - PRIMARY_AGE)  # of the years of compulsory school
            spread = lacking[:, stage] + _FEW
            opened = units_released(bought, world.places, spread, world.month, world.weight, share)
            schools.add_places(opened, stage, _PURCHASED)
            places[:, stage] = opened
        delivered["schooling.purchased_places"] = places
    return delivered
