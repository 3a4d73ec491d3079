"""C2, B1, S2: which settlement rule is in force, and how the offices work (ODD equations P1-P3)."""

from __future__ import annotations

from urbsim.processes.registration.equations import PermitTerms, permit_terms
from urbsim.simulation.world import World


def permit_terms_in_force(world: World) -> PermitTerms:
    """The month's rule and offices: what the plan adds takes the place of what was committed."""
    added, committed = world.levers.settlement, world.committed.settlement
    rules = added.rules or committed.rules
    office = added.office or committed.office
    return permit_terms(world.parameters, world.places, rules, office, world.month)
