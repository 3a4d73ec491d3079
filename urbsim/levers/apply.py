"""Step 1 of a month: levers change places, capacities and rules. Committed and additional parts alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbsim.compute.profiling import step_of_month
from urbsim.levers import employment, housing, schooling
from urbsim.levers.settlement import set_permit_terms

if TYPE_CHECKING:
    from urbsim.simulation.world import World


@step_of_month
def apply_levers(world: World) -> None:
    """Everything that government delivers and rules this month."""
    world.employment.training_offered[:] = 0
    for part in (world.committed, world.levers):
        places = schooling.add_places(world, part.schooling)
        dwellings = housing.add_dwellings(world, part.housing)
        posts = employment.add_posts(world, part.employment)
        courses = employment.person_times(world, part.employment)
        world.employment.training_offered += courses
        if part is world.levers:
            world.attribution.deliver(places | dwellings | posts | {"employment.training": courses})
    set_permit_terms(world)
