"""Step 1 of a month: levers change places, capacities and rules. Committed and additional parts alike."""

from __future__ import annotations

from urbsim.compute.profiling import step_of_month
from urbsim.levers import employment, housing, schooling
from urbsim.simulation.world import World


@step_of_month
def apply_levers(world: World) -> None:
    """Everything that government delivers this month; the settlement rule is read where it is applied."""
    world.training_offered[:] = 0
    for part in (world.committed, world.levers):
        places = schooling.add_places(world, part.schooling)
        dwellings = housing.add_dwellings(world, part.housing)
        posts = employment.add_posts(world, part.employment)
        courses = employment.person_times(world, part.employment)
        world.training_offered += courses
        if part is world.levers:
            world.touched.deliver(places | dwellings | posts | {"employment.training": courses})
