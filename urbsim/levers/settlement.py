"""C2, B1, S2: which settlement rule is in force, and how the offices work (ODD equations P1-P3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbsim.processes.registration.equations import permit_terms

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def set_permit_terms(world: World) -> None:
    """The month's rule and offices: what the plan adds takes the place of what was committed."""
    added, committed = world.levers.settlement, world.committed.settlement
    rules = added.rules or committed.rules
    office = added.office or committed.office
    world.registration.terms = permit_terms(world.parameters, world.places, rules, office, world.month)
