"""Step 1 of a month: levers change places, capacities and rules. Committed and additional parts alike."""

from __future__ import annotations

from urbsim.levers import employment
from urbsim.world import World


def apply(world: World) -> None:
    """Everything that government delivers this month."""
    world.training_offered[:] = 0
    for part in (world.committed, world.levers):
        employment.add_posts(world, part.employment)
        world.training_offered += employment.person_times(world, part.employment)
