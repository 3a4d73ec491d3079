"""A world, and the model that steps it, twice: two runs go on from one past."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from urbsim.calendar import month_number
from urbsim.compute.threads import Chunks
from urbsim.levers.fulfilment import carried_out
from urbsim.levers.transport import journeys_under
from urbsim.population.start import copied
from urbsim.scenario.schema import Scenario
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World

_NEVER_CHANGED = (
    "parameters",
    "places",
    "totals",
    "conditions",
    "behaviour",
    "committed",
    "levers",
    "journeys",
    "engine",
)
"""What a world was given and no month writes to: both have the same."""


def forked(model: UrbanisationModel) -> UrbanisationModel:
    """A model that stands where this one stands; what happens to one from now on does not touch the other.

    Raises RuntimeError where the run is over.
    """
    world = model.world
    if world is None:
        raise RuntimeError("the run is over: its world has been released")
    return UrbanisationModel(world=_copied(world), strict=model.strict, after=model)


def _copied(world: World) -> World:
    """Everything that a month may write to is copied, whatever its process calls it."""
    known: dict[int, Any] = {id(part): part for part in (getattr(world, name) for name in _NEVER_CHANGED)}
    known[id(world.people)] = copied(world.people)
    known[id(world.chunks)] = Chunks(world.chunks.threads, world.chunks.chunk)
    known[id(world.profile)] = world.profile
    return deepcopy(world, known)


def go_on_under(world: World, scenario: Scenario) -> None:
    """From the next month on the world is that of this scenario, which shares its past (`urbsim.scenario.past`)."""
    world.conditions = scenario.conditions
    world.behaviour = scenario.behaviour.by_default(world.parameters.variant)
    world.committed = scenario.committed
    last_month = month_number(scenario.until)
    world.levers = carried_out(scenario.levers, world.parameters, last_month, world.planned)
    world.journeys = journeys_under(world.parameters, world.places, world.committed, world.levers)
