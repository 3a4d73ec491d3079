"""Step 1 of a month: outside conditions set the climate in which everybody decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbsim.compute.profiling import step_of_month
from urbsim.processes.conditions.equations import climate_of
from urbsim.processes.process import Process

if TYPE_CHECKING:
    from urbsim.simulation.world import World


@step_of_month
def set_climate(world: World) -> None:
    """What the scenario's conditions make of this month."""
    p = world.parameters
    world.climate = climate_of(world.conditions, p, p.prior_draw, world.month, world.base_month)


PROCESS = Process("conditions")
